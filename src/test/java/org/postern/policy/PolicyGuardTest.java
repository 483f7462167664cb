package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.condition.Condition;
import org.postern.condition.Reading;
import org.postern.facts.Facts;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// The policy never throws, and a defect of ours sends nothing.
class PolicyGuardTest {
    private static final Address PATIENT = Address.of("maria@mail.example");

    private static final Decision OPEN = new Decision.Deliver(Decision.Route.UNPROTECTED);

    @Test
    void anErrorInEvaluationHolds() {
        Policy policy = new Policy(List.of(new Rule("broken", broken(), OPEN)));
        Ruling.ForRecipient ruling = policy.rule(facts()).of(PATIENT);
        assertEquals("broken", ruling.rule());
        assertEquals(
                new Decision.Hold("The rule could not be evaluated: NullPointerException"),
                ruling.decision());
    }

    @Test
    void anErrorInEvaluationOpensNoPage() {
        Decision page =
                new Decision.Protect(List.of(new Protection.Pickup()), Decision.LastResort.HOLD);
        Policy policy = new Policy(List.of(new Rule("broken", broken(), page)));
        assertFalse(policy.canBePickedUp(facts(), PATIENT));
    }

    @Test
    void withoutARuleMailIsHeld() {
        Ruling.ForRecipient ruling = new Policy(List.of()).rule(facts()).of(PATIENT);
        assertEquals(Policy.NO_RULE, ruling.rule());
        assertEquals(new Decision.Hold("no rule matches"), ruling.decision());
    }

    /// A doubt about an earlier rule counts too: it might have been the one to decide.
    @Test
    void aDoubtInAnEarlierRuleHoldsWhatALaterOneWouldSendOpenly() {
        Condition noTag = new Condition.Not(new Condition.SubjectTag("leaflet"));
        Decision protect =
                new Decision.Protect(List.of(new Protection.Pickup()), Decision.LastResort.HOLD);
        Policy policy =
                new Policy(
                        List.of(
                                new Rule("protected", noTag, protect),
                                new Rule("rest", new Condition.Always(), OPEN)));
        Ruling.ForRecipient ruling = policy.rule(facts()).of(PATIENT);
        assertEquals("rest", ruling.rule());
        assertTrue(ruling.decision() instanceof Decision.Hold, ruling.decision().words());
    }

    /// Whoever lets a message go that a rule held does not know what nobody could read.
    @Test
    void aRuleThatIsPassedOverLeavesItsDoubt() {
        Decision hold = new Decision.Hold("look");
        Policy policy =
                new Policy(
                        List.of(
                                new Rule("tagged", new Condition.SubjectTag("secure"), hold),
                                new Rule("rest", new Condition.Always(), OPEN)));
        Ruling.ForRecipient ruling = policy.without(Set.of("tagged")).rule(facts(), PATIENT);
        assertEquals("rest", ruling.rule());
        assertTrue(ruling.decision() instanceof Decision.Hold, ruling.decision().words());
    }

    @Test
    void anExplanationNamesWhatIsUnreadable() {
        Policy policy =
                new Policy(List.of(new Rule("tag", new Condition.SubjectTag("secure"), OPEN)));
        Reading reading = policy.explain(facts(), PATIENT).steps().getFirst().reading();
        assertEquals(
                "subject has [secure]: yes, the subject cannot be read, so every tag counts as"
                        + " present",
                reading.sentence());
        assertTrue(reading.match().doubtful());
    }

    @Test
    void factsSayNothingInALog() {
        assertFalse(facts().toString().contains("maria"));
    }

    private static Facts facts() {
        return SampleFacts.of(
                SampleFacts.entry(Listener.SUBMISSION, Address.of("anna@clinic.example")),
                List.of(PATIENT),
                Subject.UNREADABLE,
                Facts.Fields.of(List.of(new Facts.Field("X", "y", true))));
    }

    @SuppressWarnings("NullAway") // the defect that is tested: a test of a field that is missing
    private static Condition broken() {
        return new Condition.HeaderField("X", null);
    }
}
