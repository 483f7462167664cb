package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.FakeNextHop;

/// What a rule wants done besides: a tag that stays here, and a copy for the archive, which goes
/// where the rules let mail to it go, and of which nobody outside hears.
class CopyStory {
    private static final String ARCHIVE = "archive@keeper.example";
    private static final String LETTER =
            "From: Anna Reyes <" + ANNA + ">\r\nSubject: Re: [public] Hours\r\n\r\nbody\r\n";

    private static final String OPEN =
            """
              - name: archive
                when: { recipient: { domain: keeper.example } }
                then: { deliver: unprotected }
              - name: leaflets
                when: { subject: { tag: public } }
                then: { deliver: unprotected, strip-tags: public, bcc: archive@keeper.example }
            """;

    @TempDir Path home;

    @Test
    void theCopyGoesApartAndTheTagStaysHere() throws Exception {
        try (FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.plain();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(inside.port(), outside.port(), "none").rules(OPEN).open();
            try (MailClient server = staged.relay()) {
                server.offer(List.of(MARIA, "joe@homemail.example"), LETTER);
            }
            List<FakeNextHop.Message> taken = outside.await(2, Duration.ofMinutes(2));
            FakeNextHop.Message copy = to(taken, ARCHIVE);
            FakeNextHop.Message letter = to(taken, MARIA);
            assertEquals(1, copy.recipients().size(), "the copy goes in a transaction of its own");
            assertEquals(2, letter.recipients().size());
            assertTrue(letter.text().contains("\r\nSubject: Re: Hours\r\n"), letter.text());
            assertFalse(letter.text().contains("keeper.example"), letter.text());
            // Nobody outside the gateway hears what becomes of it (RFC 5321 §4.5.5).
            assertEquals("", copy.reversePath());
            assertEquals(ANNA, letter.reversePath());
            staged.awaitAudit("accepted", "; a copy for " + ARCHIVE + " by rule \"archive\"");
            staged.awaitEmptySpool();
        }
    }

    /// A copy that is not taken waits for IT, and its author hears nothing of an archive.
    @Test
    void aCopyThatIsNotTakenIsHeld() throws Exception {
        try (FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.plain();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            outside.on("RCPT TO:<" + ARCHIVE, FakeNextHop.Act.say("550 5.1.1 nobody here"));
            staged.write(inside.port(), outside.port(), "none").rules(OPEN).open();
            try (MailClient server = staged.relay()) {
                server.offer(List.of(MARIA), LETTER);
            }
            staged.awaitAudit(ARCHIVE, "held", "was not taken");
            staged.awaitAudit(MARIA, "relayed");
            assertEquals(1, staged.queued());
            assertEquals(List.of(), inside.messages());
        }
    }

    /// A message that is protected leaves nowhere in clear, whatever the rules say of its archive.
    @Test
    void theCopyOfWhatIsProtectedDoesNotLeaveInClear() throws Exception {
        try (FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.plain();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(inside.port(), outside.port(), "none")
                    .rules(
                            OPEN.replace(
                                    "deliver: unprotected, strip-tags",
                                    "protect: pickup, strip-tags"))
                    .open();
            try (MailClient server = staged.relay()) {
                server.offer(List.of(MARIA), LETTER);
                server.offer(List.of(SAM), LETTER.replace("public", "other"));
            }
            staged.awaitAudit(MARIA, "waits in the secure mailbox");
            staged.awaitAudit(ARCHIVE, "held", "would leave unprotected");
            for (FakeNextHop.Message each : outside.await(1, Duration.ofMinutes(2))) {
                assertFalse(each.text().contains("Hours"), "only the notice leaves");
                assertFalse(each.recipients().toString().contains(ARCHIVE));
            }
        }
    }

    /// The archive gets what was held and let go, and nothing of what came back.
    @Test
    void theCopyOfWhatIsHeldWaitsWithIt() throws Exception {
        String kept = "archive@mapleclinic.example";
        try (FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.plain();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            String rules =
                    """
                      - name: archive
                        when: { recipient: { address: archive@mapleclinic.example } }
                        then: { deliver: internal }
                      - name: looked at first
                        when: { subject: { tag: public } }
                        then: { hold: look }
                      - name: leaflets
                        when: { subject: { tag: public } }
                        then: { deliver: unprotected, bcc: archive@mapleclinic.example }
                    """;
            staged.write(inside.port(), outside.port(), "none").rules(rules).open();
            Path config = staged.clinic().config();
            try (MailClient server = staged.relay()) {
                server.offer(List.of(MARIA), LETTER);
            }
            staged.awaitAudit("accepted", "; a copy for " + kept + " by rule \"looked at first\"");
            staged.awaitAudit(kept, "held (none)");
            assertEquals(List.of(), outside.messages());
            Answer released =
                    Answer.to(config, "held", "release", Answer.to(config, "held", "list").id());
            assertEquals(0, released.code(), released.err() + released.out());
            assertTrue(outside.await(1, Duration.ofMinutes(2)).getFirst().text().contains("Hours"));
            staged.awaitEmptySpool();
            assertTrue(to(inside.messages(), kept).text().contains("Hours"));
            try (MailClient server = staged.relay()) {
                server.offer(List.of(MARIA), LETTER.replace("Hours", "Never"));
            }
            RunningClinic.await(
                    "the second one is held",
                    () ->
                            staged.audit().stream()
                                            .filter(it -> it.contains(kept))
                                            .filter(it -> it.contains("held (none)"))
                                            .count()
                                    == 2);
            String back = Answer.to(config, "held", "list").id();
            assertEquals(0, Answer.to(config, "held", "reject", back, "--because", "no").code());
            staged.awaitEmptySpool();
            for (FakeNextHop.Message each : inside.messages()) {
                boolean archived = each.recipients().toString().contains(kept);
                assertFalse(archived && each.text().contains("Never"), each::text);
            }
        }
    }

    private static FakeNextHop.Message to(List<FakeNextHop.Message> taken, String address) {
        return taken.stream()
                .filter(each -> each.recipients().toString().contains(address))
                .findFirst()
                .orElseThrow();
    }
}
