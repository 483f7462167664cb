package org.postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.net.Networks;

/// Pages behind a web server of the clinic: whose word is taken (T23).
class BehindProxyTest {
    private static final WebSite SITE =
            new WebSite() {
                @Override
                public Router router() {
                    return new Router()
                            .get(
                                    "/",
                                    request ->
                                            WebResponse.text(
                                                    200,
                                                    "text/plain",
                                                    request.peer() + " at " + request.origin()));
                }

                @Override
                public WebResponse failure(int status, WebRequest request) {
                    return WebResponse.html(status, "failure");
                }
            };

    private static String ask(String proxies, String... fields) throws IOException {
        Networks trusted = ((Networks.Parsed.Good) Networks.parse(List.of(proxies))).networks();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        URI url = URI.create("https://mail.clinic.example");
        try (WebServer server =
                new WebServer(
                        new WebSettings(new InetSocketAddress(loopback, 0), url, null, trusted),
                        SITE)) {
            server.start();
            try (Socket socket = new Socket(loopback, server.port())) {
                socket.setSoTimeout(10_000);
                String request =
                        "GET / HTTP/1.1\r\nHost: mail.clinic.example\r\nConnection: close\r\n"
                                + String.join("", fields)
                                + "\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String all =
                        new String(
                                socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                return all.substring(9, 12) + " " + all.substring(all.indexOf("\r\n\r\n") + 4);
            }
        }
    }

    @Test
    void theProxySaysWhoAsks() throws IOException {
        assertEquals(
                "200 203.0.113.7 at https://mail.clinic.example",
                ask("127.0.0.1", "X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\n"));
        assertEquals(
                "200 203.0.113.7 at https://mail.clinic.example",
                ask(
                        "127.0.0.1",
                        "X-Forwarded-For: 198.51.100.1\r\n",
                        "X-Forwarded-For: 203.0.113.7\r\n"));
        assertEquals("200 127.0.0.1 at https://mail.clinic.example", ask("127.0.0.1"));
    }

    @Test
    void noOtherFieldIsBelieved() throws IOException {
        assertEquals(
                "200 127.0.0.1 at https://mail.clinic.example",
                ask(
                        "127.0.0.1",
                        "Forwarded: for=203.0.113.7;host=evil.example;proto=http\r\n",
                        "X-Forwarded-Host: evil.example\r\n",
                        "X-Forwarded-Proto: http\r\n",
                        "X-Real-IP: 203.0.113.9\r\n"));
    }

    @Test
    void nobodyElseIsServed() throws IOException {
        assertEquals("403 Error 403\n", ask("10.9.0.0/16"));
        assertEquals("403 Error 403\n", ask("10.9.0.0/16", "X-Forwarded-For: 10.9.0.1\r\n"));
    }
}
