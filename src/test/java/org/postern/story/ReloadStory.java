package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An operator says that the rules are written, and hears whether they are in force.
class ReloadStory {
    private static final String RULE =
            "  - { name: call first, when: { subject: { tag: call } }, then: { hold: call } }\n";

    @TempDir Path home;

    @Test
    void theRulesAreInForceAtOnceOrTheOldOnesStay() throws Exception {
        try (StagedClinic clinic = StagedClinic.in(home, Clock.systemUTC()).write(1, "none")) {
            clinic.open();
            assertTrue(reload(clinic, 0).out().contains("policy: nothing has changed"));
            Path policy = clinic.clinic().config().resolve("policy.yaml");
            clinic.rules(RULE);
            Answer taken = reload(clinic, 0);
            assertTrue(taken.out().contains(" rules are in force now"), taken.out());
            clinic.awaitAudit("policy loaded");
            Files.writeString(policy, "rules: [ { name: x } ]");
            Answer kept = reload(clinic, 1);
            assertTrue(kept.out().contains("policy: what was in force stays: "), kept.out());
            assertTrue(kept.out().contains("\"then\" is missing"), kept.out());
            clinic.awaitAudit("policy refused");
        }
    }

    private static Answer reload(StagedClinic clinic, int expected) {
        Answer answer = Answer.to(clinic.clinic().config(), "reload");
        assertEquals(expected, answer.code(), answer.out() + answer.err());
        return answer;
    }
}
