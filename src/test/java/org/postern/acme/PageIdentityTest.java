package org.postern.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.http.Router;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.http.WebServer;
import org.postern.http.WebSettings;
import org.postern.http.WebSite;
import org.postern.net.TlsMaterial;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// What the pages show in handshakes: nothing, a proof, a certificate, the next one.
class PageIdentityTest {
    private static final String HOST = "pages.clinic.example";
    private static final String PROVING = "acme-tls/1";
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final TlsMaterial FIRST = TestTls.server(AUTHORITY.server(HOST));
    private static final TlsMaterial SECOND = TestTls.server(AUTHORITY.server(HOST));
    private static final TlsMaterial PROOF = TestTls.server(AUTHORITY.server(HOST));

    private final PageIdentity identity = new PageIdentity(HOST);
    private WebServer server;

    /// A site of one page.
    static final class Site implements WebSite {
        @Override
        public Router router() {
            return new Router().get("/", _ -> WebResponse.html(200, "<p>home</p>"));
        }

        @Override
        public WebResponse failure(int status, WebRequest request) {
            return WebResponse.html(status, "<p>failure</p>");
        }
    }

    @BeforeEach
    void start() throws IOException {
        server =
                new WebServer(
                        new WebSettings(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                URI.create("https://" + HOST + ":0"),
                                identity),
                        new Site());
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void withoutACertificateNothingIsAnswered(String version) throws IOException {
        assertThrows(SSLHandshakeException.class, () -> connect(version, HOST));
        try (Socket clear = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            clear.setSoTimeout(10_000);
            clear.getOutputStream()
                    .write(
                            ("GET / HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            String said =
                    new String(clear.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertFalse(said.contains("HTTP/"), said);
            assertFalse(said.contains("home"), said);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theProofIsShownToWhoeverAsksForIt(String version) throws IOException {
        identity.show(PROOF);
        try (SSLSocket prover = connect(version, HOST, PROVING)) {
            assertEquals(PROVING, prover.getApplicationProtocol());
            assertEquals(PROOF.certificate(), shown(prover));
        }
        assertThrows(
                SSLHandshakeException.class,
                () -> connect(version, HOST),
                "nobody else is answered by it");
        identity.use(FIRST);
        try (SSLSocket prover = connect(version, HOST, PROVING);
                SSLSocket reader = connect(version, HOST);
                SSLSocket browser = connect(version, HOST, "h2", "http/1.1")) {
            assertEquals(PROOF.certificate(), shown(prover));
            assertEquals(FIRST.certificate(), shown(reader));
            assertEquals(FIRST.certificate(), shown(browser));
            assertEquals("http/1.1", browser.getApplicationProtocol());
            assertTrue(get(reader).contains("home"));
        }
        assertThrows(
                SSLHandshakeException.class,
                () -> connect(version, "other.example", PROVING),
                "another host is not proved");
    }

    /// RFC 8737 §4: the connection is closed after its handshake.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aProofIsNoWayToThePages(String version) throws IOException {
        identity.use(FIRST);
        identity.show(PROOF);
        try (SSLSocket prover = connect(version, HOST, PROVING)) {
            String said = "";
            try {
                said = get(prover);
            } catch (IOException e) {
                // Closed before, or while, it asked.
                said = "";
            }
            assertEquals("", said);
        }
    }

    @Test
    void whatIsHiddenIsNotShown() throws IOException {
        identity.use(FIRST);
        identity.show(PROOF);
        identity.hide();
        try (SSLSocket prover = connect("TLSv1.3", HOST, PROVING)) {
            assertEquals(FIRST.certificate(), shown(prover));
            assertEquals("", prover.getApplicationProtocol());
        }
    }

    @Test
    void openConnectionsOutliveAChange() throws IOException {
        identity.use(FIRST);
        try (SSLSocket open = connect("TLSv1.3", HOST)) {
            assertTrue(get(open).contains("home"));
            identity.use(SECOND);
            assertTrue(get(open).contains("home"));
            assertEquals(FIRST.certificate(), shown(open));
        }
        try (SSLSocket later = connect("TLSv1.3", HOST)) {
            assertEquals(SECOND.certificate(), shown(later));
        }
    }

    /// `tls: here`: a renewed file is used without a restart.
    @Test
    void aCertificateInFilesIsAskedForAtEachHandshake() throws IOException {
        AtomicReference<TlsMaterial> files = new AtomicReference<>(FIRST);
        WebSettings settings =
                new WebSettings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        URI.create("https://" + HOST + ":0"),
                        WebSettings.Tls.of(files::get));
        try (WebServer other = new WebServer(settings, new Site())) {
            other.start();
            try (SSLSocket open = handshake(other.port(), "TLSv1.3", HOST)) {
                assertEquals(FIRST.certificate(), shown(open));
                files.set(SECOND);
                try (SSLSocket later = handshake(other.port(), "TLSv1.3", HOST)) {
                    assertEquals(SECOND.certificate(), shown(later));
                }
            }
        }
    }

    private static X509Certificate shown(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    private SSLSocket connect(String version, String host, String... protocols) throws IOException {
        return handshake(server.port(), version, host, protocols);
    }

    private static SSLSocket handshake(int port, String version, String host, String... protocols)
            throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        TestTls.client(List.of(AUTHORITY.authority().certificate()))
                                .getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        parameters.setServerNames(List.of(new SNIHostName(host)));
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    /// One page; the connection stays open.
    private String get(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        ("GET / HTTP/1.1\r\nHost: " + HOST + ":" + server.port() + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        StringBuilder said = new StringBuilder();
        while (!said.toString().contains("</p>")) {
            int octet = socket.getInputStream().read();
            if (octet < 0) {
                return said.toString();
            }
            said.append((char) octet);
        }
        return said.toString();
    }
}
