package org.postern.policy;

import org.postern.condition.Condition;

/// One sentence of the policy: if this, then that.
///
/// @param name unique in its policy; the audit and the explanation use it
/// @param observed whether it decides nothing, and is only counted and audited as if it had
public record Rule(String name, Condition when, Decision then, boolean observed) {
    /// One that decides.
    public Rule(String name, Condition when, Decision then) {
        this(name, when, then, false);
    }

    /// Whether what it matches comes to no rule below it. What is only observed goes on, and what
    /// is held goes on when it is let go.
    public boolean isAnEnd() {
        return !observed && !(then instanceof Decision.Hold);
    }
}
