package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// What a rule says of pickup: in what language the notice is, and until when the message is there.
class ExpiryStory {
    private static final Pattern LINK = Pattern.compile("(http://localhost:\\d+/m/[\\w-]{43})");
    private static final String JOE = "joe@homemail.example";

    private static final String RULE =
            """
              - name: travel
                when: { subject: { tag: travel } }
                then: { protect: pickup, level: open, expiry: 2 days, language: es }
            """;

    @TempDir Path home;

    @Test
    void theLinkOpensNothingAfterTheTimeOfItsRule() throws Exception {
        ManualClock clock = new ManualClock(Clock.systemUTC().instant());
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, clock);
                HttpClient browser = HttpClient.newHttpClient()) {
            staged.write(sink.port(), "none").rules(RULE).open();
            try (MailClient client = staged.submission()) {
                client.send(
                        JOE,
                        "From: Anna Reyes <%s>\r\nTo: <%s>\r\nSubject: [travel] x\r\n\r\nx\r\n"
                                .formatted(ANNA, JOE));
            }
            RunningClinic.await("the notice", () -> !sink.taken().isEmpty());
            Taken notice = sink.taken().getFirst();
            String text = MailText.of(notice.content());
            assertTrue(
                    notice.field("Subject").startsWith("Nuevo mensaje"), notice.field("Subject"));
            assertFalse(text.contains("New message"), text);
            staged.awaitAudit(JOE, "readable for 48 hours, notice in es");
            Matcher link = LINK.matcher(text);
            assertTrue(link.find(), text);
            clock.advance(Duration.ofHours(47));
            assertEquals(200, status(browser, link.group(1)));
            clock.advance(Duration.ofHours(1));
            assertEquals(404, status(browser, link.group(1)));
        }
    }

    /// The same, where the rule says nothing and settings do: the person's before the clinic's.
    @Test
    void settingsSayWhatTheRuleDoesNot() throws Exception {
        ManualClock clock = new ManualClock(Clock.systemUTC().instant());
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, clock);
                HttpClient browser = HttpClient.newHttpClient()) {
            staged.write(sink.port(), "none")
                    .inherited(
                            """
                              - { expiry: 20 days, language: en, note: Call us. }
                              - { for: { address: joe@homemail.example }, expiry: 3 hours }
                            """)
                    .rules(RULE.replace("level: open, expiry: 2 days, language: es", "level: open"))
                    .open();
            try (MailClient client = staged.submission()) {
                client.send(
                        JOE,
                        "From: Anna Reyes <%s>\r\nTo: <%s>\r\nSubject: [travel] x\r\n\r\nx\r\n"
                                .formatted(ANNA, JOE));
            }
            staged.awaitAudit(JOE, "readable for 3 hours, notice in en, note \"Call us.\"");
            RunningClinic.await("the notice", () -> !sink.taken().isEmpty());
            Taken notice = sink.taken().getFirst();
            assertTrue(notice.field("Subject").startsWith("New message"), notice.field("Subject"));
            Matcher link = LINK.matcher(MailText.of(notice.content()));
            assertTrue(link.find());
            assertEquals(200, status(browser, link.group(1)));
            clock.advance(Duration.ofHours(3));
            assertEquals(404, status(browser, link.group(1)));
        }
    }

    private static int status(HttpClient browser, String link) throws Exception {
        return browser.send(
                        HttpRequest.newBuilder(URI.create(link))
                                .header("User-Agent", "Mozilla/5.0 (iPhone) Safari/605")
                                .header("Sec-Fetch-Dest", "document")
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
