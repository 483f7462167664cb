package org.postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The server as strangers talk to it: octets on a socket.
class WebServerTest {
    private static final int DEADLINE_S = 2;

    private final List<String> uploads = new ArrayList<>();
    private WebServer server;

    private final class Site implements WebSite {
        @Override
        public Router router() {
            return new Router()
                    .get("/", _ -> WebResponse.html(200, "<p>home</p>"))
                    .get("/m/{token}", request -> WebResponse.html(200, request.captured("token")))
                    .get(
                            "/fault",
                            _ -> {
                                throw new IllegalStateException("secret detail");
                            })
                    .post("/form", this::form)
                    .post("/own", request -> WebResponse.html(200, request.ownForm().text("a")))
                    .post("/files", this::files);
        }

        private WebResponse form(WebRequest request) throws IOException {
            return WebResponse.html(request.isFromOwnPage() ? 200 : 403, request.form().text("a"));
        }

        private WebResponse files(WebRequest request) throws IOException {
            StringBuilder seen = new StringBuilder();
            request.parts(
                    () -> 10_000,
                    part -> {
                        seen.append(part.name()).append('=').append(part.filename()).append(';');
                        return java.io.OutputStream.nullOutputStream();
                    });
            uploads.add(seen.toString());
            return WebResponse.html(200, "taken");
        }

        @Override
        public WebResponse failure(int status, WebRequest request) {
            return WebResponse.html(status, "<p>failure</p>");
        }
    }

    @BeforeEach
    void start() throws IOException {
        WebSettings settings =
                new WebSettings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        URI.create("http://localhost:0"),
                        null);
        server = new WebServer(settings, new Site(), Duration.ofSeconds(DEADLINE_S));
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String host() {
        return "localhost:" + server.port();
    }

    private String send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(request.replace("@HOST@", host()).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        }
    }

    private static String read(InputStream in) throws IOException {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            return "";
        }
    }

    /// Waits as long as the socket's time-out for an answer.
    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private static String get(String path, String... fields) {
        return "GET "
                + path
                + " HTTP/1.1\r\nHost: @HOST@\r\nConnection: close\r\n"
                + String.join("", fields)
                + "\r\n";
    }

    private void answered(int status, String request) throws IOException {
        String answer = send(request);
        assertTrue(answer.startsWith("HTTP/1.1 " + status), request + "\n\n" + answer);
        String lower = answer.toLowerCase(java.util.Locale.ROOT);
        assertFalse(lower.contains("exception"), answer);
        assertFalse(lower.contains("jetty"), answer);
        assertFalse(lower.contains("\r\nserver:"), answer);
        assertFalse(lower.contains("secret detail"), answer);
        if (status != 100) {
            assertTrue(lower.contains("content-security-policy: "), answer);
        }
    }

    @Test
    void oneSourceDoesNotTakeThePlacesOfAll() throws Exception {
        List<Socket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                held.add(served());
            }
            Socket tooMany = new Socket(InetAddress.getLoopbackAddress(), server.port());
            held.add(tooMany);
            tooMany.setSoTimeout(10_000);
            assertTrue(isClosed(tooMany), "one more than a source may have");

            held.removeFirst().close();
            String answer = "";
            long limit = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (answer.isEmpty() && System.nanoTime() < limit) {
                answer = sendIfOpen(get("/").replace("@HOST@", host()));
            }
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    /// A connection on which one request was answered, and that stays open.
    private Socket served() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        String request = "GET / HTTP/1.1\r\nHost: " + host() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        assertEquals('H', socket.getInputStream().read());
        return socket;
    }

    private String sendIfOpen(String request) {
        try {
            return send(request);
        } catch (IOException e) {
            // The place is not free yet.
            return "";
        }
    }

    @Test
    void whatIsThrownAwayMayNotComeForEver() {
        InputStream drip =
                new InputStream() {
                    @Override
                    public int read() {
                        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
                        return 'x';
                    }

                    @Override
                    public int read(byte[] block, int offset, int length) {
                        block[offset] = (byte) read();
                        return 1;
                    }
                };
        BadRequest slow =
                assertThrows(BadRequest.class, () -> FormParts.drain(drip, Duration.ofMillis(30)));
        assertEquals(408, slow.status());
    }

    @Test
    void oddRequestsAreRefused() throws IOException {
        answered(200, get("/"));
        answered(400, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
        answered(400, "GET / HTTP/1.1\r\nHost: @HOST@\r\nHost: evil\r\n\r\n");
        answered(400, "GET / HTTP/1.1\nHost: @HOST@\n\n");
        answered(400, get("/", "X: a\r\n b\r\n"));
        answered(400, get("/", "X: a\u0000b\r\n"));
        answered(400, get("/", "X : a\r\n"));
        answered(400, "POST /form HTTP/1.1\r\nHost: @HOST@\r\nContent-Length: +1\r\n\r\na");
        answered(
                400,
                "POST /form HTTP/1.1\r\nHost: @HOST@\r\nContent-Length: 1\r\n"
                        + "Content-Length: 2\r\n\r\na");
        answered(
                400,
                lines(
                        "POST /form HTTP/1.1",
                        "Host: @HOST@",
                        "Content-Length: 4",
                        "Transfer-Encoding: chunked",
                        "",
                        "0",
                        ""));
        answered(431, get("/", "X: " + "a".repeat(9_000) + "\r\n"));
        answered(414, get("/" + "a".repeat(9_000)));
    }

    @Test
    void pathsAreTakenAsTheyAre() throws IOException {
        answered(200, get("/m/abc_-~.X"));
        for (String path :
                List.of(
                        "/m/a%2e%2e",
                        "/m/a;x=1", "/m/", "//m/a", "/m/a/", "/m/%61", "/M/a", "/m")) {
            String answer = send(get(path));
            assertTrue(
                    answer.startsWith("HTTP/1.1 404") || answer.startsWith("HTTP/1.1 400"),
                    path + answer);
        }
        answered(400, get("/m/%00"));
        answered(400, get("/m/../m/a/..;/"));
    }

    @Test
    void onlyOurOwnHostIsAnswered() throws IOException {
        for (String host : List.of("evil.example", "localhost", "localhost:1", "LOCALHOST.evil")) {
            answered(421, "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        }
        answered(
                421,
                lines(
                        "GET / HTTP/1.1",
                        "Host: evil.example",
                        "X-Forwarded-Host: @HOST@",
                        "Connection: close",
                        ""));
        answered(
                421,
                lines(
                        "GET http://evil.example/ HTTP/1.1",
                        "Host: evil.example",
                        "Connection: close",
                        ""));
    }

    @Test
    void methodsThatAreNotMeantGet405() throws IOException {
        String answer = send(get("/form"));
        assertTrue(answer.startsWith("HTTP/1.1 405"), answer);
        assertTrue(answer.contains("Allow: POST\r\n"), answer);
        answered(405, "DELETE / HTTP/1.1\r\nHost: @HOST@\r\nConnection: close\r\n\r\n");
        answered(405, "TRACE / HTTP/1.1\r\nHost: @HOST@\r\nConnection: close\r\n\r\n");
        answered(405, "OPTIONS / HTTP/1.1\r\nHost: @HOST@\r\nConnection: close\r\n\r\n");
    }

    @Test
    void everyAnswerCarriesItsFields() throws IOException {
        String expected =
                """
                Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; \
                img-src 'self' data:; frame-src 'self'; connect-src 'self'; form-action 'self'; \
                base-uri 'none'; frame-ancestors 'none'; object-src 'none'
                X-Content-Type-Options: nosniff
                Referrer-Policy: strict-origin
                Cross-Origin-Opener-Policy: same-origin
                Cross-Origin-Resource-Policy: same-origin
                Permissions-Policy: camera=(), microphone=(), geolocation=(), \
                publickey-credentials-get=(self), publickey-credentials-create=(self)
                Cache-Control: no-store
                X-Robots-Tag: noindex, nofollow
                """
                        .replace("\n", "\r\n");
        for (String path : List.of("/", "/nothing", "/fault", "/m/a", "/form")) {
            String answer = send(get(path));
            assertTrue(answer.contains(expected), path + "\n" + answer);
        }
    }

    @Test
    void headIsGetWithoutItsBody() throws IOException {
        String get = send(get("/"));
        String head = send(get("/").replaceFirst("GET", "HEAD"));
        String dateless = "Date: [^\r]*\r\n";
        assertEquals(
                get.substring(0, get.indexOf("\r\n\r\n") + 4).replaceFirst(dateless, ""),
                head.replaceFirst(dateless, ""));
    }

    @Test
    void ourOwnFaultsSayNothing() throws IOException {
        answered(500, get("/fault"));
    }

    @Test
    void formsOfOtherSitesAreKnown() throws IOException {
        form(200, "Origin: http://@HOST@\r\n");
        form(200, "Sec-Fetch-Site: same-origin\r\nOrigin: null\r\n");
        form(403, "");
        form(403, "Origin: null\r\n");
        form(403, "Origin: http://evil.example\r\n");
        form(403, "Origin: http://localhost\r\n");
        form(403, "Sec-Fetch-Site: cross-site\r\nOrigin: http://@HOST@\r\n");
        form(403, "Sec-Fetch-Site: same-site\r\nOrigin: http://@HOST@\r\n");
        form(403, "Sec-Fetch-Site: none\r\n");
    }

    /// Without the word, the client's next request goes into a connection that is being closed.
    @Test
    void whoseFormIsAnsweredUnreadIsToldThatTheConnectionEnds() throws IOException {
        String answer =
                send(
                        lines(
                                "POST /own HTTP/1.1",
                                "Host: @HOST@",
                                "Origin: https://evil.example",
                                "Content-Type: application/x-www-form-urlencoded",
                                "Content-Length: 3",
                                ""));
        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
        assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
    }

    private void form(int status, String fields) throws IOException {
        answered(
                status,
                "POST /form HTTP/1.1\r\nHost: @HOST@\r\nConnection: close\r\n"
                        + "Content-Type: application/x-www-form-urlencoded\r\n"
                        + fields
                        + "Content-Length: 3\r\n\r\na=b");
    }

    @Test
    void formsHaveLimits() throws IOException {
        String head =
                lines(
                        "POST /form HTTP/1.1",
                        "Host: @HOST@",
                        "Connection: close",
                        "Origin: http://@HOST@");
        String form = "Content-Type: application/x-www-form-urlencoded\r\n";
        answered(415, head + "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\na=b");
        answered(400, head + form + "Content-Length: 4\r\n\r\na=%G");
        String many = "x=1&".repeat(10) + "a=1";
        answered(200, head + form + "Content-Length: " + many.length() + "\r\n\r\n" + many);
        StringBuilder fields = new StringBuilder("a=1");
        for (int i = 0; i < 60; i++) {
            fields.append("&f").append(i).append("=1");
        }
        answered(400, head + form + "Content-Length: " + fields.length() + "\r\n\r\n" + fields);
        String big = "a=" + "b".repeat(70_000);
        answered(413, head + form + "Content-Length: " + big.length() + "\r\n\r\n" + big);
    }

    @Test
    void filesOfFormsHaveLimitsAndNames() throws IOException {
        files(200, part("a", "") + part("f", "; filename=\"niña.png\"") + "--b--\r\n");
        assertEquals("a=null;f=niña.png;", uploads.getFirst());
        files(400, part("a", ""));
        files(400, "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n");
        files(400, "no boundary at all");
        files(413, part("a", "").replace("VALUE", "x".repeat(11_000)) + "--b--\r\n");
        files(400, part("a", "").repeat(60) + "--b--\r\n");
        files(400, part("a", "; x=\"" + "y".repeat(6_000) + "\"") + "--b--\r\n");
    }

    private static String part(String name, String parameters) {
        return "--b\r\nContent-Disposition: form-data; name=\""
                + name
                + "\""
                + parameters
                + "\r\n\r\nVALUE\r\n";
    }

    private void files(int status, String body) throws IOException {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        answered(
                status,
                "POST /files HTTP/1.1\r\nHost: @HOST@\r\nConnection: close\r\n"
                        + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: "
                        + length
                        + "\r\n\r\n"
                        + body);
    }

    /// One octet at a time never lets the idle time-out strike; the header deadline does.
    @Test
    void aDrippingRequestIsCutOff() throws IOException {
        long begun = System.nanoTime();
        boolean closed = false;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(100);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nX: ".getBytes(StandardCharsets.UTF_8));
            while (!closed && System.nanoTime() - begun < 30_000_000_000L) {
                socket.getOutputStream().write('a');
                socket.getOutputStream().flush();
                closed = isClosed(socket);
            }
        } catch (IOException e) {
            closed = true;
        }
        assertTrue(closed);
        long seconds = (System.nanoTime() - begun) / 1_000_000_000L;
        assertTrue(seconds >= DEADLINE_S - 1, "closed after " + seconds);
    }

    /// A slow body is not a slow header.
    @Test
    void aSlowUploadIsNotCutOff() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(250);
            String head =
                    "POST /form HTTP/1.1\r\nHost: "
                            + host()
                            + "\r\nConnection: close\r\nOrigin: http://"
                            + host()
                            + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                            + "Content-Length: 20\r\n\r\na=";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 18; i++) {
                socket.getOutputStream().write('b');
                socket.getOutputStream().flush();
                assertFalse(isClosed(socket), "closed at octet " + i);
            }
            socket.setSoTimeout(10_000);
            String answer = read(socket.getInputStream());
            assertTrue(answer.isEmpty() || answer.contains("b".repeat(18)), answer);
        }
    }
}
