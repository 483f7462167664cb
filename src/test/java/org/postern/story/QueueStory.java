package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.MARIA;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.Command;
import org.postern.demo.SampleClinic;
import org.postern.testkit.SmtpSink;

/// A person looks at the queue and decides, on a running gateway and beside a stopped one.
class QueueStory {
    private static final String LETTER =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: undisclosed-recipients:;
            Message-ID: <queue-1@mapleclinic.example>
            Subject: canarysubject

            canarybody
            """
                    .replace("\n", "\r\n");

    private static final String HOLD =
            """
              - name: looked at first
                when: { recipient: { domain: [stmary.example, homemail.example, bad.example] } }
                then: { hold: "The privacy officer looks at this first." }
            """;

    @TempDir Path home;

    static Answer queue(StagedClinic staged, String... words) {
        return Answer.to(staged.clinic().config(), "queue", words);
    }

    @Test
    void whatIsHeldIsSeenReleasedProtectedOrDeletedAndAudited() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").rules(HOLD).open();
            Path socket = staged.clinic().data().resolve("control.sock");
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            try (MailClient doctor = staged.submission()) {
                doctor.send(CHIDI, LETTER);
                doctor.send(MARIA, LETTER);
                doctor.send("x@bad.example", LETTER);
            }
            staged.awaitAudit(CHIDI, "held (none)");
            staged.awaitAudit(MARIA, "held (none)");
            staged.awaitAudit("x@bad.example", "held (none)");

            Answer list = queue(staged, "list", "--state", "held");
            assertEquals(Command.OK, list.code(), list.err());
            assertTrue(list.out().contains("3 messages"), list.out());
            assertTrue(list.out().contains("The privacy officer looks"), list.out());
            assertFalse(list.out().contains("canary"), list.out());
            assertEquals("0 messages\n", queue(staged, "list", "--age", "1d").out());
            assertEquals("0 messages\n", queue(staged, "list", "--reason", "no such").out());

            Answer json = queue(staged, "list", "--domain", "bad.example", "--json");
            assertTrue(json.out().startsWith("{\"id\":\""), json.out());
            assertEquals(1, json.out().lines().count());

            Answer released = queue(staged, "release", "--sender", "mapleclinic.example");
            assertEquals(Command.OK, released.code(), released.err());
            List<String> lines = released.out().lines().toList();
            assertEquals(4, lines.size(), released.out());
            assertEquals("3 messages done", lines.getLast());
            staged.awaitAudit(CHIDI, "relayed (smime)");
            staged.awaitAudit(MARIA, "waits in the secure mailbox");
            staged.awaitAudit("x@bad.example", "waits in the secure mailbox");
            staged.awaitAudit("release by", "1 recipient released");
            staged.awaitEmptySpool();
            assertTrue(
                    sink.wires().stream()
                            .map(wire -> new String(wire, StandardCharsets.ISO_8859_1))
                            .noneMatch(wire -> wire.contains("canary")),
                    "a release never sends in clear");
        }
    }

    @Test
    void whatWaitsIsHeldRetriedAndDeleted() throws Exception {
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(SampleClinic.Ports.one(), "none").open();
            try (MailClient doctor = staged.submission()) {
                doctor.send(CHIDI, LETTER);
            }
            staged.awaitAudit(CHIDI, "delayed (smime)");
            String id = queue(staged, "list").id();
            assertTrue(queue(staged, "show", id).out().contains("rule \"partner hospital\""));
            assertEquals(Command.OK, queue(staged, "hold", id).code());
            assertEquals(Command.FAILED, queue(staged, "hold", id).code(), "nothing to do");
            assertTrue(queue(staged, "list").out().contains("held: held by"));
            assertEquals(Command.OK, queue(staged, "release", id).code());
            RunningClinic.await(
                    "a second attempt",
                    () ->
                            staged.audit().stream()
                                            .filter(line -> line.contains("delayed (smime)"))
                                            .count()
                                    == 2);
            Answer both = queue(staged, "delete", id, "--sender", "x.example", "--yes");
            assertEquals(Command.MISUSED, both.code());
            assertTrue(both.err().contains("instead of ids"), both.err());
            Answer waiting = queue(staged, "release", "--state", "waiting");
            assertEquals(Command.MISUSED, waiting.code());
            assertTrue(waiting.err().contains("only what is held"), waiting.err());
            Answer unsure = queue(staged, "delete", id);
            assertEquals(Command.MISUSED, unsure.code());
            assertTrue(unsure.err().contains("--yes"), unsure.err());
            Answer all = queue(staged, "delete", "--yes");
            assertEquals(Command.MISUSED, all.code(), "neither ids nor a filter");
            assertEquals(Command.OK, queue(staged, "delete", id, "--yes").code());
            assertEquals(0, staged.queued());
            staged.awaitAudit(id, "delete by", "1 recipient deleted");
        }
    }

    @Test
    void aStoppedGatewayIsShownAndNotChanged() throws Exception {
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(SampleClinic.Ports.one(), "none").open();
            try (MailClient doctor = staged.submission()) {
                doctor.send(CHIDI, LETTER);
            }
            staged.awaitAudit(CHIDI, "delayed (smime)");
            staged.stop();
            Answer list = queue(staged, "list");
            assertEquals(Command.OK, list.code(), list.err());
            assertTrue(list.err().contains("does not run"), list.err());
            assertTrue(list.out().contains(CHIDI), list.out());
            Answer act = queue(staged, "delete", list.id(), "--yes");
            assertEquals(Command.FAILED, act.code());
            assertTrue(act.err().contains("nothing was changed"), act.err());
            assertEquals(1, staged.queued());
        }
    }
}
