package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.condition.Match;
import org.postern.config.PolicyText;
import org.postern.facts.Choices;
import org.postern.facts.Choices.Choice;
import org.postern.facts.Facts;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.membership.Memberships;
import org.postern.review.PolicyReview;
import org.postern.testkit.SampleFacts;

/// Rules about what the recipient chose: what is not known never leads to ordinary mail.
class ChoiceRulesTest {
    private static final Address ANN = Address.of("ann@clinic.example");
    private static final Address MARIA = Address.of("maria@mail.example");
    private static final Address LEE = Address.of("lee@mail.example");
    private static final String CHOSE = "recipient-chose: ordinary-mail";

    private static Policy policy(String when, String then) {
        return PolicyText.policy(
                "rules:\n"
                        + "  - name: marked\n    when: { subject: { tag: private } }\n"
                        + "    then: { protect: [pickup], level: sensitive }\n"
                        + "  - name: one\n    when: { %s }\n    then: { %s }\n"
                                .formatted(when, then)
                        + "  - name: rest\n    then: { protect: [pickup], bcc: %s }\n"
                                .formatted(LEE));
    }

    private static Facts facts(Subject subject) {
        return SampleFacts.of(
                SampleFacts.entry(Listener.SUBMISSION, ANN),
                List.of(MARIA),
                subject,
                Facts.Fields.of(List.of()));
    }

    private static Facts facts(Choices choices) {
        return facts(Subject.of("x")).with(choices);
    }

    private static Choices maria(Choice choice) {
        return new Choices(Map.of(MARIA.key(), choice), Choice.NOT_ASKED);
    }

    @Test
    void whoChoseGetsItAndNobodyElse() {
        Policy policy = policy(CHOSE, "deliver: unprotected");
        assertEquals("one", policy.rule(facts(Choices.told(List.of(MARIA))), MARIA).rule());
        assertEquals("rest", policy.rule(facts(Choices.told(List.of(LEE))), MARIA).rule());
        assertEquals("rest", policy.rule(facts(maria(Choice.NONE)), MARIA).rule());
    }

    @Test
    void whatIsNotKnownIsHeldWithTheReason() {
        for (String when : List.of(CHOSE, "not: { " + CHOSE + " }")) {
            for (String then : List.of("deliver: unprotected", "protect: [tls]", "refuse: No.")) {
                for (Choice open : List.of(Choice.UNKNOWN, Choice.NOT_ASKED)) {
                    Ruling.ForRecipient ruling = policy(when, then).rule(facts(maria(open)), MARIA);
                    assertEquals("one", ruling.rule());
                    assertEquals(
                            new Decision.Hold(
                                    "The rule asks for what the recipient chose, and the record of"
                                            + " it could not be read."),
                            ruling.decision());
                }
            }
        }
    }

    /// What is marked, or may be, goes by the rule above.
    @Test
    void aMarkAndADoubtAboveCountMore() {
        Policy policy = policy(CHOSE, "deliver: unprotected");
        for (Subject subject : List.of(Subject.of("[private] x"), Subject.UNREADABLE)) {
            Facts facts = facts(subject).with(Choices.told(List.of(MARIA)));
            assertEquals("marked", policy.rule(facts, MARIA).rule());
        }
        Policy below =
                PolicyText.policy(
                        "rules:\n  - name: one\n    when: { %s, not: { subject: { tag: a } } }\n"
                                        .formatted(CHOSE)
                                + "    then: { deliver: unprotected }\n");
        Facts doubtful = facts(Subject.UNREADABLE).with(Choices.told(List.of(MARIA)));
        assertEquals("(no rule)", below.rule(doubtful, MARIA).rule());
        assertEquals(
                "deliver: unprotected",
                below.rule(facts(Choices.told(List.of(MARIA))), MARIA).decision().words());
    }

    @Test
    void onlyWhatARuleNeedsIsLookedUp() {
        Policy policy = policy(CHOSE, "deliver: unprotected");
        assertEquals(Set.of(MARIA, LEE), policy.choosers(facts(Choices.NOT_ASKED)));
        assertEquals(Set.of(LEE), policy.choosers(facts(maria(Choice.NONE))));
        assertEquals(Set.of(), policy.choosers(facts(Subject.of("[private]"))));
        assertEquals(
                Set.of(), policy("size: '> 1 MiB'", "hold: x").choosers(facts(Subject.of("x"))));
        List<Address> asked = new ArrayList<>();
        Memberships.Choosing record =
                person -> {
                    asked.add(person);
                    return person.equals(MARIA) ? Choice.ORDINARY_MAIL : Choice.NONE;
                };
        Facts known = Memberships.none().with(record).in(policy, facts(Choices.NOT_ASKED));
        assertEquals("one", policy.rule(known, MARIA).rule());
        assertEquals(Set.of(MARIA, LEE), Set.copyOf(asked));
        Facts nobody = Memberships.none().in(policy, facts(Choices.NOT_ASKED));
        assertEquals(Choice.UNKNOWN, nobody.choices().of(MARIA), "there is no record at all");
    }

    @Test
    void anExplanationSaysWhatIsOnRecord() {
        Policy policy = policy(CHOSE, "deliver: unprotected");
        String[][] table = {
            {"ORDINARY_MAIL", "yes, the choice of maria@mail.example is on record"},
            {"NONE", "no, no choice of maria@mail.example is on record"},
            {"UNKNOWN", "not known, the record of what maria@mail.example chose could not be read"},
            {"NOT_ASKED", "not known, nobody looked up what maria@mail.example chose"},
        };
        for (String[] row : table) {
            Facts facts = facts(maria(Choice.valueOf(row[0])));
            assertEquals(
                    "recipient chose ordinary-mail: " + row[1],
                    policy.explain(facts, MARIA).steps().get(1).reading().sentence());
        }
        assertEquals(
                Match.UNKNOWN,
                policy.explain(facts(maria(Choice.UNKNOWN)), MARIA)
                        .steps()
                        .get(1)
                        .reading()
                        .match());
    }

    /// A choice may lead past a rule as well as to one.
    @Test
    void aChoiceThatLeadsPastARuleOpensNothingThatASettingShuts() {
        String settings = "settings:\n  - { level: sensitive }\n";
        String past =
                "rules:\n  - { name: past, when: { not: { %s } }, then: { protect: [pickup] } }\n"
                        .formatted(CHOSE);
        String tagged =
                "rules:\n  - { name: a, when: { subject: { tag: a }, %s }, then: { hold: x } }\n"
                        .formatted(CHOSE);
        String open = "  - { name: open, then: { deliver: unprotected } }\n";
        Facts chose = facts(Choices.told(List.of(MARIA)));
        Decision held = PolicyText.policy(settings + past + open).rule(chose, MARIA).decision();
        assertTrue(held.words().contains("a setting asks for level: sensitive"), held.words());
        assertEquals(
                "deliver: unprotected",
                PolicyText.policy(past + open).rule(chose, MARIA).decision().words());
        // It goes as it would have gone without her choice.
        assertEquals(
                "deliver: unprotected",
                PolicyText.policy(settings + tagged + open).rule(chose, MARIA).decision().words());
    }

    /// She asked for it, so that it is no oversight; a rule that does not ask is one.
    @Test
    void aRuleThatAsksIsNoWarning() {
        assertEquals(List.of(), PolicyReview.of(policy(CHOSE, "deliver: unprotected")));
        String warned =
                PolicyReview.of(policy("not: { " + CHOSE + " }", "deliver: unprotected"))
                        .toString();
        assertTrue(warned.contains("leave unprotected"), warned);
        assertFalse(policy("size: '> 1 MiB'", "hold: x").asksForChoices());
    }
}
