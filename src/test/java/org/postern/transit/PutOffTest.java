package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.postern.config.PolicyText;
import org.postern.facts.Choices;
import org.postern.facts.Choices.Choice;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.facts.Groups.Membership;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Answer;
import org.postern.facts.Reach.Means;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.pki.PartnerDirectory;
import org.postern.policy.Decision;
import org.postern.policy.Policy;
import org.postern.reach.Aging;
import org.postern.reach.Possibilities;
import org.postern.reach.ReachAsking;
import org.postern.route.Prospects;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleFacts;

/// What puts a message off before it is taken: somebody who did not answer, and on whom something
/// hangs.
class PutOffTest {
    private static final Address ANN = Address.of("ann@clinic.example");
    private static final Address LEE = Address.of("lee@partner.example");
    private static final Policy RULES =
            PolicyText.policy(
                    """
                    rules:
                      - name: seen
                        when: { recipient-can: smime }
                        then: { protect: [smime] }
                        observe: true
                      - name: chose
                        when: { recipient-chose: ordinary-mail }
                        then: { deliver: unprotected }
                      - name: nurses
                        when: { recipient: { group: nurses } }
                        then: { protect: [pickup] }
                      - name: certificate
                        when: { recipient-can: smime }
                        then: { protect: [smime] }
                      - name: rest
                        then: { protect: [pickup] }
                    """);

    private static String put(Choice choice, Membership nurse, boolean silent) {
        Facts facts = facts(choice, nurse, silent);
        return Entrance.silence(facts, RULES).map(Object::toString).orElse("it is taken");
    }

    private static Facts facts(Choice choice, Membership nurse, boolean silent) {
        return SampleFacts.of(
                        SampleFacts.entry(Listener.SUBMISSION, ANN),
                        List.of(LEE),
                        Subject.of("x"),
                        Facts.Fields.of(List.of()))
                .with(new Choices(Map.of(LEE.key(), choice), Choice.NOT_ASKED))
                .with(
                        new Groups(
                                Map.of("nurses", Map.of(LEE.key(), nurse)),
                                Membership.NOT_ASKED,
                                Optional.of(new Groups.Trouble("It is away.", silent))))
                .with(
                        new Reach(
                                Map.of(Means.SMIME, Map.of(LEE.key(), Answer.UNKNOWN)),
                                Answer.NOT_ASKED,
                                Optional.of("The directory x does not answer.")));
    }

    private static boolean isPutOff(Facts facts, List<Address> to, ReachAsking asking) {
        Inspection.Acceptable found =
                new Inspection.Acceptable(
                        new Envelope(Arrival.own("x"), ANN, to), facts, "ab", Optional.empty(), "");
        return Entrance.putOff(found, RULES, asking).isPresent();
    }

    /// The others get theirs then, and the rule holds it for her alone.
    @Test
    void oneOfWhomNothingCanBeKnownDoesNotKeepAllForEver() {
        AtomicLong now = new AtomicLong();
        Facts ways = facts(Choice.NONE, Membership.NOT_MEMBER, false);
        Facts silent = facts(Choice.NONE, Membership.UNKNOWN, true);
        Possibilities nothing =
                new Possibilities(
                        PartnerDirectory.load(Path.of("target/none")),
                        _ -> Optional.empty(),
                        new Prospects(Optional.empty()),
                        Possibilities.Pickup.NOT_OFFERED,
                        ManualClock.atNoon());
        try (ReachAsking asking = Aging.asking(nothing, now::get)) {
            assertTrue(isPutOff(ways, List.of(LEE, ANN), asking));
            now.addAndGet(Duration.ofMinutes(239).toNanos());
            assertTrue(isPutOff(ways, List.of(ANN, LEE), asking));
            now.addAndGet(Duration.ofMinutes(1).toNanos());
            assertTrue(isPutOff(ways, List.of(LEE), asking), "another envelope");
            assertFalse(isPutOff(ways, List.of(LEE, ANN), asking));
            assertTrue(isPutOff(silent, List.of(LEE, ANN), asking), "the directory comes back");
        }
        assertTrue(RULES.rule(ways, LEE).decision() instanceof Decision.Hold);
    }

    @Test
    void whoDidNotAnswerIsNamed() {
        String away = put(Choice.NONE, Membership.UNKNOWN, true);
        assertTrue(away.contains("451 4.4.3 The clinic's directory does not answer"), away);
        String ways = put(Choice.NONE, Membership.NOT_MEMBER, true);
        assertTrue(ways.contains("451 4.4.3 Whether the mail can be protected"), ways);
    }

    /// The rule holds with its own reason; nothing is gained by trying again.
    @Test
    void whatTryingAgainDoesNotTellPutsNothingOff() {
        assertEquals("it is taken", put(Choice.UNKNOWN, Membership.UNKNOWN, true));
        assertEquals("it is taken", put(Choice.NONE, Membership.UNKNOWN, false));
        assertEquals("it is taken", put(Choice.NONE, Membership.MEMBER, true));
    }
}
