package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.OpensslCms;
import org.postern.testkit.TestAuthority;

/// An archive gets each message in a report with its envelope and the decisions: also of what is
/// held, never in clear, and so that nobody hears of it and nothing goes in circles.
class JournalStory {
    private static final String INSIDE = "journal@mapleclinic.example";
    private static final String OUTSIDE = "journal@keeper.example";
    private static final String LETTER =
            """
            From: Anna Reyes <%s>
            To: %s
            Message-ID: <one@mapleclinic.example>
            Subject: [public] Hours [pin 4821]

            body
            """
                    .formatted(ANNA, MARIA)
                    .replace("\n", "\r\n");

    private static final String RULES =
            """
              - name: journal
                when: { recipient: { address: journal@mapleclinic.example } }
                then: { deliver: internal }
              - name: keeper
                when: { recipient: { domain: keeper.example } }
                then: { protect: smime }
              - name: fax
                when: { subject: { contains: fax } }
                then: { hold: "A fax." }
              - name: leaflets
                when: { subject: { tag: public } }
                then: { deliver: unprotected, strip-tags: public, note: "Bye.", journal: %s }
            """;

    @TempDir Path home;

    @Test
    void theReportTellsTheEnvelopeAndHoldsTheMessage() throws Exception {
        try (FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.plain();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(inside.port(), outside.port(), "none")
                    .rules(RULES.formatted(INSIDE))
                    .open();
            try (MailClient server = staged.relay()) {
                server.offer(List.of(MARIA, "joe@homemail.example"), LETTER);
            }
            FakeNextHop.Message report = inside.await(1, Duration.ofMinutes(2)).getFirst();
            assertEquals("", report.reversePath());
            MimeMessage read = read(report.text().getBytes(StandardCharsets.US_ASCII));
            assertFalse(read.getSubject().contains("Hours"), read.getSubject());
            assertEquals("auto-generated", read.getHeader("Auto-Submitted")[0]);
            assertTrue(read.getHeader("Received").length > 0);
            MimeMultipart parts = (MimeMultipart) read.getContent();
            assertEquals(2, parts.getCount());
            String envelope = (String) parts.getBodyPart(0).getContent();
            assertTrue(
                    envelope.startsWith(
                            """
                            Sender: %s
                            Subject: [public] Hours
                            Message-ID: <one@mapleclinic.example>
                            To: %s
                            Recipient: joe@homemail.example
                            """
                                    .formatted(ANNA, MARIA)
                                    .replace("\n", "\r\n")),
                    envelope);
            assertTrue(
                    envelope.contains("Decision: " + MARIA + ": deliver: unprotected"), envelope);
            assertTrue(parts.getBodyPart(1).isMimeType("message/rfc822"));
            MimeMessage letter = (MimeMessage) parts.getBodyPart(1).getContent();
            assertEquals("[public] Hours", letter.getSubject());
            assertEquals("body\r\n", letter.getContent());
            // What recipients get is as it was: the report is beside it.
            assertTrue(outside.await(1, Duration.ofMinutes(2)).getFirst().text().contains("Bye."));
            staged.awaitAudit("accepted", "journal to " + INSIDE);
            staged.awaitEmptySpool();
        }
    }

    /// What is held may be let go later, when its envelope is closed: so it is told when it comes.
    @Test
    void whatIsHeldIsToldWhenItComes() throws Exception {
        try (FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.plain();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(inside.port(), outside.port(), "none")
                    .rules(RULES.formatted(INSIDE))
                    .open();
            try (MailClient server = staged.relay()) {
                server.offer(List.of(MARIA), LETTER.replace("Hours", "Our fax"));
                // Mail to the archive itself is told to nobody.
                server.offer(List.of(INSIDE), LETTER);
            }
            List<FakeNextHop.Message> taken = inside.await(2, Duration.ofMinutes(2));
            FakeNextHop.Message report =
                    taken.stream()
                            .filter(it -> it.reversePath().isEmpty())
                            .findFirst()
                            .orElseThrow();
            assertTrue(report.text().contains("Decision: " + MARIA + ": hold: \"A fax.\""));
            // What was sent leaves the spool a moment after it came there.
            RunningClinic.await("the held one alone", () -> staged.queued() == 1);
            assertEquals(2, inside.messages().size());
        }
    }

    /// Not even where the message itself goes in clear.
    @Test
    void aReportThatCannotBeEncryptedWaits() throws Exception {
        try (FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.plain();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(inside.port(), outside.port(), "none")
                    .rules(RULES.formatted(OUTSIDE).replace("smime", "[smime, tls]"))
                    .open();
            try (MailClient server = staged.relay()) {
                server.offer(List.of(MARIA), LETTER);
            }
            staged.awaitAudit(OUTSIDE, "held", "no certificate is known");
            staged.awaitAudit(MARIA, "relayed");
            assertTrue(outside.messages().stream().noneMatch(JournalStory::isReport));
            assertEquals(List.of(), inside.messages());
        }
    }

    @Test
    void aReportIsEncryptedToTheArchive() throws Exception {
        OpensslCms openssl = OpensslCms.in(home);
        TestAuthority root = TestAuthority.create();
        Identity keeper = root.person(OUTSIDE, KeyKind.RSA_2048);
        try (FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.plain();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(inside.port(), outside.port(), "none");
            Path partners = staged.clinic().config().resolve("partners");
            Pem.write(
                    partners.resolve("anchors/keeper.pem"),
                    List.of(root.authority().certificate()));
            Pem.write(partners.resolve(OUTSIDE + ".pem"), keeper.chain());
            staged.rules(RULES.formatted(OUTSIDE)).open();
            try (MailClient server = staged.relay()) {
                server.offer(List.of(MARIA), LETTER);
            }
            FakeNextHop.Message report =
                    outside.await(2, Duration.ofMinutes(2)).stream()
                            .filter(JournalStory::isReport)
                            .findFirst()
                            .orElseThrow();
            assertEquals("", report.reversePath());
            assertFalse(report.text().contains("Hours"), report.text());
            byte[] opened =
                    openssl.decrypt(report.text().getBytes(StandardCharsets.US_ASCII), keeper);
            String text = new String(opened, StandardCharsets.US_ASCII);
            assertTrue(text.contains("Sender: " + ANNA) && text.contains("Hours"), text);
        }
    }

    private static boolean isReport(FakeNextHop.Message message) {
        return message.recipients().toString().contains(OUTSIDE);
    }

    private static MimeMessage read(byte[] octets) throws Exception {
        return new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(octets));
    }
}
