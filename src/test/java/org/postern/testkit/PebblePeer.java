package org.postern.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.postern.demo.SampleClinic;
import org.postern.pki.Identity;
import org.postern.pki.Pem;

/// A real authority for ACME on loopback ports: pebble, the test server of Let's Encrypt. Of all
/// names it knows those of a test's zone, and it looks for proofs at one port. It refuses some
/// nonces on purpose, as servers that were restarted do.
public final class PebblePeer implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private static final String SETTINGS =
            """
            {"pebble": {
              "listenAddress": "127.0.0.1:%d",
              "managementListenAddress": "127.0.0.1:%d",
              "certificate": "%s",
              "privateKey": "%s",
              "httpPort": 1,
              "tlsPort": %d,
              "ocspResponderURL": "",
              "externalAccountBindingRequired": false
            }}
            """;

    private final Path folder;
    private final FakeNameServer names;
    private final int port;
    private final int management;
    private final Process process;

    private PebblePeer(
            Path folder, FakeNameServer names, int port, int management, Process process) {
        this.folder = folder;
        this.names = names;
        this.port = port;
        this.management = management;
        this.process = process;
    }

    /// @param host the one name that is known; it stands for this machine
    /// @param proofs the port at which it looks for proofs by TLS
    public static PebblePeer start(String host, int proofs) throws IOException {
        Path program = Peers.program("pebble");
        Path folder = Files.createTempDirectory("pebble-peer");
        Identity identity = AUTHORITY.server("localhost");
        Pem.write(folder.resolve("server.pem"), identity.chain());
        Pem.write(folder.resolve("server.key"), identity.key());
        Pem.write(folder.resolve("anchor.pem"), List.of(AUTHORITY.authority().certificate()));
        int port = SampleClinic.Ports.one();
        int management = SampleClinic.Ports.one();
        Path settings = folder.resolve("settings.json");
        Files.writeString(
                settings,
                SETTINGS.formatted(
                        port,
                        management,
                        folder.resolve("server.pem"),
                        folder.resolve("server.key"),
                        proofs));
        FakeNameServer names = FakeNameServer.start(new FakeZone().address(host, "127.0.0.1"));
        ProcessBuilder builder =
                new ProcessBuilder(
                                program.toString(),
                                "-config",
                                settings.toString(),
                                "-dnsserver",
                                "127.0.0.1:" + names.address().getPort())
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("PEBBLE_VA_NOSLEEP", "1");
        builder.environment().put("PEBBLE_WFE_NONCEREJECT", "20");
        Process process = builder.start();
        PebblePeer peer = new PebblePeer(folder, names, port, management, process);
        if (!PostfixPeer.waitFor(() -> peer.listens() || !process.isAlive(), START_MAX)
                || !process.isAlive()) {
            String log = peer.log();
            peer.close();
            throw new IOException("pebble did not start: " + log);
        }
        return peer;
    }

    private boolean listens() {
        return PostfixPeer.listens(port) && PostfixPeer.listens(management);
    }

    /// Where it says what it can do.
    public URI directory() {
        return URI.create("https://localhost:" + port + "/dir");
    }

    /// Who vouches for its own server.
    public Path anchor() {
        return folder.resolve("anchor.pem");
    }

    /// Who vouches for what it issues.
    public X509Certificate root() throws IOException {
        List<X509Certificate> anchor = List.of(AUTHORITY.authority().certificate());
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(TestTls.client(anchor)).build()) {
            URI roots = URI.create("https://localhost:" + management + "/roots/0");
            HttpResponse<byte[]> answer =
                    client.send(
                            HttpRequest.newBuilder(roots).timeout(START_MAX).build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(answer.body()));
        } catch (CertificateException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    public String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /// Ends it by its own process id and removes its folder.
    @Override
    public void close() throws IOException {
        process.destroy();
        if (!PostfixPeer.waitFor(() -> !process.isAlive(), STOP_MAX)) {
            process.destroyForcibly();
        }
        names.close();
        PostfixPeer.delete(folder);
    }
}
