package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.SAM;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.KeyKind;
import org.postern.pki.Validity;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.SmtpPeer;

/// S27, S29: the author's program asks for what the next server cannot do. Nothing of the message
/// leaves, and she learns why, in words and in the status that a program reads.
class LackingHopStory {
    private static final Duration MOMENT = Duration.ofMinutes(1);
    private static final String KIM = "kim@public.example";

    /// As UTF-8, each octet a character.
    private static final String JORG = utf8("j\u00F6rg@public.example");

    private static final String LETTER =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: undisclosed-recipients:;
            Message-ID: <lacking-1@mapleclinic.example>
            Subject: canarysubject

            canarybody
            """
                    .replace("\n", "\r\n");

    private static final String RULES =
            """
              - name: public
                when: { recipient: { domain: [public.example, able.example] } }
                then: { deliver: unprotected }
            """;

    @TempDir Path home;

    /// RFC 8689 §4.2.1: also to a partner to whom it would be encrypted. What the report may show
    /// of the message does not hang on RET (§5).
    @Test
    void whatIsToGoByProvedTlsAloneGoesToNoServerThatDoesNotPromiseIt() throws Exception {
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                FakeNextHop inside = FakeNextHop.startTls(staged.clinic().outsideTls());
                FakeNextHop outside = FakeNextHop.startTls(staged.clinic().outsideTls());
                FakeNextHop able = FakeNextHop.startTls(staged.clinic().outsideTls())) {
            able.offers("REQUIRETLS");
            staged.write(inside.port(), outside.port(), "verified")
                    .route("able.example", able.port())
                    .rules(RULES)
                    .open();
            try (MailClient doctor = staged.submission()) {
                give(doctor, "REQUIRETLS RET=FULL ENVID=her-own", List.of(KIM, CHIDI), LETTER);
            }
            for (String recipient : List.of(KIM, CHIDI)) {
                String entry = staged.awaitAudit(recipient, "failed (", "): 550 5.7.30");
                assertTrue(entry.contains(" over TLSv1.3 "), entry);
            }
            List<FakeNextHop.Message> reports = inside.await(2, MOMENT);
            for (FakeNextHop.Message report : reports) {
                isReport(report, "5.7.30");
                assertTrue(report.text().contains("\r\nOriginal-Envelope-Id: her-own\r\n"));
                assertFalse(report.text().contains("canary"), report.text());
            }
            String both = reports.getFirst().text() + reports.getLast().text();
            assertTrue(both.contains("\r\nFinal-Recipient: rfc822; " + KIM + "\r\n"), both);
            assertTrue(both.contains("\r\nFinal-Recipient: rfc822; " + CHIDI + "\r\n"), both);
            assertFalse(outside.commands().stream().anyMatch(it -> it.startsWith("MAIL")));

            try (MailClient doctor = staged.submission()) {
                give(doctor, "REQUIRETLS", List.of("kim@able.example"), LETTER);
            }
            assertEquals("REQUIRETLS", able.await(1, MOMENT).getFirst().parameters());
            assertEquals("TLSv1.3", able.message().tls());
            assertFalse(able.clear().contains("canary"));
            staged.awaitEmptySpool();
        }
    }

    /// A server in clear can never do it; one whose certificate nobody vouches for may be mended.
    @Test
    void aServerThatDoesNotProveItselfGetsNothingThatIsToBeProved() throws Exception {
        Validity validity = Validity.from(Clock.systemUTC().instant(), Duration.ofDays(1));
        CertificateRequest right =
                CertificateRequest.server(KeyKind.P_256, validity, "localhost", "127.0.0.1");
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                FakeNextHop plain = FakeNextHop.plain();
                FakeNextHop stranger = FakeNextHop.startTls(Authority.selfSigned(right))) {
            staged.write(plain.port(), "none")
                    .route("able.example", stranger.port())
                    .rules(RULES)
                    .open();
            try (MailClient doctor = staged.submission()) {
                give(doctor, "REQUIRETLS", List.of(KIM, "kim@able.example"), LETTER);
            }
            staged.awaitAudit(KIM, "failed (unprotected): 550 5.7.30");
            staged.awaitAudit(
                    "kim@able.example", "delayed (unprotected over TLSv1.3 ", "did not prove");
            FakeNextHop.Message report = plain.await(1, MOMENT).getFirst();
            isReport(report, "5.7.30");
            assertFalse(plain.clear().contains("canary"));
            assertFalse(stranger.clear().contains("canary"));
            assertEquals(List.of(), stranger.messages());
            RunningClinic.await("that alone is left", () -> staged.queued() == 1);
        }
    }

    /// The world's REQUIRETLS binds the way to the clinic's own server as well. No stranger hears
    /// of it, so it is held for the clinic.
    @Test
    void mailFromTheWorldIsKeptRatherThanBroughtHomeInClear() throws Exception {
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                FakeNextHop inside = FakeNextHop.plain()) {
            staged.write(inside.port(), "none").open();
            try (SmtpPeer world = SmtpPeer.connect(staged.clinic().ports().inbound())) {
                world.expect("220 *");
                world.ask("EHLO far.example", "250 *");
                world.ask("MAIL FROM:<kim@far.example> REQUIRETLS", "555 5.5.4 *");
                world.ask("STARTTLS", "220 *");
                world.startTls(RunningClinic.trusting(staged.clinic()));
                world.ask("EHLO far.example", "250 *");
                world.ask("MAIL FROM:<kim@far.example> REQUIRETLS", "250 *");
                world.ask("RCPT TO:<" + SAM + ">", "250 *");
                world.ask("DATA", "354 *");
                world.ask(LETTER + ".", "250 *");
            }
            staged.awaitAudit(SAM, "held (internal): ", "nobody could be told", "550 5.7.30");
            assertEquals(1, staged.queued());
            assertFalse(inside.clear().contains("canary"));
            assertFalse(inside.clear().contains("MAIL"));
        }
    }

    /// RFC 6531 §3.2: an address in UTF-8, and a header field in UTF-8 to an ordinary address. The
    /// report is a message that every server understands (RFC 6533 §3).
    @Test
    void whatNeedsUtf8GoesToNoServerThatDoesNotOfferIt() throws Exception {
        String utf8 = LETTER.replace("canarysubject", utf8("canary gr\u00FC\u00DFe"));
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.plain();
                FakeNextHop able = FakeNextHop.startTls(staged.clinic().outsideTls())) {
            able.offers("SMTPUTF8", "8BITMIME");
            staged.write(inside.port(), outside.port(), "none")
                    .route("able.example", able.port())
                    .rules(RULES)
                    .open();
            try (MailClient doctor = staged.submission()) {
                give(doctor, "SMTPUTF8", List.of(JORG), LETTER);
                give(doctor, "SMTPUTF8", List.of(KIM), utf8);
                // Whoever only says the word needs nothing.
                give(doctor, "SMTPUTF8", List.of("lee@public.example"), LETTER);
            }
            List<String> taken = outside.await(1, MOMENT).getFirst().recipients();
            assertEquals(List.of("lee@public.example"), taken);
            List<FakeNextHop.Message> reports = inside.await(2, MOMENT);
            for (FakeNextHop.Message report : reports) {
                isReport(report, "5.6.7");
                assertTrue(report.text().chars().allMatch(c -> c < 0x80), report.text());
                assertFalse(report.text().contains("canary"), report.text());
            }
            String both = reports.getFirst().text() + reports.getLast().text();
            assertTrue(both.contains("\r\nFinal-Recipient: rfc822; " + KIM + "\r\n"), both);
            String typed = "utf-8; j\\x{F6}rg@public.example";
            assertTrue(both.contains("\r\nFinal-Recipient: " + typed + "\r\n"), both);
            staged.awaitAudit(KIM, "failed (unprotected): 550 5.6.7");

            String there = JORG.replace("public", "able");
            try (MailClient doctor = staged.submission()) {
                give(doctor, "SMTPUTF8", List.of(there), utf8);
            }
            FakeNextHop.Message whole = able.await(1, MOMENT).getFirst();
            assertEquals(List.of(there), whole.recipients());
            assertTrue(whole.parameters().contains("SMTPUTF8"), whole.parameters());
            assertTrue(whole.text().contains(utf8("\r\nSubject: canary gr\u00FC\u00DFe\r\n")));
            staged.awaitEmptySpool();
        }
    }

    /// The other direction: the clinic's own server is the one that knows no UTF-8.
    @Test
    void utf8FromTheWorldIsKeptRatherThanMangled() throws Exception {
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                FakeNextHop inside = FakeNextHop.plain()) {
            staged.write(inside.port(), "none").open();
            try (SmtpPeer world = SmtpPeer.connect(staged.clinic().ports().inbound())) {
                world.expect("220 *");
                world.ask("EHLO far.example", "250 *");
                world.ask("MAIL FROM:<" + utf8("j\u00F6rg@far.example") + "> SMTPUTF8", "250 *");
                world.ask("RCPT TO:<" + SAM + ">", "250 *");
                world.ask("DATA", "354 *");
                world.ask(LETTER + ".", "250 *");
            }
            staged.awaitAudit(SAM, "held (internal): ", "nobody could be told", "550 5.6.7");
            assertEquals(1, staged.queued());
            assertFalse(inside.clear().contains("MAIL"));
        }
    }

    private static void isReport(FakeNextHop.Message report, String status) {
        assertEquals("", report.reversePath(), "RFC 3464 §2");
        assertEquals(List.of(ANNA), report.recipients());
        String text = report.text();
        assertTrue(text.contains("report-type=delivery-status"), text);
        assertTrue(text.contains("\r\nAction: failed\r\nStatus: " + status + "\r\n"), text);
        assertTrue(text.contains("\r\nDiagnostic-Code: smtp; 550 " + status + " "), text);
        assertTrue(text.contains("<lacking-1@mapleclinic.example>"), "finds it again");
    }

    /// Sends one message with parameters of MAIL; it must be taken.
    private static void give(
            MailClient client, String parameters, List<String> recipients, String message)
            throws Exception {
        client.command("MAIL FROM:<" + ANNA + "> " + parameters, "250");
        for (String recipient : recipients) {
            client.command("RCPT TO:<" + recipient + ">", "250");
        }
        client.command("DATA", "354");
        client.command(message + ".", "250");
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
