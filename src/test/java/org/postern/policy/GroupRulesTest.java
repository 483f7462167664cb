package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.condition.Match;
import org.postern.config.PolicyText;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.facts.Groups.Membership;
import org.postern.facts.Groups.Question;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// Rules about groups: what is not known is never taken for a no.
class GroupRulesTest {
    private static final Address ANN = Address.of("ann@clinic.example");
    private static final Address LEE = Address.of("lee@partner.example");

    private static Policy policy(String when, String then) {
        return PolicyText.policy(
                "rules:\n  - name: one\n    when: { %s }\n    then: { %s }\n".formatted(when, then)
                        + "  - name: rest\n    then: { protect: [pickup] }\n");
    }

    private static Facts facts(Groups groups) {
        return SampleFacts.of(
                        SampleFacts.entry(Listener.SUBMISSION, ANN),
                        List.of(LEE),
                        Subject.of("[lab] x"),
                        Facts.Fields.of(List.of()))
                .with(groups);
    }

    private static Groups unknown() {
        return new Groups(
                Map.of("nurses", Map.of(ANN.key(), Membership.UNKNOWN)),
                Membership.NOT_ASKED,
                Optional.of(new Groups.Trouble("The directory x does not say it.", false)));
    }

    @Test
    void membersAndOthersAreToldApart() {
        Policy policy = policy("originator: { group: nurses }", "deliver: unprotected");
        Groups ann = Groups.told(Map.of("nurses", Set.of(ANN)));
        assertEquals("one", policy.rule(facts(ann), LEE).rule());
        assertEquals("rest", policy.rule(facts(Groups.told(Map.of())), LEE).rule());
        Policy to = policy("recipient: { group: [temps, nurses] }", "refuse: No.");
        Groups lee = Groups.told(Map.of("nurses", Set.of(LEE)));
        assertEquals(new Decision.Refuse("No."), to.rule(facts(lee), LEE).decision());
        assertEquals("rest", to.rule(facts(ann), LEE).rule());
    }

    /// Neither the rule nor the one below it decides.
    @Test
    void whatIsNotKnownIsHeldWithTheReason() {
        for (String when :
                List.of(
                        "originator: { group: nurses }",
                        "not: { originator: { group: nurses } }")) {
            for (String then : List.of("deliver: unprotected", "protect: [tls]", "refuse: No.")) {
                Ruling.ForRecipient ruling = policy(when, then).rule(facts(unknown()), LEE);
                assertEquals("one", ruling.rule());
                assertEquals(
                        new Decision.Hold(
                                "The rule asks for a group, and who belongs to it is not known."
                                        + " The directory x does not say it."),
                        ruling.decision());
            }
        }
        Policy policy = policy("originator: { group: nurses }", "protect: [tls]");
        assertTrue(policy.hangsOnOthers(facts(unknown())));
        assertEquals(
                Match.UNKNOWN,
                policy.explain(facts(unknown()), LEE).steps().getFirst().reading().match());
    }

    @Test
    void aCertainPartSettlesIt() {
        Policy narrow =
                policy("originator: { group: nurses }, subject: { tag: other }", "protect: [tls]");
        assertEquals("rest", narrow.rule(facts(unknown()), LEE).rule());
        Policy wide =
                policy(
                        "any: [ { originator: { group: nurses } }, { subject: { tag: lab } } ]",
                        "protect: [tls]");
        assertEquals(
                "protect: [tls], otherwise: hold",
                wide.rule(facts(unknown()), LEE).decision().words());
        assertFalse(wide.hangsOnOthers(facts(unknown())));
        Policy named =
                policy(
                        "originator: { group: nurses, address: ann@clinic.example }",
                        "deliver: unprotected");
        assertEquals("deliver: unprotected", named.rule(facts(unknown()), LEE).decision().words());
    }

    @Test
    void onlyWhatARuleNeedsIsAsked() {
        Policy policy =
                PolicyText.policy(
                        """
                        rules:
                          - name: lab
                            when: { subject: { tag: lab } }
                            then: { protect: [tls], bcc: archive@clinic.example }
                          - name: nurses
                            when: { recipient: { group: nurses } }
                            then: { protect: [pickup] }
                        """);
        assertEquals(Set.of(), policy.questions(facts(Groups.NOT_ASKED)));
        Policy turned =
                PolicyText.policy(
                        """
                        rules:
                          - name: nurses
                            when: { recipient: { group: nurses }, subject: { tag: lab } }
                            then: { protect: [pickup] }
                          - name: lab
                            then: { protect: [tls], bcc: archive@clinic.example }
                        """);
        assertEquals(
                Set.of(
                        new Question("nurses", LEE),
                        new Question("nurses", Address.of("archive@clinic.example"))),
                turned.questions(facts(Groups.NOT_ASKED)));
    }

    @Test
    void whatIsOnlyObservedChangesNothing() {
        Policy policy =
                PolicyText.policy(
                        """
                        rules:
                          - name: seen
                            when: { originator: { group: nurses } }
                            then: { deliver: unprotected }
                            observe: true
                          - name: rest
                            then: { protect: [pickup] }
                        """);
        Ruling.ForRecipient ruling = policy.rule(facts(unknown()), LEE);
        assertEquals("rest", ruling.rule());
        assertTrue(ruling.observed().getFirst().decision() instanceof Decision.Hold);
        assertFalse(policy.hangsOnOthers(facts(unknown())));
        assertEquals(
                Set.of(new Question("nurses", ANN)), policy.questions(facts(Groups.NOT_ASKED)));
    }
}
