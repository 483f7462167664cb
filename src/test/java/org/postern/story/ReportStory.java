package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.SAM;
import static org.postern.testkit.FakeNextHop.Act.say;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// Who hears of what became of a message, and who does not.
class ReportStory {
    private static final String VICTIM = "victim@elsewhere.example";
    private static final String LOST = "lost@mapleclinic.example";
    private static final Duration HOURS = Duration.ofMinutes(270);

    private static final String RULES =
            """
              - name: looked at first
                when: { recipient: { domain: [held.example] } }
                then: { hold: { reason: "Somebody looks.", approvers: lists/privacy.txt } }
              - name: public
                when: { recipient: { domain: [slow.example] } }
                then: { deliver: unprotected }
            """;

    @TempDir Path home;

    /// The clinic's server passes on what came from the world: its sender is whoever it names.
    @Test
    void nobodyOutsideIsWrittenToBecauseMailOfTheClinicsServerNamesHim() throws Exception {
        ManualClock clock = new ManualClock(Clock.systemUTC().instant());
        try (SmtpSink sink = SmtpSink.start();
                FakeNextHop outside = FakeNextHop.plain();
                StagedClinic staged = clinic(sink.port(), outside.port(), clock)) {
            sink.refuse(LOST);
            outside.on("RCPT TO:<kim@slow", say("451 4.2.1 later"));
            staged.settings("postmaster: " + SAM + "\n").open();
            try (MailClient server = staged.relay()) {
                for (String from : List.of(VICTIM, ANNA)) {
                    server.send(from, List.of(LOST), letter(from));
                    server.send(from, List.of("kim@held.example"), letter(from));
                    server.send(from, List.of("kim@slow.example"), letter(from));
                }
            }
            await("two refused", () -> count(staged, LOST, "failed (internal): 550 5.1.1") == 2);
            await("two held", () -> count(staged, "kim@held.example", "held (none)") == 2);
            // What is told of a delay as well.
            await("two waiting", () -> count(staged, "kim@slow.example", "delayed") == 2);
            clock.advance(HOURS);
            await("two again", () -> count(staged, "kim@slow.example", "delayed") == 4);
            clock.advance(Duration.ofMinutes(5));
            await("two once more", () -> count(staged, "kim@slow.example", "delayed") == 6);
            await("Anna hears of all three", () -> letters(sink, ANNA).size() == 3);
            await("the postmaster, and who decides", () -> letters(sink, SAM).size() >= 2);
            assertEquals(
                    1,
                    letters(sink, SAM).stream()
                            .filter(it -> it.text().contains("Action: failed"))
                            .count(),
                    "of the one that nobody else hears of");
            assertEquals(List.of(), outside.messages(), "nothing leaves for outside");
            assertTrue(staged.audit().stream().noneMatch(it -> it.contains(VICTIM + ": ")));
        }
    }

    @Test
    void whereNobodyCanBeToldOfAFailureTheMailIsHeld() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = clinic(sink.port(), sink.port(), Clock.systemUTC())) {
            sink.refuse(LOST);
            staged.open();
            try (MailClient server = staged.relay()) {
                server.send(VICTIM, List.of(LOST), letter(VICTIM));
            }
            staged.awaitAudit(LOST, "held (internal)", "nobody could be told that it failed");
            assertEquals(1, staged.queued());
            assertEquals(List.of(), sink.taken());
        }
    }

    private StagedClinic clinic(int inside, int outside, Clock clock) throws Exception {
        StagedClinic staged = StagedClinic.in(home, clock);
        staged.write(inside, outside, "none").rules(RULES);
        Path lists = Files.createDirectories(staged.clinic().config().resolve("lists"));
        Files.writeString(lists.resolve("privacy.txt"), SAM + "\n");
        return staged;
    }

    private static String letter(String from) {
        return """
        From: <%s>
        To: undisclosed-recipients:;
        Message-ID: <report-1@mapleclinic.example>
        Subject: canarysubject

        canarybody
        """
                .formatted(from)
                .replace("\n", "\r\n");
    }

    private static long count(StagedClinic staged, String... words) {
        return staged.audit().stream()
                .filter(line -> Stream.of(words).allMatch(line::contains))
                .count();
    }

    private static List<Taken> letters(SmtpSink sink, String to) {
        return sink.taken().stream().filter(it -> it.recipients().contains(to)).toList();
    }
}
