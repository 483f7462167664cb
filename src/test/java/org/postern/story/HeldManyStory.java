package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.MARIA;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.Command;
import org.postern.testkit.SmtpSink;

/// An operator decides about many held messages by one command.
class HeldManyStory {
    private static final String LETTER =
            "From: " + StagedClinic.ANNA + "\r\nSubject: x\r\n\r\nx\r\n";
    private static final String OTHER = "x@others.example";
    private static final String RULES =
            """
              - name: looked at first
                when: { recipient: { domain: homemail.example } }
                then: { hold: { reason: "One looks.", approvers: lists/privacy.txt } }
              - name: of other people
                when: { recipient: { domain: others.example } }
                then: { hold: { reason: "Others look.", approvers: north/privacy.txt } }
              - name: two look
                when: { recipient: { domain: two.example } }
                then: { hold: { reason: "Two look.", approvers: lists/two.txt, two-people: true } }
            """;

    @TempDir Path home;

    private static Answer held(StagedClinic staged, String... words) {
        return Answer.to(staged.clinic().config(), "held", words);
    }

    /// Of what nobody has, each command says so to scripts; a list of nothing is an answer.
    private static void nothingIsMeant(StagedClinic staged) {
        for (String act : List.of("retry", "hold", "release", "delete")) {
            Answer none =
                    QueueStory.queue(staged, act, "--domain", "nobody.example", "--yes", "--json");
            assertEquals(Command.FAILED, none.code(), act);
            assertEquals("", none.out(), act);
            assertTrue(none.err().contains("no message is meant"), none.err());
        }
        assertEquals(Command.OK, held(staged, "list", "--domain", "nobody.example").code());
        String id = held(staged, "list").id();
        assertEquals(Command.OK, held(staged, "show", id).code());
        assertEquals(Command.FAILED, held(staged, "show", id, "0123456789ABCDEF").code());
    }

    @Test
    void whatWasDoneOfManyStandsBelow() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").rules(RULES);
            for (String folder : List.of("lists", "north")) {
                Path lists = Files.createDirectories(staged.clinic().config().resolve(folder));
                Files.writeString(lists.resolve("privacy.txt"), StagedClinic.SAM + "\n");
            }
            Files.writeString(
                    staged.clinic().config().resolve("lists/two.txt"),
                    StagedClinic.SAM + "\nlee@mapleclinic.example\n");
            staged.open();
            try (MailClient doctor = staged.submission()) {
                doctor.send(MARIA, LETTER);
                doctor.send("y@homemail.example", LETTER);
                doctor.send(List.of(MARIA, OTHER), LETTER);
                doctor.send("a@two.example", LETTER);
                doctor.send("b@two.example", LETTER);
            }
            RunningClinic.await(
                    "that all of it is held",
                    () -> held(staged, "list").out().split("held by rule", -1).length == 7);

            Answer several = held(staged, "release", "--asked", "privacy");
            assertEquals(Command.FAILED, several.code());
            assertTrue(
                    several.err()
                            .contains(
                                    "\"privacy\" fits several lists; say which:"
                                            + " lists/privacy.txt or north/privacy.txt"),
                    several.err());
            Answer none = held(staged, "release", "--rule", "of nobody");
            assertEquals(Command.FAILED, none.code());
            assertEquals("0 messages done", none.out().strip());
            assertTrue(none.err().contains("no message is meant"), none.err());
            Answer nobody = QueueStory.queue(staged, "retry", "--domain", "two.example", "--json");
            assertEquals(Command.FAILED, nobody.code(), "all of it is held");
            nothingIsMeant(staged);

            Answer first = held(staged, "release", "--rule", "two look");
            assertEquals(Command.OK, first.code(), first.err());
            assertTrue(
                    first.out()
                            .strip()
                            .endsWith("\n2 messages done, 2 of them still held in whole or part"),
                    first.out());
            Answer back = held(staged, "reject", "--rule", "two look", "--because", "No.");
            assertTrue(back.out().strip().endsWith("\n2 messages done"), back.out());

            Answer both = held(staged, "release", "--asked", "lists/privacy.txt");
            assertEquals(Command.FAILED, both.code(), both.err());
            assertTrue(both.out().contains("held by \"of other people\", which is not meant"));
            assertTrue(both.out().strip().endsWith("\n2 messages done, 1 not"), both.out());
            Answer left = held(staged, "list");
            assertTrue(left.out().contains("1 message"), left.out());
            Answer one = held(staged, "release", left.id());
            assertEquals(Command.OK, one.code(), one.err());
            assertFalse(one.out().contains("done"), one.out());
        }
    }
}
