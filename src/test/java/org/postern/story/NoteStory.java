package org.postern.story;

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

/// Words that a rule adds reach those of its recipients, and nobody else.
class NoteStory {
    private static final String RULE =
            """
              - name: leaflets
                when: { recipient: { domain: homemail.example }, subject: { tag: public } }
                then: { deliver: unprotected, banner: From Maple Street, note: "Questions? Call." }
            """;

    @TempDir Path home;

    @Test
    void theWordsOfARuleReachItsRecipients() throws Exception {
        try (FakeNextHop inside = FakeNextHop.plain();
                FakeNextHop outside = FakeNextHop.plain();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(inside.port(), outside.port(), "none").rules(RULE).open();
            try (MailClient server = staged.relay()) {
                server.offer(
                        List.of(MARIA, SAM),
                        "From: Anna Reyes <"
                                + ANNA
                                + ">\r\nSubject: [public] Hours\r\n\r\nbody\r\n");
            }
            String out = outside.await(1, Duration.ofMinutes(2)).getFirst().text();
            String in = inside.await(1, Duration.ofMinutes(2)).getFirst().text();
            int banner = out.indexOf("\r\nFrom Maple Street\r\n");
            int body = out.indexOf("\r\nbody\r\n");
            int note = out.indexOf("\r\nQuestions? Call.\r\n");
            assertTrue(0 < banner && banner < body && body < note, out);
            assertFalse(in.contains("Maple Street\r\n"), in);
            staged.awaitAudit(
                    "accepted", "banner \"From Maple Street\", note \"Questions? Call.\"");
            staged.awaitEmptySpool();
        }
    }
}
