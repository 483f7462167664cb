package org.postern.policy;

import java.util.List;
import org.postern.condition.Reading;

/// Why one recipient's decision is what it is: every rule that was looked at, in order.
///
/// @param steps the last one is the deciding rule; if no rule decided, all of them
/// @param effects what settings gave to the decision, and where they stand
public record Explanation(
        Ruling.ForRecipient ruling, List<Step> steps, List<Settings.Effect> effects) {
    public Explanation {
        steps = List.copyOf(steps);
        effects = List.copyOf(effects);
    }

    /// One rule that was looked at.
    public record Step(Rule rule, Reading reading) {}
}
