package org.postern.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// What a client sees whose request was not even HTTP. Jetty's own error page would show exception
/// and stack.
final class PlainErrors extends ErrorHandler {
    private final SecurityFields fields;

    PlainErrors(SecurityFields fields) {
        this.fields = fields;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        ByteBuffer page = page(response.getStatus(), response.getHeaders());
        response.write(true, page, callback);
        return true;
    }

    private ByteBuffer page(int status, HttpFields.Mutable headers) {
        fields.fields().forEach(field -> headers.put(field.name(), field.value()));
        headers.put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        return ByteBuffer.wrap(("Error " + status + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
