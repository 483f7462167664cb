package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
                FakeNextHop proved = FakeNextHop.startTls(staged.clinic().outsideTls())) {
            staged.write(sink.port(), "none")
                    .settings("routes:\n")
                    .settings(route("bare.example", bare.port()))
                    .settings(route("fetch.example", bare.port()))
                    .settings(route("stranger.example", stranger.port()))
                    .settings(route("proved.example", proved.port()))
                    .rules(rule("fetch.example", "{ protect: [smime, tls, pickup] }"))
                    .rules(
                            rule(
                                    "[bare.example, stranger.example, proved.example]",
                                    "{ protect: [smime, tls], otherwise: hold }"))
                    .open();
            try (MailClient doctor = staged.submission()) {
                for (String domain : List.of("bare", "stranger", "fetch", "proved")) {
                    doctor.send("kim@" + domain + ".example", LETTER);
                }
            }
            staged.awaitAudit("kim@bare.example", "held (none)");
            staged.awaitAudit("kim@stranger.example", "held (none)");
            staged.awaitAudit("kim@fetch.example", "waits in the secure mailbox");
            staged.awaitAudit("kim@proved.example", "relayed (tls)", "over TLSv1.3");
            // The notice holds nothing confidential: it goes the way of all public mail.
            staged.awaitAudit("kim@fetch.example: relayed (unprotected)");
            await("two held", () -> staged.queued() == 2);
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

    private static boolean hasCanary(byte[] wire) {
        return new String(wire, StandardCharsets.ISO_8859_1).contains("canary");
    }

    private static String route(String domain, int port) {
        return """
          - domain: [%s]
            host: 127.0.0.1
            port: %d
            tls: verified
            trust: ca.pem
        """
                .formatted(domain, port);
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
