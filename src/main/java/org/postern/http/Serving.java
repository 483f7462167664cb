package org.postern.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.postern.net.ForwardedFor;
import org.postern.net.Networks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request from the first check to the last octet of its response. The log names the route,
/// never the path, which may be a secret.
final class Serving extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    /// Misdirected Request: RFC 9110 §15.5.20.
    private static final int MISDIRECTED = 421;

    private final WebSite site;
    private final Router router;
    private final WebServer server;
    private final SecurityFields fields;
    private final HeaderDeadline deadline;

    Serving(WebSite site, WebServer server, SecurityFields fields, HeaderDeadline deadline) {
        this.site = site;
        this.router = site.router();
        this.server = server;
        this.fields = fields;
        this.deadline = deadline;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Connection connection = request.getConnectionMetaData().getConnection();
        deadline.begin(connection);
        try {
            write(request, response, answer(request));
            callback.succeeded();
        } catch (IOException e) {
            // The response had begun: all that is left is to break it off.
            LOG.info("A response was not sent to its end: {}", e.getClass().getSimpleName());
            callback.failed(e);
        } finally {
            deadline.end(connection);
        }
        return true;
    }

    private WebResponse answer(Request request) {
        String origin = server.origin();
        String peer = Request.getRemoteAddr(request);
        Networks proxies = server.settings().proxies();
        if (proxies != null && !ForwardedFor.isIn(peer, proxies)) {
            return WebResponse.text(403, "text/plain; charset=utf-8", "Error 403\n");
        }
        WebRequest.Visitor visitor =
                new WebRequest.Visitor(
                        origin,
                        proxies == null ? peer : ForwardedFor.client(peer, said(request), proxies));
        WebRequest bare = new WebRequest(request, Map.of(), visitor);
        if (!isForUs(request, origin)) {
            return WebResponse.text(MISDIRECTED, "text/plain; charset=utf-8", "Error 421\n");
        }
        String path = request.getHttpURI().getPath();
        return switch (router.find(request.getMethod(), path == null ? "" : path)) {
            case Router.Found.Match(
                            String name,
                            Router.Route route,
                            Map<String, String> captured) ->
                    answer(name, route, new WebRequest(request, captured, visitor));
            case Router.Found.OtherMethods(var allowed) ->
                    site.failure(405, bare).with("Allow", String.join(", ", allowed));
            case Router.Found.Nothing() -> site.failure(404, bare);
        };
    }

    private static List<String> said(Request request) {
        return request.getHeaders().getValuesList(HttpHeader.X_FORWARDED_FOR);
    }

    private WebResponse answer(String name, Router.Route route, WebRequest request) {
        try {
            return route.answer(request);
        } catch (BadRequest e) {
            LOG.debug("{}: {} {}", name, e.status(), e.getMessage());
            return site.failure(e.status(), request);
        } catch (IOException e) {
            LOG.warn("{}: the world failed", name, e);
            return site.failure(503, request).with("Retry-After", "30");
        } catch (RuntimeException e) {
            LOG.error("{}: a fault of ours", name, e);
            return site.failure(500, request);
        }
    }

    /// The authority must be the configured one: a link or a cookie must never follow a Host field.
    private static boolean isForUs(Request request, String origin) {
        String scheme = origin.substring(0, origin.indexOf(':'));
        String host = request.getHttpURI().getHost();
        int port = request.getHttpURI().getPort();
        boolean usual = port <= 0 || port == (scheme.equals("https") ? 443 : 80);
        String asked = scheme + "://" + host + (usual ? "" : ":" + port);
        return host != null && asked.toLowerCase(Locale.ROOT).equals(origin);
    }

    private void write(Request request, Response response, WebResponse answer) throws IOException {
        response.setStatus(answer.status());
        fields.fields().forEach(field -> response.getHeaders().put(field.name(), field.value()));
        for (WebResponse.Field field : answer.fields()) {
            if (field.name().equals(HttpHeader.SET_COOKIE.asString())) {
                response.getHeaders().add(field.name(), field.value());
            } else {
                response.getHeaders().put(field.name(), field.value());
            }
        }
        // RFC 9112 §9.6: whose form was answered unread must not send the next one behind it.
        if (!request.consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        if (answer.length() >= 0) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length());
        }
        if (request.getMethod().equals("HEAD")) {
            Content.Sink.write(response, true, org.eclipse.jetty.util.BufferUtil.EMPTY_BUFFER);
            return;
        }
        try (OutputStream out = Response.asBufferedOutputStream(request, response)) {
            answer.body().writeTo(out);
        }
    }
}
