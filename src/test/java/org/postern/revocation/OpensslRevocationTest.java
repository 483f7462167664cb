package org.postern.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.SampleClinic;
import org.postern.fetch.Fetcher;
import org.postern.net.TlsTrust;
import org.postern.pki.PartnerDirectory.Standing;
import org.postern.pki.Pem;
import org.postern.store.FileDisk;
import org.postern.testkit.FakeWeb;
import org.postern.testkit.Peers;

/// A real authority (`openssl ca`) with its lists, and a real responder (`openssl ocsp`).
class OpensslRevocationTest {
    private static final String SETTINGS =
            """
            [ca]
            default_ca = own
            [own]
            database = index.txt
            serial = serial
            crlnumber = crlnumber
            new_certs_dir = .
            certificate = ca.pem
            private_key = ca.key
            default_md = sha256
            default_days = 30
            default_crl_days = 7
            policy = any
            unique_subject = no
            [any]
            commonName = supplied
            [req]
            distinguished_name = none
            [none]
            [root]
            basicConstraints = critical,CA:TRUE
            keyUsage = critical,keyCertSign,cRLSign
            subjectKeyIdentifier = hash
            [listed]
            basicConstraints = CA:FALSE
            keyUsage = critical,digitalSignature,keyAgreement
            extendedKeyUsage = emailProtection
            crlDistributionPoints = URI:http://127.0.0.1:%1$d/list.crl
            [answered]
            basicConstraints = CA:FALSE
            keyUsage = critical,digitalSignature,keyAgreement
            extendedKeyUsage = emailProtection
            authorityInfoAccess = OCSP;URI:http://127.0.0.1:%2$d/
            [responder]
            basicConstraints = CA:FALSE
            keyUsage = critical,digitalSignature
            extendedKeyUsage = OCSPSigning
            noCheck = ignored
            """;

    @TempDir Path home;
    private Path openssl;

    @BeforeEach
    void find() {
        openssl = Peers.program("openssl");
    }

    @Test
    void itsListIsRead() throws Exception {
        try (FakeWeb web = FakeWeb.start()) {
            makeAuthority(web.port(), 9);
            X509Certificate ann = issue("ann", "listed");
            X509Certificate bob = issue("bob", "listed");
            run("ca", "-config", "ca.cnf", "-revoke", "bob.pem", "-crl_reason", "keyCompromise");
            run("ca", "-config", "ca.cnf", "-gencrl", "-out", "list.pem");
            run("crl", "-in", "list.pem", "-outform", "DER", "-out", "list.crl");
            web.put("/list.crl", Files.readAllBytes(home.resolve("list.crl")));
            Revocations revocations = open(web.port());
            RevocationsTest.until(() -> standing(revocations, ann) instanceof Standing.Good);
            assertInstanceOf(Standing.Revoked.class, standing(revocations, bob));
            assertEquals(1, web.asked().size(), "one list for both");
        }
    }

    @Test
    void itsResponderIsAsked() throws Exception {
        int port = SampleClinic.Ports.one();
        makeAuthority(9, port);
        X509Certificate ann = issue("ann", "answered");
        X509Certificate bob = issue("bob", "answered");
        issue("responder", "responder");
        run("ca", "-config", "ca.cnf", "-revoke", "bob.pem");
        Process responder =
                start(
                        "ocsp",
                        "-index",
                        "index.txt",
                        "-port",
                        "" + port,
                        "-rsigner",
                        "responder.pem",
                        "-rkey",
                        "responder.key",
                        "-CA",
                        "ca.pem",
                        "-ndays",
                        "1");
        try {
            awaitListening();
            Revocations revocations = open(port);
            RevocationsTest.until(() -> standing(revocations, ann) instanceof Standing.Good);
            RevocationsTest.until(() -> standing(revocations, bob) instanceof Standing.Revoked);
            // What was heard counts at once, and is kept a moment later.
            RevocationsTest.until(revocations::isIdle);
        } finally {
            responder.destroy();
            responder.waitFor(10, TimeUnit.SECONDS);
        }
        // It is gone, and a gateway that starts again still knows.
        Revocations later = open(port);
        assertInstanceOf(Standing.Good.class, standing(later, ann));
        assertInstanceOf(Standing.Revoked.class, standing(later, bob));
    }

    private Standing standing(Revocations revocations, X509Certificate certificate) {
        try {
            X509Certificate root = Pem.certificates(home.resolve("ca.pem")).getFirst();
            return revocations.of(List.of(certificate, root), Clock.systemUTC().instant());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Revocations open(int port) throws IOException {
        List<X509Certificate> root = Pem.certificates(home.resolve("ca.pem"));
        Fetcher fetcher =
                new Fetcher(
                        _ -> List.of(InetAddress.getLoopbackAddress()),
                        TlsTrust.of(root, Clock.systemUTC()),
                        Set.of(port));
        EvidenceFolder folder =
                EvidenceFolder.open(
                        new FileDisk(), home.resolve("revocation"), Clock.systemUTC().instant());
        return new Revocations(
                new Revocations.Means(fetcher, folder, RandomGenerator.of("L64X128MixRandom")),
                new Revocations.Terms(false, Duration.ofDays(1), Duration.ofHours(4)),
                Clock.systemUTC());
    }

    private void makeAuthority(int lists, int responder) throws Exception {
        Files.writeString(home.resolve("ca.cnf"), SETTINGS.formatted(lists, responder));
        Files.writeString(home.resolve("index.txt"), "");
        Files.writeString(home.resolve("serial"), "1000\n");
        Files.writeString(home.resolve("crlnumber"), "01\n");
        key("ca");
        run(
                "req",
                "-new",
                "-x509",
                "-config",
                "ca.cnf",
                "-key",
                "ca.key",
                "-subj",
                "/CN=Root",
                "-days",
                "30",
                "-extensions",
                "root",
                "-out",
                "ca.pem");
    }

    private X509Certificate issue(String name, String section) throws Exception {
        key(name);
        run(
                "req",
                "-new",
                "-config",
                "ca.cnf",
                "-key",
                name + ".key",
                "-subj",
                "/CN=" + name,
                "-out",
                name + ".csr");
        run(
                "ca",
                "-config",
                "ca.cnf",
                "-batch",
                "-notext",
                "-extensions",
                section,
                "-in",
                name + ".csr",
                "-out",
                name + ".pem");
        return Pem.certificates(home.resolve(name + ".pem")).getFirst();
    }

    private void key(String name) throws Exception {
        run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", name + ".key");
    }

    private void run(String... words) throws Exception {
        Process process = start(words);
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(
                    "openssl "
                            + String.join(" ", words)
                            + "\n"
                            + Files.readString(home.resolve("openssl.log")));
        }
    }

    private Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(openssl.toString()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("openssl.log").toFile()))
                .start();
    }

    /// By what it writes: one connection that asks nothing would keep it from all others.
    private void awaitListening() {
        RevocationsTest.until(() -> {
            try {
                return Files.readString(home.resolve("openssl.log")).contains("waiting for OCSP");
            } catch (IOException e) {
                return false;
            }
        });
    }
}
