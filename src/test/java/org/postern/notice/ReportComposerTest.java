package org.postern.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.notice.DeliveryReport.Action;
import org.postern.notice.DeliveryReport.Line;
import org.postern.notice.DeliveryReport.Returned;
import org.postern.testkit.Golden;
import org.postern.testkit.ManualClock;

class ReportComposerTest {
    private static final QueueId ID = new QueueId("0123456789ABCDEF");
    private static final String ORIGINAL =
            """
            Received: from ward (10.0.0.7) by mail.clinic.example;
             Mon, 2 Mar 2026 11:59:00 +0000
            From: Ana Ruiz <ana.ruiz@clinic.example>
            To: Maria <maria@patients.example>
            Subject: Canary subject about the knee
            Message-ID: <abc@clinic.example>
            X-Pickup-Birth-Date: 1972-04-09
            Date: Mon, 2 Mar 2026 06:58:00 -0500

            Canary body
            """
                    .replace("\n", "\r\n");

    private final ReportComposer composer =
            new ReportComposer(
                    new Domain("mail.clinic.example"),
                    Address.of("postmaster@clinic.example"),
                    ManualClock.atNoon(),
                    new SecureRandom());

    private String report(Line... lines) throws IOException {
        return reportTo(Address.of("ana.ruiz@clinic.example"), lines);
    }

    private String reportTo(Address to, Line... lines) throws IOException {
        Content content =
                composer.compose(
                        new DeliveryReport(
                                to,
                                ID,
                                Optional.of("env-1"),
                                Instant.parse("2026-03-02T11:59:00Z"),
                                List.of(lines),
                                Content.of(ORIGINAL.getBytes(StandardCharsets.US_ASCII)),
                                Returned.REDACTED));
        return new String(content.open().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static Line failed(Reply reply) {
        return new Line(
                Address.of("maria@patients.example"),
                Action.FAILED,
                reply,
                "mx.patients.example:25");
    }

    /// U+100A and U+113A are letters whose low octets are a line feed and a colon.
    @Test
    void lettersBeyondAsciiStayLettersAndBeginNoField() throws IOException {
        Address to = Address.of("x\u100AX\u113Ay@far.example");
        Content content =
                composer.compose(
                        new DeliveryReport(
                                to,
                                ID,
                                Optional.empty(),
                                Instant.parse("2026-03-02T11:59:00Z"),
                                List.of(
                                        new Line(
                                                Address.of("j\u00F6rg@far.example"),
                                                Action.FAILED,
                                                new Reply(550, "5.1.1", "No"),
                                                "")),
                                Content.of(ORIGINAL.getBytes(StandardCharsets.US_ASCII)),
                                Returned.REDACTED));
        String report = new String(content.open().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(report.contains("\r\nTo: " + to + "\r\n"), report);
        assertFalse(report.contains("\nX:y"), report);
        assertTrue(report.contains("Final-Recipient: utf-8; j\\x{F6}rg@far.example\r\n"), report);
    }

    /// Whatever the envelope takes can be written to: nothing narrower may stand in the way.
    @Test
    void unusualAddressesAreWrittenAsTheyAre() throws IOException {
        for (String unusual :
                List.of("x@foo_bar.example", "\"a b\"@x.example", "o'hara!#$%@x.example")) {
            String mail = reportTo(Address.of(unusual), failed(new Reply(550, "5.1.1", "No")));
            assertTrue(mail.contains("\r\nTo: ") && mail.contains(unusual), unusual);
        }
    }

    @Test
    void aReportHasItsThreeParts() throws IOException {
        String report = report(failed(new Reply(550, "5.1.1", "No such user")));
        assertTrue(report.contains("report-type=delivery-status"), report);
        assertTrue(report.contains("Auto-Submitted: auto-replied\r\n"));
        assertTrue(report.contains("Subject: Your message was not delivered\r\n"));
        assertTrue(
                report.contains(
                        """
                        Content-Type: message/delivery-status
                        Content-Transfer-Encoding: 7bit

                        Original-Envelope-Id: env-1
                        Reporting-MTA: dns; mail.clinic.example
                        X-Postern-Queue-ID: 0123456789ABCDEF
                        Arrival-Date: Mon, 2 Mar 2026 11:59:00 +0000

                        Final-Recipient: rfc822; maria@patients.example
                        Action: failed
                        Status: 5.1.1
                        Remote-MTA: dns; mx.patients.example
                        Diagnostic-Code: smtp; 550 5.1.1 No such user
                        """
                                .replace("\n", "\r\n")),
                report);
    }

    @Test
    void nothingOfTheMessageLeaves() throws IOException {
        String report = report(failed(new Reply(550, "5.1.1", "No such user")));
        assertFalse(report.contains("Canary"), report);
        assertFalse(report.contains("1972"), report);
        assertTrue(report.contains("Subject: [...]\r\n"));
        assertTrue(report.contains("Message-ID: <abc@clinic.example>\r\n"));
        assertFalse(report.contains("10.0.0.7"), report);
    }

    @Test
    void theStatusFitsTheAction() throws IOException {
        assertTrue(report(failed(new Reply(421, "4.4.2", "x"))).contains("Status: 5.0.0\r\n"));
        assertTrue(report(failed(new Reply(550, "", "x"))).contains("Status: 5.0.0\r\n"));
        Line delayed =
                new Line(
                        Address.of("maria@patients.example"),
                        Action.DELAYED,
                        new Reply(451, "4.3.0", "later"),
                        "");
        String report = report(delayed);
        assertTrue(report.contains("Action: delayed\r\nStatus: 4.3.0\r\n"), report);
        assertTrue(report.contains("Subject: Your message is delayed\r\n"));
        assertFalse(report.contains("Remote-MTA"));
    }

    @Test
    void anUnreadableOriginalIsNoObstacle() throws IOException {
        Content content =
                composer.compose(
                        new DeliveryReport(
                                Address.of("ana.ruiz@clinic.example"),
                                ID,
                                Optional.empty(),
                                Instant.EPOCH,
                                List.of(failed(new Reply(550, "5.0.0", "x"))),
                                Content.of(new byte[] {0, 1, 2, 3}),
                                Returned.REDACTED));
        String report = new String(content.open().readAllBytes(), StandardCharsets.US_ASCII);
        assertEquals(1, report.split("Subject: \\[...]", -1).length - 1);
    }

    /// What people read first and programs after it. The id and the boundary differ each time.
    @Test
    void theReportsReadAsTheyShall() throws IOException {
        Instant until = Instant.parse("2026-03-07T11:59:00Z");
        Optional<String> original = Optional.of("rfc822;Old.Maria@patients.example");
        Address maria = Address.of("maria@patients.example");
        golden(
                "dsn/failed.eml",
                Returned.REDACTED,
                failed(new Reply(550, "5.1.1", "The recipient's mail server refused it")),
                new Line(
                        Address.of("li@far.example"),
                        Action.FAILED,
                        new Reply(554, "5.4.7", "Given up after 119 hours: no connection"),
                        ""));
        golden(
                "dsn/delayed.eml",
                Returned.REDACTED,
                new Line(
                        maria,
                        Action.DELAYED,
                        new Reply(451, "4.4.0", "mx.patients.example:25 cannot be reached"),
                        "",
                        original,
                        Optional.of(until)));
        golden(
                "dsn/relayed.eml",
                Returned.HEADERS,
                new Line(
                        maria,
                        Action.RELAYED,
                        new Reply(250, "2.0.0", ""),
                        "mx.patients.example:25",
                        original,
                        Optional.empty()));
        golden(
                "dsn/delivered.eml",
                Returned.REDACTED,
                new Line(maria, Action.DELIVERED, new Reply(250, "2.1.5", ""), ""));
        golden(
                "dsn/failed-full.eml",
                Returned.FULL,
                failed(new Reply(552, "5.2.2", "The recipient's mail server refused it")));
    }

    @Test
    void anOriginalWithOctetsThatNobodyAnnouncedIsNotReturnedWhole() throws IOException {
        String eightBit = ORIGINAL + "gr\u00fcn\r\n";
        DeliveryReport whole =
                sample(Returned.FULL, failed(new Reply(552, "5.2.2", "The mailbox is full")));
        DeliveryReport report =
                new DeliveryReport(
                        whole.to(),
                        whole.id(),
                        whole.envelopeId(),
                        whole.arrived(),
                        whole.recipients(),
                        Content.of(eightBit.getBytes(StandardCharsets.ISO_8859_1)),
                        Returned.FULL);
        String mail = masked(composer.compose(report));
        assertFalse(mail.contains("message/rfc822"), mail);
        assertTrue(mail.contains("text/rfc822-headers"), mail);
    }

    @Test
    void thePostmasterReadsOfWhatNobodyElseHears() throws IOException {
        Content content =
                composer.composeForPostmaster(
                        sample(Returned.REDACTED, failed(new Reply(550, "5.1.1", "refused"))));
        Golden.assertSame("dsn/postmaster.eml", masked(content));
    }

    private void golden(String file, Returned returned, Line... lines) throws IOException {
        Golden.assertSame(file, masked(composer.compose(sample(returned, lines))));
    }

    private static DeliveryReport sample(Returned returned, Line... lines) {
        return new DeliveryReport(
                Address.of("ana.ruiz@clinic.example"),
                ID,
                Optional.of("env\u00fc-1"),
                Instant.parse("2026-03-02T11:59:00Z"),
                List.of(lines),
                Content.of(ORIGINAL.getBytes(StandardCharsets.US_ASCII)),
                returned);
    }

    private static String masked(Content content) throws IOException {
        String mail = new String(content.open().readAllBytes(), StandardCharsets.US_ASCII);
        assertFalse(mail.replace("\r\n", "").contains("\n"), "bare line ends");
        return mail.replaceAll("Message-ID: <[^@>]{10,}@mail", "Message-ID: <ID@mail")
                .replaceAll("----=_Part_[0-9_.]+", "BOUNDARY")
                .replace("\r\n", "\n");
    }
}
