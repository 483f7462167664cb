package org.postern.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.SampleClinic;
import org.postern.http.WebServer;
import org.postern.http.WebSettings;
import org.postern.mail.Address;
import org.postern.net.TlsTrust;
import org.postern.pki.Pem;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.PebblePeer;
import org.postern.testkit.TestTls;

/// A real authority: it issues to the pages when it found the proof on their own port, and to
/// nobody else.
class AcmePeersTest {
    private static final String HOST = "pages.clinic.example";

    private final ManualClock clock = new ManualClock(Clock.systemUTC().instant());
    private final PageIdentity identity = new PageIdentity(HOST);

    @TempDir Path temporary;

    private WebServer server;

    @BeforeEach
    void start() throws IOException {
        server =
                new WebServer(
                        new WebSettings(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                URI.create("https://" + HOST + ":0"),
                                identity),
                        new PageIdentityTest.Site());
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private AcmeFolder folder() {
        return new AcmeFolder(new FileDisk(), temporary.resolve("acme"), HOST);
    }

    private PageCertificate certificate(PebblePeer pebble, Path anchor) {
        TlsTrust.Loaded loaded = TlsTrust.anchors(anchor, Clock.systemUTC());
        TlsTrust trust = ((TlsTrust.Loaded.Ready) loaded).trust();
        AcmeAuthority.Terms terms =
                new AcmeAuthority.Terms(pebble.directory(), Address.of("it@clinic.example"), trust);
        return new PageCertificate(
                new AcmeAuthority(terms, folder(), new SecureRandom()),
                folder(),
                identity,
                (_, _) -> {},
                clock,
                new SecureRandom());
    }

    @Test
    void itIssuesAndRenews() throws IOException {
        try (PebblePeer pebble = PebblePeer.start(HOST, server.port())) {
            PageCertificate certificate = certificate(pebble, pebble.anchor());
            certificate.open();
            certificate.look();
            assertEquals(Optional.empty(), folder().trouble(), pebble.log());
            X509Certificate first = shown(pebble.root());
            assertEquals(folder().certificate(), Optional.of(first));
            String account = Files.readString(temporary.resolve("acme/account.pem"));
            clock.advance(
                    Duration.between(
                                    first.getNotBefore().toInstant(),
                                    first.getNotAfter().toInstant())
                            .multipliedBy(66)
                            .dividedBy(100));
            // As after a restart.
            PageCertificate later = certificate(pebble, pebble.anchor());
            later.open();
            later.look();
            assertEquals(Optional.empty(), folder().trouble(), pebble.log());
            X509Certificate second = shown(pebble.root());
            assertNotEquals(first, second);
            assertNotEquals(first.getPublicKey(), second.getPublicKey(), "the key is new");
            assertEquals(
                    account,
                    Files.readString(temporary.resolve("acme/account.pem")),
                    "the account is the same");
        }
    }

    @Test
    void whoeverIsNotTheHostGetsNone() throws IOException {
        try (PebblePeer pebble = PebblePeer.start(HOST, SampleClinic.Ports.one())) {
            PageCertificate certificate = certificate(pebble, pebble.anchor());
            certificate.look();
            assertTrue(identity.certificate().isEmpty());
            String why = folder().trouble().orElseThrow().why();
            assertTrue(why.startsWith("the authority did not find the proof at port 443 of"), why);
            assertTrue(why.contains("Failed to connect"), why);
        }
    }

    @Test
    void aDirectoryThatNobodyVouchesForIsNotAsked() throws IOException {
        try (PebblePeer pebble = PebblePeer.start(HOST, server.port());
                PebblePeer other = PebblePeer.start(HOST, server.port())) {
            Path stranger = temporary.resolve("stranger.pem");
            Files.writeString(stranger, Pem.of(List.of(other.root())));
            certificate(pebble, stranger).look();
            String why = folder().trouble().orElseThrow().why();
            assertTrue(why.contains("certif") || why.contains("path"), why);
            assertFalse(pebble.log().contains("newAccount"), pebble.log());
        }
    }

    private X509Certificate shown(X509Certificate root) throws IOException {
        try (SSLSocket socket =
                (SSLSocket)
                        TestTls.client(List.of(root))
                                .getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(HOST)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
