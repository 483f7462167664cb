package org.postern.policy;

import java.util.ArrayList;
import java.util.List;
import org.postern.condition.Match;
import org.postern.condition.Reading;
import org.postern.facts.Facts;
import org.postern.mail.Address;

/// The clinic's rules in their order: for each recipient on its own, the first rule that matches
/// decides. It never throws, and whatever it cannot decide is held.
public record Policy(List<Rule> rules) {
    /// What stands for a rule's name where no rule decided. A rule's name begins with a letter or a
    /// digit, so none can be called so.
    public static final String NO_RULE = "(no rule)";

    public Policy {
        rules = List.copyOf(rules);
    }

    /// Whether a rule needs to know what is attached to a message.
    public boolean asksForFiles() {
        return rules.stream().anyMatch(rule -> rule.when().asksForFiles());
    }

    /// Whether a rule needs to know what is said in a message.
    public boolean asksForPhi() {
        return rules.stream().anyMatch(rule -> rule.when().asksForPhi());
    }

    /// The decisions for all recipients of a message.
    public Ruling rule(Facts facts) {
        List<Ruling.ForRecipient> rulings = new ArrayList<>(facts.recipients().size());
        for (Address recipient : facts.recipients()) {
            rulings.add(ruleSafely(facts, recipient));
        }
        return new Ruling(rulings);
    }

    /// The same decision for one recipient, with the reasons.
    public Explanation explain(Facts facts, Address recipient) {
        Ruling.ForRecipient ruling = ruleSafely(facts, recipient);
        List<Explanation.Step> steps = new ArrayList<>();
        for (Rule rule : rules) {
            steps.add(new Explanation.Step(rule, Reading.of(rule.when(), facts, recipient)));
            if (rule.name().equals(ruling.rule())) {
                break;
            }
        }
        return new Explanation(ruling, steps);
    }

    private Ruling.ForRecipient ruleSafely(Facts facts, Address recipient) {
        String rule = NO_RULE;
        boolean doubt = false;
        try {
            for (Rule candidate : rules) {
                rule = candidate.name();
                Match match = candidate.when().test(facts, recipient);
                doubt |= match.doubtful();
                if (match.matches()) {
                    Decision decision = guarded(candidate, facts, recipient, doubt);
                    return new Ruling.ForRecipient(recipient, decision, rule);
                }
            }
        } catch (RuntimeException e) {
            // A defect of ours must not send anything. The reason names the class alone: the text
            // of an exception may quote the message.
            String reason = "The rule could not be evaluated: " + e.getClass().getSimpleName();
            return new Ruling.ForRecipient(recipient, new Decision.Hold(reason), rule);
        }
        return new Ruling.ForRecipient(recipient, new Decision.Hold("no rule matches"), NO_RULE);
    }

    /// Three decisions are too much to be believed without a second look.
    private static Decision guarded(Rule rule, Facts facts, Address recipient, boolean doubt) {
        return switch (rule.then()) {
            case Decision.Deliver(Decision.Route route) ->
                    delivered(route, facts, recipient, doubt);
            // A refusal is final, and would also hit all mail that nobody can look into.
            case Decision.Refuse(String text) when doubt ->
                    new Decision.Hold(
                            "The rule would refuse this, but something that the rules ask for"
                                    + " cannot be known for certain: "
                                    + text);
            case Decision.Refuse _, Decision.Protect _, Decision.Hold _ -> rule.then();
        };
    }

    private static Decision delivered(
            Decision.Route route, Facts facts, Address recipient, boolean doubt) {
        Decision then = new Decision.Deliver(route);
        return switch (route) {
            case INTERNAL ->
                    facts.internal().contains(recipient.domain())
                            ? then
                            : new Decision.Hold(
                                    "The rule delivers inside the clinic, but "
                                            + recipient.domain()
                                            + " is not one of the clinic's own domains.");
            case UNPROTECTED ->
                    doubt
                            ? new Decision.Hold(
                                    "The rule would send this unprotected, but something that the"
                                            + " rules ask for cannot be known for certain.")
                            : then;
        };
    }
}
