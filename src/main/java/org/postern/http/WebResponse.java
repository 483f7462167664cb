package org.postern.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;

/// A whole response as a value: RFC 9110 §15. The server adds the fields that every response
/// carries; a field named here takes the place of the server's.
///
/// @param length octets of the body, -1 if not known beforehand
public record WebResponse(int status, List<Field> fields, ContentWriter body, long length) {
    private static final ContentWriter NOTHING = _ -> {};

    public WebResponse {
        fields = List.copyOf(fields);
    }

    /// One field. CR, LF and NUL are refused, so that no value can begin a field of its own.
    public record Field(String name, String value) {
        public Field {
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if ((c < 0x20 && c != '\t') || c > 0x7E) {
                    throw new IllegalArgumentException("not a field value: " + name);
                }
            }
        }
    }

    public static WebResponse html(int status, String page) {
        return text(status, "text/html; charset=utf-8", page);
    }

    /// @param type media type with its charset, UTF-8
    public static WebResponse text(int status, String type, String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return new WebResponse(
                status,
                List.of(new Field("Content-Type", type)),
                Content.of(octets),
                octets.length);
    }

    /// A body that is written as it is read, such as an attachment.
    public static WebResponse stream(String type, ContentWriter body) {
        return new WebResponse(200, List.of(new Field("Content-Type", type)), body, -1);
    }

    /// See Other, RFC 9110 §15.4.4: the browser goes on with GET.
    ///
    /// @param path on our own host, from the first slash on
    public static WebResponse seeOther(String path) {
        if (!path.startsWith("/") || path.startsWith("//")) {
            throw new IllegalArgumentException("not a path of ours");
        }
        return new WebResponse(303, List.of(new Field("Location", path)), NOTHING, 0);
    }

    /// @param octets exactly so many as the body writes
    public WebResponse withLength(long octets) {
        return new WebResponse(status, fields, body, octets);
    }

    public WebResponse with(String name, String value) {
        List<Field> more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new WebResponse(status, more, body, length);
    }
}
