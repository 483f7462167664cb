package org.postern.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.mail.Domain;
import org.postern.mtasts.PolicyFetch.Fetched;
import org.postern.net.HostLookup;
import org.postern.net.TlsTrust;
import org.postern.pki.Identity;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// S28: what a policy host may answer, against a server that says exactly what a test wants.
class HttpsPolicyFetchTest {
    private static final Domain DOMAIN = new Domain("partner.example");
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity RIGHT = AUTHORITY.server("mta-sts.partner.example");
    private static final TlsTrust TRUST =
            TlsTrust.of(List.of(AUTHORITY.authority().certificate()), Clock.systemUTC());
    private static final HostLookup LOOPBACK = _ -> List.of(InetAddress.getLoopbackAddress());
    private static final String TEXT = "version: STSv1\r\nmode: none\r\nmax_age: 1\r\n";
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void aPolicyIsFetched() throws IOException {
        assertEquals(TEXT, body(HEAD + "\r\n" + TEXT));
        assertEquals(TEXT, body(HEAD + "Content-Length: 40\r\n\r\n" + TEXT + "and more"));
        assertEquals(TEXT, body(HEAD.replace("plain", "plain; charset=utf-8") + "\r\n" + TEXT));
        assertEquals(
                TEXT,
                body(
                        HEAD
                                + "Transfer-Encoding: chunked\r\n\r\n10\r\n"
                                + TEXT.substring(0, 16)
                                + "\r\n18;x=y\r\n"
                                + TEXT.substring(16)
                                + "\r\n0\r\n\r\n"));
        assertEquals("", body(HEAD + "\r\n"));
    }

    @Test
    void theRequestNamesTheHostAndNothingElse() throws Exception {
        try (Host host = new Host(RIGHT, HEAD + "\r\n" + TEXT)) {
            fetch(host, LONG);
            String expected =
                    """
                    GET /.well-known/mta-sts.txt HTTP/1.1
                    Host: mta-sts.partner.example:PORT
                    User-Agent: postern
                    Accept: text/plain
                    Connection: close
                    """;
            assertEquals(
                    expected.replace("\n", "\r\n").replace("PORT", "" + host.port()),
                    host.request.get());
        }
    }

    @Test
    void whatIsNoPolicyFails() throws IOException {
        failed("answered 301", "HTTP/1.1 301 Moved\r\nLocation: https://a/\r\n\r\n");
        failed("answered 302", "HTTP/1.1 302\r\nLocation: https://a/\r\n\r\n");
        failed("answered 404", "HTTP/1.1 404 Not Found\r\n\r\n");
        failed("answered something that is not HTTP", "HTTP/1.1 200OK\r\n\r\n");
        failed("another type", HEAD.replace("plain", "html") + "\r\n" + TEXT);
        failed("another type", "HTTP/1.1 200 OK\r\n\r\n" + TEXT);
        failed("another type", HEAD.replace("plain", "plaintext") + "\r\n" + TEXT);
        failed("unknown coding", HEAD + "Transfer-Encoding: gzip\r\n\r\n" + TEXT);
        failed("as a web server does", HEAD + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n");
        failed("as a web server does", HEAD + "Transfer-Encoding: chunked\r\n\r\n10\r\nab");
        failed("as a web server does", "");
        failed("as a web server does", "HTTP/1.1 200 OK\r\nContent-");
        failed("within the body", HEAD + "Content-Length: 41\r\n\r\n" + TEXT);
    }

    @Test
    void sizesAreBounded() throws IOException {
        String most = "x".repeat(HttpsPolicyFetch.BODY_OCTETS_MAX);
        assertEquals(most, body(HEAD + "\r\n" + most));
        failed("more than 65536 octets", HEAD + "\r\n" + most + "x");
        failed("too long a body", HEAD + "Content-Length: 65537\r\n\r\n" + most + "x");
        failed("too long a body", HEAD + "Content-Length: 99999999999\r\n\r\n");
        failed(
                "more than 65536 octets",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n10001\r\n" + most + "x\r\n0\r\n\r\n");
        failed("as a web server does", HEAD + "X: y\r\n".repeat(10_000) + "\r\n");
    }

    @Test
    void aHostThatDoesNotProveItselfIsNotHeard() throws IOException {
        for (Identity wrong :
                List.of(
                        AUTHORITY.server("partner.example"),
                        AUTHORITY.expiredServer("mta-sts.partner.example"),
                        TestAuthority.selfSignedServer("mta-sts.partner.example"),
                        TestAuthority.create().server("mta-sts.partner.example"))) {
            try (Host host = new Host(wrong, HEAD + "\r\n" + TEXT)) {
                String reason = assertInstanceOf(Fetched.Failed.class, fetch(host, LONG)).reason();
                assertTrue(reason.contains("did not prove itself"), reason);
            }
        }
    }

    @Test
    void timeIsBounded() throws IOException {
        try (Host host = new Host(RIGHT, null)) {
            Fetched fetched = fetch(host, Duration.ofMillis(500));
            assertTrue(fetched.toString().contains("in time"), fetched.toString());
        }
    }

    @Test
    void whereItMayNotConnectItDoesNot() {
        HttpsPolicyFetch fetch =
                new HttpsPolicyFetch(
                        host -> {
                            throw new IOException(host + " has no public address");
                        },
                        TRUST,
                        LONG,
                        443);
        Fetched fetched = fetch.fetch(DOMAIN);
        assertTrue(fetched.toString().contains("no public address"), fetched.toString());
    }

    private static String body(String answer) throws IOException {
        try (Host host = new Host(RIGHT, answer)) {
            Fetched fetched = fetch(host, LONG);
            return assertInstanceOf(Fetched.Body.class, fetched, fetched.toString()).text();
        }
    }

    private static void failed(String reason, String answer) throws IOException {
        try (Host host = new Host(RIGHT, answer)) {
            Fetched fetched = fetch(host, LONG);
            String said = assertInstanceOf(Fetched.Failed.class, fetched).reason();
            assertTrue(said.contains(reason), said);
        }
    }

    private static Fetched fetch(Host host, Duration limit) {
        return new HttpsPolicyFetch(LOOPBACK, TRUST, limit, host.port()).fetch(DOMAIN);
    }

    /// Takes one connection, reads the request, answers, closes.
    private static final class Host implements AutoCloseable {
        final CompletableFuture<String> request = new CompletableFuture<>();
        private final CountDownLatch closed = new CountDownLatch(1);
        private final ServerSocket listener;

        /// @param answer null for none at all
        Host(Identity identity, @Nullable String answer) throws IOException {
            listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            Thread.ofVirtual()
                    .start(() -> {
                        try (Socket plain = listener.accept()) {
                            serve(TestTls.server(identity).over(plain), answer);
                        } catch (IOException e) {
                            // The client has gone, which is what some tests want.
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
        }

        private void serve(SSLSocket tls, @Nullable String answer)
                throws IOException, InterruptedException {
            tls.startHandshake();
            InputStream in = tls.getInputStream();
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                int octet = in.read();
                if (octet < 0) {
                    return;
                }
                head.append((char) octet);
            }
            request.complete(head.substring(0, head.length() - 2));
            if (answer == null) {
                closed.await();
                return;
            }
            OutputStream out = tls.getOutputStream();
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            tls.close();
        }

        int port() {
            return listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            listener.close();
        }
    }
}
