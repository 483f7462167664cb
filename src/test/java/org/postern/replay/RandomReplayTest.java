package org.postern.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditEntry;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditFile;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.facts.Facts;
import org.postern.mail.Arrival;
import org.postern.mail.QueueId;
import org.postern.policy.Kept;
import org.postern.policy.Policy;
import org.postern.policy.RandomPolicies;
import org.postern.policy.Ruling;
import org.postern.replay.Replay.Verdict;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleFacts;
import org.postern.testkit.TestVault;

/// What the audit keeps of a message decides as the message itself would, or says that it does not
/// know: it never guesses.
class RandomReplayTest {
    private static final int MESSAGES = 5_000;
    private static final int AT_ONCE = 100;
    private static final long SEED = 20_261_128;

    private final RandomPolicies random = new RandomPolicies(SEED);

    @TempDir Path home;

    private record Message(Facts facts, Policy then) {}

    @Test
    void aReplayIsRightOrDoesNotKnow() throws IOException {
        List<Message> messages = new ArrayList<>();
        AuditFolder folder = new AuditFolder(new FileDisk(), home.resolve("audit"));
        try (AuditFile log =
                AuditFile.open(
                        folder,
                        TestVault.one(),
                        new ManualClock(Instant.parse("2026-01-07T12:00:00Z")))) {
            while (messages.size() < MESSAGES) {
                List<AuditEvent> events = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    Message message = taken();
                    messages.add(message);
                    events.add(accepted(message));
                }
                log.append(events.toArray(AuditEvent[]::new));
            }
        }
        List<AuditEntry> entries = new ArrayList<>();
        new AuditReader(folder).read(entries::add);
        int known = 0;
        int unknown = 0;
        for (int i = 0; i < MESSAGES; i++) {
            Message message = messages.get(i);
            Replay replay = Replay.of(entries.get(i), SampleFacts.INTERNAL).orElseThrow();
            assertSays(message.facts(), message.then(), replay, true);
            Policy other = random.policy();
            if (assertSays(message.facts(), other, replay, false)) {
                known++;
            } else {
                unknown++;
            }
        }
        assertTrue(known > MESSAGES / 10 && unknown > MESSAGES / 10, known + ", " + unknown);
    }

    /// As a gateway takes it: it has asked by which means people can be reached, where a rule asks.
    private Message taken() {
        Message message = new Message(random.facts(), random.policy());
        while (!message.then().reachQuestions(message.facts()).isEmpty()) {
            message = new Message(random.facts(), random.policy());
        }
        return message;
    }

    /// @param asked whether these rules were in force when the message came
    /// @return whether all is known
    private static boolean assertSays(Facts facts, Policy policy, Replay replay, boolean asked) {
        boolean all = true;
        for (Ruling.ForRecipient ruling : policy.rule(facts).recipients()) {
            switch (replay.by(policy, ruling.recipient())) {
                case Verdict.Decided(String rule, var decision) -> {
                    assertEquals(ruling.rule(), rule);
                    assertEquals(ruling.decision(), decision);
                }
                case Verdict.NotKnown(String rule, var missing) -> {
                    assertTrue(!asked, "it was asked by rule " + rule);
                    assertFalse(missing.isEmpty(), "rule " + rule);
                    all = false;
                }
            }
        }
        return all;
    }

    private static AuditEvent accepted(Message message) {
        Facts facts = message.facts();
        return new AuditEvent.Accepted(
                new QueueId("0000000000000001"),
                new Arrival(facts.listener(), "192.0.2.1", null, null),
                facts.originator(),
                facts.makeup().size(),
                "ab",
                message.then().rule(facts),
                Optional.of(Kept.of(facts, message.then())));
    }
}
