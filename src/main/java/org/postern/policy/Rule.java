package org.postern.policy;

import java.util.List;
import org.postern.condition.Condition;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.facts.Reach;
import org.postern.mail.Address;
import org.postern.variable.Used;

/// One sentence of the policy: if this, then that.
///
/// @param name unique in its policy; the audit and the explanation use it
/// @param observed whether it decides nothing, and is only counted and audited as if it had
/// @param used the variables that it refers to; their values stand in it already
public record Rule(String name, Condition when, Decision then, boolean observed, List<Used> used) {
    public Rule {
        used = List.copyOf(used);
    }

    /// One that refers to no variables.
    public Rule(String name, Condition when, Decision then, boolean observed) {
        this(name, when, then, observed, List.of());
    }

    /// One that decides.
    public Rule(String name, Condition when, Decision then) {
        this(name, when, then, false);
    }

    /// Whether what it matches comes to no rule below it. What is only observed goes on, and what
    /// is held goes on when it is let go.
    public boolean isAnEnd() {
        return !observed && !(then instanceof Decision.Hold);
    }

    /// Nobody is taken for no member, nothing for impossible, and nobody for somebody who chose
    /// nothing, because it could not be said. Whom the rule would ask if it were a yes, those are
    /// asked.
    Decision unknown(Facts facts, Address recipient) {
        Hearing hearing = then instanceof Decision.Hold hold ? hold.hearing() : Hearing.OPEN;
        return new Decision.Hold(open(facts, recipient), hearing);
    }

    private String open(Facts facts, Address recipient) {
        boolean ofGroups =
                when.questions(facts, recipient)
                        .map(facts.groups()::of)
                        .anyMatch(it ->
                                it == Groups.Membership.UNKNOWN
                                        || it == Groups.Membership.NOT_ASKED);
        if (ofGroups) {
            return "The rule asks for a group, and who belongs to it is not known. "
                    + facts.groups()
                            .trouble()
                            .map(Groups.Trouble::reason)
                            .orElse("No directory was asked.");
        }
        boolean ofReach =
                when.reachQuestions(recipient)
                        .map(facts.reach()::of)
                        .anyMatch(it -> it == Reach.Answer.UNKNOWN || it == Reach.Answer.NOT_ASKED);
        return ofReach
                ? "The rule asks by which means the recipient can be reached, and that is"
                        + " not known. "
                        + facts.reach().trouble().orElse("Nobody was asked.")
                : "The rule asks for what the recipient chose, and the record of it could not be"
                        + " read.";
    }
}
