package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;
import static org.postern.testkit.FakeNextHop.Act.raw;
import static org.postern.testkit.FakeNextHop.Act.say;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.SampleClinic;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.KeyKind;
import org.postern.pki.Validity;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// The next hop is down, unwilling or cannot prove itself: what was taken is kept, tried again,
/// held or reported, and never sent in clear.
class OutageStory {
    private static final String LOST = "lost@mapleclinic.example";

    /// Longer than the first step of the retry schedule, shorter than the second.
    private static final Duration FIRST_RETRY = Duration.ofSeconds(40);

    private static final String LETTER =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: undisclosed-recipients:;
            Message-ID: <outage-1@mapleclinic.example>
            Subject: canarysubject

            canarybody
            """
                    .replace("\n", "\r\n");

    @TempDir Path home;

    @Test
    void mailIsKeptWhileTheNextHopIsDownAndFollowsOnceItIsUp() throws Exception {
        ManualClock clock = new ManualClock(Clock.systemUTC().instant());
        int port = SampleClinic.Ports.one();
        try (StagedClinic staged = StagedClinic.in(home, clock)) {
            staged.write(port, "none").open();
            try (MailClient doctor = staged.submission()) {
                String reply = doctor.offer(List.of(SAM, CHIDI, MARIA), LETTER);
                assertTrue(reply.startsWith("250 2.0.0"), reply);
            }
            staged.awaitAudit(SAM, "delayed (internal)");
            staged.awaitAudit(CHIDI, "delayed (smime)");
            staged.awaitAudit(MARIA, "waits in the secure mailbox");
            // The notice is a message of its own, and waits as well.
            staged.awaitAudit(MARIA, "delayed (unprotected)");
            assertEquals(2, staged.queued());
            try (SmtpSink sink = SmtpSink.start(port)) {
                assertEquals(List.of(), sink.taken(), "before its time nothing is tried");
                clock.advance(FIRST_RETRY);
                staged.awaitEmptySpool();
                assertEquals(3, sink.taken().size(), "each of them once");
                assertTrue(takenBy(sink, SAM).text().contains("canarybody"));
                assertEquals("[...]", takenBy(sink, CHIDI).field("Subject"));
                assertTrue(takenBy(sink, MARIA).text().contains("/m/"));
            }
        }
    }

    @Test
    void whatOneRecipientIsRefusedTheOthersGet() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            sink.refuse(LOST);
            staged.write(sink.port(), "none").open();
            try (MailClient doctor = staged.submission()) {
                assertTrue(doctor.offer(List.of(LOST, SAM), LETTER).startsWith("250"));
            }
            staged.awaitAudit(LOST, "failed (internal): 550 5.1.1");
            staged.awaitAudit(ANNA + ": relayed (internal)");
            staged.awaitEmptySpool();
            assertEquals(2, sink.taken().size(), () -> "mail and report: " + staged.audit());
            assertTrue(takenBy(sink, SAM).text().contains("canarybody"));
            Taken report = takenBy(sink, ANNA);
            assertEquals("", report.reversePath(), "RFC 3464 §2");
            String type = report.field("Content-Type");
            assertTrue(type.contains("multipart/report"), type);
            assertTrue(type.contains("report-type=delivery-status"), type);
            assertTrue(report.text().contains("\r\nFinal-Recipient: rfc822; " + LOST + "\r\n"));
            assertTrue(report.text().contains("\r\nAction: failed\r\nStatus: 5.1.1\r\n"));
            assertTrue(report.text().contains("<outage-1@mapleclinic.example>"), "finds it again");
            assertFalse(report.text().contains("canary"), report.text());
            assertFalse(report.text().contains(SAM), "he got it");
        }
    }

    @Test
    void aHopThatCannotProveItselfGetsNothing() throws Exception {
        Validity validity = Validity.from(Clock.systemUTC().instant(), Duration.ofDays(1));
        CertificateRequest right =
                CertificateRequest.server(KeyKind.P_256, validity, "localhost", "127.0.0.1");
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                SmtpSink sink = SmtpSink.start();
                SmtpSink bare = SmtpSink.start();
                FakeNextHop stranger = FakeNextHop.startTls(Authority.selfSigned(right));
                FakeNextHop shown = FakeNextHop.startTls(Authority.selfSigned(right));
                FakeNextHop proved = FakeNextHop.startTls(staged.clinic().outsideTls())) {
            staged.write(sink.port(), "none")
                    .route("bare.example", bare.port())
                    .route("fetch.example", bare.port())
                    .route("stranger.example", stranger.port())
                    .route("shown.example", shown.port())
                    .route("proved.example", proved.port())
                    .rules(
                            rule(
                                    "[fetch.example, shown.example]",
                                    "{ protect: [smime, tls, pickup] }"))
                    .rules(
                            rule(
                                    "[bare.example, stranger.example, proved.example]",
                                    "{ protect: [smime, tls], otherwise: hold }"))
                    .open();
            try (MailClient doctor = staged.submission()) {
                for (String domain : List.of("bare", "stranger", "shown", "fetch", "proved")) {
                    doctor.send("kim@" + domain + ".example", LETTER);
                }
            }
            staged.awaitAudit("kim@bare.example", "delayed (tls)", "it offers no STARTTLS");
            String evidence = " over TLSv1.3 TLS_AES_256_GCM_SHA384 unverified sha256:";
            staged.awaitAudit("kim@stranger.example: delayed (tls" + evidence, "prove itself");
            staged.awaitAudit("kim@shown.example", "secure mailbox", "(" + evidence.strip());
            staged.awaitAudit("kim@fetch.example", "waits in the secure mailbox");
            staged.awaitAudit("kim@proved.example", "relayed (tls)", "over TLSv1.3");
            // The notice holds nothing confidential: it goes the way of all public mail.
            staged.awaitAudit("kim@fetch.example: relayed (unprotected)");
            await("two waiting", () -> staged.queued() == 2);
            String notice = MailText.of(takenBy(sink, "kim@fetch.example").content());
            assertTrue(notice.contains("/m/"), notice);
            assertTrue(proved.message().text().contains("canarybody"));
            assertEquals(
                    "SIZE=" + proved.message().text().length() + " BODY=8BITMIME",
                    proved.message().parameters());
            assertEquals(List.of(), stranger.messages());
            assertEquals(List.of(), bare.taken());
            assertTrue(bare.wires().stream().noneMatch(OutageStory::hasCanary), "in clear");
            assertTrue(sink.wires().stream().noneMatch(OutageStory::hasCanary), "in clear");
            assertFalse(stranger.clear().contains("canary"), "in clear");
        }
    }

    @Test
    void aProofThatIsMissingForAMomentIsWaitedForWhateverTheLastResort() throws Exception {
        ManualClock clock = new ManualClock(Clock.systemUTC().instant());
        try (StagedClinic staged = StagedClinic.in(home, clock);
                SmtpSink sink = SmtpSink.start();
                FakeNextHop partner = FakeNextHop.startTls(staged.clinic().outsideTls())) {
            partner.once("EHLO", say("250 partner.example without STARTTLS"));
            partner.once("STARTTLS", say("454 4.7.0 TLS not available now"));
            partner.once("STARTTLS", say("421 4.3.2 restarting").thenClose());
            partner.once("STARTTLS", raw("220 go\r\n250-injected\r\n250 OK\r\n"));
            staged.write(sink.port(), "none")
                    .route("partner.example", partner.port())
                    .rules(rule("partner.example", "{ protect: [smime, tls], otherwise: fail }"))
                    .open();
            try (MailClient doctor = staged.submission()) {
                doctor.send("kim@partner.example", LETTER);
            }
            List<String> reasons =
                    List.of(
                            "it offers no STARTTLS",
                            "it refused STARTTLS: 454 4.7.0",
                            "it refused STARTTLS: 421 4.3.2",
                            "octets in clear came behind its answer to STARTTLS");
            for (String reason : reasons) {
                String entry = staged.awaitAudit("kim@partner.example", "delayed (tls)", reason);
                assertTrue(entry.contains("smime: no certificate is known"), entry);
                clock.advance(Duration.ofMinutes(40));
            }
            staged.awaitAudit("kim@partner.example", "relayed (tls)", "over TLSv1.3");
            staged.awaitEmptySpool();
            assertTrue(partner.message().text().contains("canarybody"));
            assertFalse(partner.clear().contains("canary"), "in clear");
            assertEquals(List.of(), sink.taken(), "nobody was told of a failure");
        }
    }

    @Test
    void aProofThatNeverComesEndsInTheLastResortWhenMailIsGivenUp() throws Exception {
        ManualClock clock = new ManualClock(Clock.systemUTC().instant());
        Instant begun = clock.instant();
        try (StagedClinic staged = StagedClinic.in(home, clock);
                SmtpSink sink = SmtpSink.start();
                SmtpSink bare = SmtpSink.start()) {
            staged.write(sink.port(), "none")
                    .route("hold.example", bare.port())
                    .route("fail.example", bare.port())
                    .rules(rule("hold.example", "{ protect: [smime, tls], otherwise: hold }"))
                    .rules(rule("fail.example", "{ protect: [smime, tls], otherwise: fail }"))
                    .open();
            try (MailClient doctor = staged.submission()) {
                doctor.send("kim@hold.example", LETTER);
                doctor.send("kim@fail.example", LETTER);
            }
            for (int attempts = 1; attempts < 100; attempts++) {
                for (String to : List.of("kim@hold.example", "kim@fail.example")) {
                    int count = attempts;
                    await(to, () -> isOver(staged, to) || tries(staged, to) == count);
                }
                if (isOver(staged, "kim@hold.example") && isOver(staged, "kim@fail.example")) {
                    break;
                }
                clock.advance(Duration.ofMinutes(150));
            }
            String none = "no protection that the policy asks for is possible: smime: ";
            staged.awaitAudit("kim@hold.example", "held (tls)", none, "it offers no STARTTLS");
            staged.awaitAudit("kim@fail.example", "failed (tls): 550 5.7.1");
            long days = Duration.between(begun, clock.instant()).toDays();
            assertTrue(days >= 4 && days <= 6, days + " days: RFC 5321 §4.5.4.1");
            await("the one that is held", () -> staged.queued() == 1);
            await("two delays and one failure", () -> sink.taken().size() == 3);
            assertEquals(2, reports(sink, "delayed"), "each once");
            assertEquals(1, reports(sink, "failed"), "what is held is no failure");
            assertEquals(List.of(), bare.taken());
            assertTrue(bare.wires().stream().noneMatch(OutageStory::hasCanary), "in clear");
        }
    }

    /// Only letters to patients may take the common way where a route does not prove itself.
    @Test
    void whatAsksAnApproverWaitsForTheProofOfHerRoute() throws Exception {
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                SmtpSink sink = SmtpSink.start();
                SmtpSink bare = SmtpSink.start()) {
            staged.write(sink.port(), "none")
                    .route("bare.example", bare.port())
                    .rules(
                            rule(
                                    "held.example",
                                    "{ hold: { reason: x, approvers: lists/privacy.txt } }"));
            Path lists = Files.createDirectories(staged.clinic().config().resolve("lists"));
            Files.writeString(lists.resolve("privacy.txt"), "officer@bare.example\n");
            staged.open();
            try (MailClient doctor = staged.submission()) {
                doctor.send("kim@held.example", LETTER);
            }
            staged.awaitAudit(
                    "officer@bare.example: delayed (unprotected)", "it offers no STARTTLS");
            staged.awaitAudit(ANNA + ": relayed (internal)");
            assertEquals(1, sink.taken().size(), "only that Anna hears that it is held");
            assertEquals(List.of(ANNA), sink.taken().getFirst().recipients());
            assertEquals(List.of(), bare.taken());
        }
    }

    /// Not even where somebody has written a route for the clinic's own domain.
    @Test
    void aReportToAClinicianDoesNotLeaveTheClinic() throws Exception {
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.startTls(staged.clinic().outsideTls())) {
            outside.on("RCPT TO:<kim@lost", say("550 5.1.1 unknown"));
            staged.write(inside.port(), outside.port(), "verified")
                    .route("mapleclinic.example", inside.port())
                    .rules(rule("lost.example", "{ deliver: unprotected }"))
                    .open();
            try (MailClient doctor = staged.submission()) {
                doctor.send("kim@lost.example", LETTER);
            }
            staged.awaitAudit("kim@lost.example", "failed (unprotected over", "550 5.1.1");
            staged.awaitAudit(ANNA + ": delayed (internal)", "it offers no STARTTLS");
            assertEquals(List.of(), outside.messages());
            assertFalse(inside.clear().contains("kim@"), "in clear");
        }
    }

    private static long tries(StagedClinic staged, String recipient) {
        return staged.audit().stream()
                .filter(line -> line.contains(recipient + ": delayed (tls)"))
                .count();
    }

    private static boolean isOver(StagedClinic staged, String recipient) {
        return staged.audit().stream()
                .filter(line -> line.contains(recipient))
                .anyMatch(line -> line.contains(": held (") || line.contains(": failed ("));
    }

    private static long reports(SmtpSink sink, String action) {
        return sink.taken().stream()
                .filter(it -> it.recipients().equals(List.of(ANNA)))
                .filter(it -> it.text().contains("\r\nAction: " + action + "\r\n"))
                .count();
    }

    private static boolean hasCanary(byte[] wire) {
        return new String(wire, StandardCharsets.ISO_8859_1).contains("canary");
    }

    private static String rule(String domain, String then) {
        return """
          - name: %s
            when: { recipient: { domain: %s } }
            then: %s
        """
                .formatted("rule of " + domain.replaceAll("\\W+", " ").strip(), domain, then);
    }

    private static Taken takenBy(SmtpSink sink, String recipient) {
        return sink.taken().stream()
                .filter(taken -> taken.recipients().equals(List.of(recipient)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing for " + recipient));
    }
}
