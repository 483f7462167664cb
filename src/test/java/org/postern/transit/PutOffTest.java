package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.postern.mail.Listener;
import org.postern.policy.Policy;
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
        Facts facts =
                SampleFacts.of(
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
        return Entrance.silence(facts, RULES).map(Object::toString).orElse("it is taken");
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
