package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cert.OwnKeys;
import org.postern.config.Configuration;
import org.postern.fetch.Fetched;
import org.postern.fetch.Fetcher;
import org.postern.fetch.Question;
import org.postern.keyring.Issuing;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.net.TlsTrust;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.pki.Validity;
import org.postern.testkit.Accepted;
import org.postern.testkit.FakeWeb;
import org.postern.testkit.SmtpSink;

/// Nothing goes out under a certificate that is known to be revoked, or of which nobody knows; and
/// an authority that does not answer keeps no other mail waiting.
class RevocationStory {
    private static final String GOOD = "good@lists.example";
    private static final String REVOKED = "revoked@lists.example";
    private static final String SILENT = "silent@lists.example";
    private static final String GONE = "gone@lists.example";
    private static final String RULE =
            """
              - name: partners with certificates
                when: { recipient: { domain: lists.example } }
                then: { protect: [smime], otherwise: hold }
            """;
    private static final String MESSAGE =
            "From: Anna <%s>\r\nSubject: Results\r\nMIME-Version: 1.0\r\n\r\nAll is well.\r\n"
                    .formatted(StagedClinic.ANNA);

    private final Validity validity =
            Validity.from(Clock.systemUTC().instant(), Duration.ofDays(30));
    private final Authority root = Authority.create("Partners", KeyKind.P_256, validity);
    private final CountDownLatch end = new CountDownLatch(1);

    @TempDir Path home;

    @Test
    void onlyWhoseAuthoritySaysSoGetsMail() throws Exception {
        try (FakeWeb web = FakeWeb.start();
                SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none");
            Pem.write(partners(staged).resolve("anchors/p.pem"), List.of(root.certificate()));
            put(staged, web, GOOD, "/list");
            X509Certificate revoked = put(staged, web, REVOKED, "/list");
            put(staged, web, SILENT, "/silent");
            put(staged, web, GONE, "/gone");
            web.put("/list", list(revoked));
            web.say("/silent", (_, _) -> awaitEnd());
            staged.settings(
                            "pki: { wait-hours: 0, fetch: { allow: [127.0.0.0/8], ports: [%d] } }\n"
                                    .formatted(web.port()))
                    .rules(RULE)
                    .open();
            await("the list", () -> !kept(staged).isEmpty());
            try (MailClient doctor = staged.submission()) {
                String reply = doctor.offer(List.of(SILENT, REVOKED, GONE, GOOD), MESSAGE);
                assertTrue(reply.startsWith("250"), reply);
            }
            await("the copy", () -> !sink.taken().isEmpty());
            staged.awaitAudit(REVOKED, "held", "was revoked by its authority");
            staged.awaitAudit(SILENT, "held", "certificate in partners/silent.pem");
            staged.awaitAudit(GONE, "held", "127.0.0.1 answered 404");
            assertEquals(1, sink.taken().size());
            assertEquals(List.of(GOOD), sink.taken().getFirst().recipients());
            end.countDown();
        }
    }

    /// It waits for the word, and the author is not told of a failure meanwhile.
    @Test
    void whatIsNotKnownYetIsWaitedFor() throws Exception {
        try (FakeWeb web = FakeWeb.start();
                SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none");
            Pem.write(partners(staged).resolve("anchors/p.pem"), List.of(root.certificate()));
            put(staged, web, GONE, "/gone");
            staged.settings(
                            "pki: { fetch: { allow: [127.0.0.0/8], ports: [%d] } }\n"
                                    .formatted(web.port()))
                    .rules(RULE)
                    .open();
            try (MailClient doctor = staged.submission()) {
                String reply = doctor.offer(List.of(GONE), MESSAGE);
                assertTrue(reply.startsWith("250"), reply);
            }
            staged.awaitAudit(GONE, "delayed", "certificate in partners/gone.pem");
            assertEquals(List.of(), sink.taken());
        }
    }

    /// The clinic's own authority is made with the first signed message; its list is there soon,
    /// for everybody.
    @Test
    void theClinicsOwnListIsServed() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none");
            Configuration configuration =
                    Accepted.value(Configuration.load(staged.clinic().config()));
            Issuing issuing =
                    new Issuing(
                            OwnKeys.of(configuration.gateway(), Clock.systemUTC()).keyring(),
                            new Issuing.Clinic(
                                    "Clinic",
                                    configuration.gateway().site().domains(),
                                    Optional.empty()),
                            Clock.systemUTC());
            Files.createDirectories(staged.clinic().data());
            Keyring.Entry anna =
                    issuing.issue(Owner.of(StagedClinic.ANNA).orElseThrow(), KeyKind.P_256);
            staged.open();
            URI place = URI.create(staged.clinic().pickupUrl() + "/crl/authority-1.crl");
            Fetcher fetcher =
                    new Fetcher(
                            _ -> List.of(InetAddress.ofLiteral("127.0.0.1")),
                            TlsTrust.of(List.of(root.certificate()), Clock.systemUTC()),
                            Set.of(place.getPort()));
            Question question =
                    Question.get(
                            place,
                            "application/pkix-crl",
                            new Question.Limits(10_000, Duration.ofSeconds(10)));
            await("the list", () -> fetcher.ask(question) instanceof Fetched.Body);
            Fetched.Body body = (Fetched.Body) fetcher.ask(question);
            assertEquals("application/pkix-crl", body.type());
            assertFalse(
                    CertificateFactory.getInstance("X.509")
                            .generateCRL(new ByteArrayInputStream(body.octets()))
                            .isRevoked(anna.certificate()));
        }
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path partners(StagedClinic staged) {
        return staged.clinic().config().resolve("partners");
    }

    private X509Certificate put(StagedClinic staged, FakeWeb web, String address, String path)
            throws IOException {
        X509Certificate certificate =
                root.telling(URI.create("http://127.0.0.1:" + web.port() + path))
                        .issue(
                                CertificateRequest.person(
                                        KeyKind.P_256, validity, Address.of(address)))
                        .certificate();
        String name = address.substring(0, address.indexOf('@')) + ".pem";
        Pem.write(partners(staged).resolve(name), List.of(certificate));
        return certificate;
    }

    private byte[] list(X509Certificate revoked) {
        return root.list(
                List.of(
                        new Authority.Revoked(
                                revoked.getSerialNumber(), Clock.systemUTC().instant(), 1)),
                validity,
                BigInteger.ONE);
    }

    private static List<Path> kept(StagedClinic staged) {
        try (Stream<Path> files = Files.list(staged.clinic().data().resolve("revocation"))) {
            return files.filter(it -> !it.toString().endsWith("~")).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
