package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.config.PolicyText;
import org.postern.facts.Facts;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Answer;
import org.postern.facts.Reach.Means;
import org.postern.facts.Reach.Question;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// Rules about ways to a recipient: what is not known never leads to less protection.
class ReachRulesTest {
    private static final Address ANN = Address.of("ann@clinic.example");
    private static final Address LEE = Address.of("lee@partner.example");

    private static Policy policy(String when, String then) {
        return PolicyText.policy(
                "rules:\n  - name: one\n    when: { %s }\n    then: { %s }\n".formatted(when, then)
                        + "  - name: rest\n    then: { deliver: unprotected }\n");
    }

    private static Facts facts(Reach reach) {
        return SampleFacts.of(
                        SampleFacts.entry(Listener.SUBMISSION, ANN),
                        List.of(LEE),
                        Subject.of("[lab] x"),
                        Facts.Fields.of(List.of()))
                .with(reach);
    }

    private static Facts facts(Answer answer) {
        return facts(
                new Reach(
                        Map.of(Means.SMIME, Map.of(LEE.key(), answer)),
                        Answer.NOT_ASKED,
                        Optional.of("The directory x does not answer.")));
    }

    @Test
    void whoCanBeReachedIsToldApart() {
        Policy policy = policy("recipient-can: smime", "protect: smime");
        assertEquals("one", policy.rule(facts(Answer.CAN), LEE).rule());
        assertEquals(
                "deliver: unprotected", policy.rule(facts(Answer.CANNOT), LEE).decision().words());
    }

    /// Neither the rule nor the one below it decides, whichever way it asks.
    @Test
    void whatIsNotKnownIsHeldWithTheReason() {
        for (String when : List.of("recipient-can: smime", "not: { recipient-can: smime }")) {
            for (String then : List.of("deliver: unprotected", "protect: [tls]", "refuse: No.")) {
                Policy policy = policy(when, then);
                Ruling.ForRecipient ruling = policy.rule(facts(Answer.UNKNOWN), LEE);
                assertEquals("one", ruling.rule());
                assertEquals(
                        new Decision.Hold(
                                "The rule asks by which means the recipient can be reached, and"
                                        + " that is not known. The directory x does not answer."),
                        ruling.decision());
                assertTrue(policy.hangsOnOthers(facts(Answer.UNKNOWN)));
            }
        }
    }

    /// It goes on to the next rule, and nothing is sent unprotected by any.
    @Test
    void aDoubtfulNoSendsNothingUnprotected() {
        Policy below = policy("recipient-can: smime", "protect: smime");
        Ruling.ForRecipient ruling = below.rule(facts(Answer.SEEMS_NOT), LEE);
        assertEquals("rest", ruling.rule());
        assertTrue(ruling.decision() instanceof Decision.Hold, ruling.decision().words());
        Policy turned = policy("not: { recipient-can: smime }", "deliver: unprotected");
        assertTrue(turned.rule(facts(Answer.SEEMS_NOT), LEE).decision() instanceof Decision.Hold);
        Policy guarded = policy("not: { recipient-can: smime }", "protect: [pickup]");
        assertEquals(
                "protect: [pickup], otherwise: hold",
                guarded.rule(facts(Answer.SEEMS_NOT), LEE).decision().words());
        assertFalse(guarded.hangsOnOthers(facts(Answer.SEEMS_NOT)));
    }

    @Test
    void onlyWhatARuleNeedsIsAsked() {
        Facts nobodyAsked = facts(Reach.NOT_ASKED);
        assertEquals(
                Set.of(new Question(Means.SMIME, LEE), new Question(Means.TLS, LEE)),
                policy("recipient-can: [smime, tls]", "protect: [smime, tls]")
                        .reachQuestions(nobodyAsked));
        Policy settled =
                policy("recipient-can: smime, subject: { tag: other }", "protect: [smime]");
        assertEquals(Set.of(), settled.reachQuestions(nobodyAsked));
        Policy above =
                PolicyText.policy(
                        """
                        rules:
                          - name: lab
                            when: { subject: { tag: lab } }
                            then: { protect: [tls] }
                          - name: certificate
                            when: { recipient-can: smime }
                            then: { protect: [smime] }
                        """);
        assertEquals(Set.of(), above.reachQuestions(nobodyAsked));
        assertFalse(policy("subject: { tag: lab }", "protect: [tls]").asksForReach());
        assertEquals(Set.of(), policy("recipient-can: smime", "hold: no").questions(nobodyAsked));
    }

    /// Each recipient by herself, also behind what was worked out once for all.
    @Test
    void everyRecipientIsAskedAbout() {
        Address kim = Address.of("kim@partner.example");
        Facts both =
                SampleFacts.of(
                                SampleFacts.entry(Listener.SUBMISSION, ANN),
                                List.of(LEE, kim),
                                Subject.of("x"),
                                Facts.Fields.of(List.of()))
                        .with(Reach.told(Map.of(Means.SMIME, Set.of(kim))));
        Ruling ruling = policy("recipient-can: smime", "protect: smime").rule(both);
        assertEquals("rest", ruling.recipients().get(0).rule());
        assertEquals("one", ruling.recipients().get(1).rule());
    }
}
