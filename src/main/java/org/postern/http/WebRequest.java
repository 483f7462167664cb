package org.postern.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.NanoTime;
import org.postern.mail.Arrival;

/// One request, as the routes see it. Belongs to the thread that serves it.
public final class WebRequest {
    /// Enough for a check or a code; a reply with files is `multipart/form-data`.
    private static final int FORM_OCTETS_MAX = 64 * 1024;

    /// A drip must not hold a place for hours.
    private static final int FORM_SECONDS_MAX = 60;

    private static final int QUERY_CHARS_MAX = 500;

    private final Request request;
    private final Map<String, String> captured;
    private final Visitor visitor;

    /// @param origin our own, as they see it
    /// @param peer the IP address of who asks
    record Visitor(String origin, String peer) {}

    WebRequest(Request request, Map<String, String> captured, Visitor visitor) {
        this.request = request;
        this.captured = captured;
        this.visitor = visitor;
    }

    /// A segment that the pattern of the route captured.
    public String captured(String name) {
        String value = captured.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route captures no " + name);
        }
        return value;
    }

    /// Our own origin as browsers write it, such as `https://mail.clinic.example`.
    public String origin() {
        return visitor.origin();
    }

    public boolean isHead() {
        return request.getMethod().equals("HEAD");
    }

    public String path() {
        return request.getHttpURI().getPath();
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    public Optional<String> query(String name) throws BadRequest {
        String query = request.getHttpURI().getQuery();
        if (query == null || query.length() > QUERY_CHARS_MAX) {
            return Optional.empty();
        }
        return FormFields.parse(query).get(name);
    }

    public Optional<String> cookie(String name) {
        return Request.getCookies(request).stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .findFirst();
    }

    /// The IP address of the browser, or of who asks for it.
    public String peer() {
        return visitor.peer();
    }

    /// What was negotiated, if this server ended the TLS of the request.
    public Optional<Arrival.Tls> tls() {
        return request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
                        instanceof EndPoint.SslSessionData session
                ? Optional.of(
                        new Arrival.Tls(
                                session.sslSession().getProtocol(),
                                session.sslSession().getCipherSuite()))
                : Optional.empty();
    }

    /// Browser and system in two words, such as `iPhone, Safari`, never the whole User-Agent.
    public String device() {
        return Device.name(request.getHeaders().get(HttpHeader.USER_AGENT));
    }

    /// Whether a form on a page of our own sent this. Sec-Fetch-Site decides where the browser
    /// knows it (it cannot be set by a page), the Origin field (RFC 6454 §7) otherwise.
    public boolean isFromOwnPage() {
        Optional<String> site = header("Sec-Fetch-Site");
        if (site.isPresent()) {
            return site.get().equals("same-origin");
        }
        return header("Origin").filter(origin()::equals).isPresent();
    }

    /// The form that a page of our own sent.
    ///
    /// @throws BadRequest as [#form], and if it comes from elsewhere
    public FormFields ownForm() throws IOException {
        if (!isFromOwnPage()) {
            throw new BadRequest(403, "not from a page of ours");
        }
        return form();
    }

    /// Whether a person's browser shows the answer as a page: no prefetch, no frame, no script.
    public boolean isSeen() {
        return header("Sec-Purpose").isEmpty()
                && header("Sec-Fetch-Dest").orElse("document").equals("document");
    }

    /// The form that came with the request.
    ///
    /// @throws BadRequest if it is none, too long or damaged
    public FormFields form() throws IOException {
        if (!isOfType("application/x-www-form-urlencoded")) {
            throw new BadRequest(415, "not a form");
        }
        return FormFields.parse(new String(body(), StandardCharsets.US_ASCII));
    }

    /// What came with the request, whatever it is: as much as a form may have.
    ///
    /// @throws BadRequest if it is too long or too slow
    public byte[] body() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        long begun = NanoTime.now();
        try (InputStream body = Request.asInputStream(request)) {
            byte[] block = new byte[4 * 1024];
            for (int n = body.read(block); n >= 0; n = body.read(block)) {
                octets.write(block, 0, n);
                if (octets.size() > FORM_OCTETS_MAX) {
                    throw new BadRequest(413, "too long");
                }
                if (NanoTime.secondsSince(begun) > FORM_SECONDS_MAX) {
                    throw new BadRequest(408, "too slow");
                }
            }
        }
        return octets.toByteArray();
    }

    /// Reads a `multipart/form-data` body part by part, as it comes in; nothing is kept.
    ///
    /// @param octetsMax of the whole body; asked again with each piece, because who sends it may be
    ///   known only by its first parts
    /// @throws BadRequest if it is none, too long or damaged
    public void parts(LongSupplier octetsMax, FormParts.Taker taker) throws IOException {
        if (!isOfType("multipart/form-data")) {
            throw new BadRequest(415, "not a form with files");
        }
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        try (InputStream body = Request.asInputStream(request)) {
            FormParts.read(type, body, octetsMax, taker);
        }
    }

    private boolean isOfType(String wanted) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type != null
                && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(wanted);
    }
}
