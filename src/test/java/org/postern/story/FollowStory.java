package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.operate.Pickup;
import org.postern.testkit.FakeZone;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;
import org.slf4j.LoggerFactory;

/// What follows a notice, on the whole gateway: the author hears of the reading, takes the message
/// back by a word, hears of what came back; an ordinary answer finds her. Words of the message's
/// subject, text and file name are in none of it (T28).
class FollowStory {
    private static final List<String> CANARIES =
            List.of("canarysubject7", "canarytext7", "canaryfile7");

    private static final Pattern LINK = Pattern.compile("(http://localhost:\\d+/m/[\\w-]{43})");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;

    /// The last Monday that is over, at noon: certificates begin with it and are still good.
    private final ManualClock clock =
            new ManualClock(
                    LocalDate.ofInstant(Clock.systemUTC().instant(), ZoneOffset.UTC)
                            .with(TemporalAdjusters.previous(DayOfWeek.MONDAY))
                            .atTime(12, 0)
                            .toInstant(ZoneOffset.UTC));

    @BeforeEach
    void open() throws IOException {
        log.start();
        Logger postern = (Logger) LoggerFactory.getLogger("org.postern");
        postern.setLevel(Level.TRACE);
        postern.addAppender(log);
        sink = SmtpSink.start();
        clinic =
                StagedClinic.in(home, clock)
                        .write(sink.port(), "none")
                        .names(new FakeZone())
                        .open();
    }

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
        Logger postern = (Logger) LoggerFactory.getLogger("org.postern");
        postern.detachAppender(log);
        postern.setLevel(null);
    }

    private Taken sent() throws Exception {
        try (MailClient client = clinic.submission()) {
            client.send(
                    MARIA,
                    """
                    From: Anna Reyes <%s>
                    To: <%s>
                    Subject: canarysubject7
                    Message-ID: <original7@mapleclinic.example>
                    MIME-Version: 1.0
                    Content-Type: multipart/mixed; boundary=b

                    --b

                    canarytext7
                    --b
                    Content-Type: application/pdf; name="canaryfile7.pdf"
                    Content-Disposition: attachment; filename="canaryfile7.pdf"

                    canarytext7
                    --b--
                    """
                            .formatted(ANNA, MARIA)
                            .replace("\n", "\r\n"));
        }
        return awaitMail(MARIA, "New message");
    }

    private Taken awaitMail(String to, String subject) {
        await(subject + " to " + to, () -> find(to, subject).size() > 0);
        return find(to, subject).getLast();
    }

    private List<Taken> find(String to, String subject) {
        return sink.taken().stream()
                .filter(it -> it.recipients().contains(to))
                .filter(it -> it.field("Subject").contains(subject))
                .toList();
    }

    private static String address(Taken mail, String field) {
        return mail.field(field).replaceAll(".*<|>.*", "");
    }

    private static String link(Taken notice) throws Exception {
        Matcher link = LINK.matcher(MailText.of(notice.content()));
        assertTrue(link.find(), "the notice has a link");
        return link.group(1);
    }

    private static HttpResponse<String> page(HttpClient browser, HttpRequest.Builder request)
            throws Exception {
        return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder answer(String link) {
        String form =
                "lang=en&token=" + link.substring(link.length() - 43) + "&answer=" + "1972-04-09";
        return HttpRequest.newBuilder(URI.create(clinic.clinic().pickupUrl() + "/open"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", clinic.clinic().pickupUrl())
                .header("User-Agent", "Mozilla/5.0 (iPhone) Safari/605")
                .header("Sec-Fetch-Dest", "document")
                .POST(HttpRequest.BodyPublishers.ofString(form));
    }

    private void command(String to, String word) throws Exception {
        try (MailClient client = clinic.submission()) {
            client.send(
                    to,
                    "From: Anna Reyes <%s>\r\nTo: <%s>\r\nMessage-ID: <w@x.example>\r\n\r\n%s\r\n"
                            .formatted(ANNA, to, word));
        }
    }

    private void fromOutside(String reversePath, String to, String message) throws IOException {
        try (MailClient client = MailClient.greeted(clinic.clinic().ports().inbound())) {
            client.command("MAIL FROM:<" + reversePath + ">", "250");
            client.command("RCPT TO:<" + to + ">", "250");
            client.command("DATA", "354");
            client.command(message.replace("\n", "\r\n") + "\r\n.", "250");
        }
    }

    private void assertNothingLeaks() {
        for (byte[] wire : sink.wires()) {
            String seen = new String(wire, StandardCharsets.ISO_8859_1);
            CANARIES.forEach(canary -> assertFalse(seen.contains(canary), canary));
        }
        List<ILoggingEvent> lines;
        // The gateway goes on: whoever is in the middle of a line ends it first.
        synchronized (log) {
            lines = List.copyOf(log.list);
        }
        assertFalse(lines.isEmpty(), "there is a log");
        for (ILoggingEvent event : lines) {
            String line = event.getFormattedMessage();
            CANARIES.forEach(canary -> assertFalse(line.contains(canary), line));
        }
    }

    @Test
    void aReceiptAndAWordToTakeItBack() throws Exception {
        Taken notice = sent();
        assertTrue(address(notice, "Reply-To").startsWith("r+"), notice.field("Reply-To"));
        assertTrue(notice.reversePath().startsWith("b+"), notice.reversePath());
        String link = link(notice);
        try (HttpClient browser = HttpClient.newHttpClient()) {
            HttpResponse<String> opened = page(browser, answer(link));
            assertEquals(303, opened.statusCode(), opened.body());
            Taken receipt = awaitMail(ANNA, "was read");
            assertEquals("<original7@mapleclinic.example>", receipt.field("In-Reply-To"));
            String words = MailText.of(receipt.content());
            assertTrue(words.contains("iPhone, Safari"), words);
            assertTrue(words.contains("the birth date"), words);
            command(address(receipt, "Reply-To"), "recall");
            String done = MailText.of(awaitMail(ANNA, "About your message").content());
            assertTrue(done.contains("is taken back"), done);
            HttpResponse<String> gone = page(browser, HttpRequest.newBuilder(URI.create(link)));
            assertEquals(410, gone.statusCode());
            assertTrue(gone.body().contains("took this message back"), gone.body());
            assertEquals(410, page(browser, answer(link)).statusCode());
        }
        clinic.awaitAudit("recalled", ANNA);
        clinic.awaitEmptySpool();
        assertNothingLeaks();
    }

    @Test
    void theLadderToItsEnd() throws Exception {
        sent();
        clock.advance(Duration.ofHours(25));
        awaitMail(MARIA, "still waits");
        clock.advance(Duration.ofHours(49));
        await("the second reminder", () -> find(MARIA, "still waits").size() == 2);
        clock.advance(Duration.ofDays(4));
        Taken line = awaitMail(ANNA, "not read yet");
        String words = MailText.of(line.content());
        assertTrue(words.contains("Not read yet by " + MARIA), words);
        command(address(line, "Reply-To"), "remind");
        await("a new link", () -> find(MARIA, "still waits").size() == 3);
        assertNothingLeaks();
    }

    @Test
    void anOrdinaryAnswerAndWhatComesBack() throws Exception {
        Taken notice = sent();
        String link = link(notice);
        fromOutside(
                MARIA,
                address(notice, "Reply-To"),
                """
                From: Maria <%s>
                To: <%s>
                Subject: Re: your mail
                Message-ID: <hers7@homemail.example>

                I will come.

                > %s
                """
                        .formatted(MARIA, address(notice, "Reply-To"), link));
        Taken answer = awaitMail(ANNA, "Re: your mail");
        String words = MailText.of(answer.content());
        assertTrue(words.contains("I will come."), words);
        assertTrue(words.contains("came by ordinary e-mail"), words);
        assertFalse(answer.text().contains(link), "no link");
        assertFalse(words.contains("/m/"), words);
        assertEquals("<original7@mapleclinic.example>", answer.field("In-Reply-To"));
        assertTrue(answer.field("Authentication-Results").contains("spf="), "looked at once");
        Taken automatic = awaitMail(MARIA, "We got your mail");
        assertEquals("", automatic.reversePath());
        fromOutside(
                "",
                notice.reversePath(),
                """
                From: <MAILER-DAEMON@homemail.example>
                Subject: failure
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary=r

                --r
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.homemail.example

                Final-Recipient: rfc822; maria
                Action: failed
                Status: 5.1.1
                --r--
                """);
        String line = MailText.of(awaitMail(ANNA, "did not reach").content());
        assertTrue(line.contains("no such mailbox"), line);
        try (HttpClient browser = HttpClient.newHttpClient()) {
            assertEquals(
                    403,
                    page(browser, HttpRequest.newBuilder(URI.create(link))).statusCode(),
                    "the links pause");
        }
        assertNothingLeaks();
    }

    @Test
    void theOperatorDoesTheSame() throws Exception {
        String reply;
        try (MailClient client = clinic.submission()) {
            String head = "From: <%s>\r\nSubject: canarysubject7\r\n".formatted(ANNA);
            String rest = "Message-ID: <o9@x.example>\r\n\r\ncanarytext7\r\n";
            reply = client.send(MARIA, head + rest);
        }
        String id = reply.substring(reply.lastIndexOf(' ') + 1);
        awaitMail(MARIA, "New message");
        assertEquals("1 ", tool("remind", id, "jane@elsewhere.example"), "not of this message");
        assertEquals("0 " + MARIA + "  a new link is on its way", tool("remind", id));
        awaitMail(MARIA, "still waits");
        assertTrue(tool("extend", id).startsWith("0 " + MARIA + "  the link is good until "));
        assertEquals("0 " + MARIA + "  taken back", tool("recall", id, MARIA));
        assertEquals("1 " + MARIA + "  was taken back before", tool("recall", id));
        String figures = tool("stats", "--json", "--days", "3650");
        assertTrue(figures.startsWith("0 {\"since\":"), figures);
        assertTrue(figures.contains("\"notified\":1,\"opened\":0,"), figures);
        assertTrue(figures.contains("\"recalled\":1"), figures);
        assertTrue(tool("stats").contains("Patients who were told of a message in the last 30"));
        clinic.stop();
        assertEquals("1 ", tool("recall", id), "nobody is there who could");
        assertTrue(tool("stats", "--days", "3650").contains("taken back"), "figures are");
    }

    /// Exit code and what was printed.
    private String tool(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console =
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(OutputStream.nullOutputStream()),
                        InputStream.nullInputStream());
        List<String> all = new ArrayList<>(List.of("pickup"));
        all.addAll(List.of(words));
        all.addAll(List.of("--config", clinic.clinic().config().toString()));
        int exit =
                new CommandLineTool(console, List.of(new Pickup(console)))
                        .run(all.toArray(String[]::new));
        return exit + " " + out.toString(StandardCharsets.UTF_8).strip();
    }

    /// The clinic's smart host knows at once that there is no such mailbox: nothing has to come
    /// back from outside.
    @Test
    void aNoticeThatTheNextHopRefuses() throws Exception {
        sink.refuse("lost@homemail.example");
        try (MailClient client = clinic.submission()) {
            client.send(
                    "lost@homemail.example",
                    "From: <%s>\r\nSubject: canarysubject7\r\n".formatted(ANNA)
                            + "Message-ID: <o8@x.example>\r\n\r\nx\r\n");
        }
        Taken line = awaitMail(ANNA, "did not reach");
        assertEquals("<o8@x.example>", line.field("In-Reply-To"));
        assertTrue(MailText.of(line.content()).contains("lost@homemail.example"));
        clinic.awaitAudit("links-paused", "lost@homemail.example");
        clinic.awaitEmptySpool();
        assertEquals(1, find(ANNA, "").size(), "one mail, and no report beside it");
        assertNothingLeaks();
    }

    @Test
    void nobodyGuessesAnAddress() throws Exception {
        Taken notice = sent();
        String reply = address(notice, "Reply-To");
        String host = reply.substring(reply.indexOf('@'));
        for (Map.Entry<String, String> tried :
                Map.of(
                                "r+" + "0".repeat(42) + host,
                                "550",
                                "c" + reply.substring(1),
                                "550",
                                "anna.reyes" + host,
                                "550",
                                // T31: nobody makes a notice from outside.
                                MARIA,
                                "550",
                                reply,
                                "250")
                        .entrySet()) {
            try (MailClient client = MailClient.greeted(clinic.clinic().ports().inbound())) {
                client.command("MAIL FROM:<x@elsewhere.example>", "250");
                client.command("RCPT TO:<" + tried.getKey() + ">", tried.getValue());
            }
        }
    }
}
