package org.postern.explain;

import java.util.Map;
import java.util.Optional;
import org.postern.facts.Facts;
import org.postern.facts.Reach;
import org.postern.policy.Policy;
import org.postern.reach.Possibilities;
import org.postern.reach.ReachAsking;

/// Whether an explanation can look for the ways to recipients.
sealed interface Sight {
    record Clear(Possibilities possible) implements Sight {}

    /// @param problem why not
    record None(String problem) implements Sight {}

    /// The same facts with all that these rules need to know of ways to recipients; where nobody
    /// can look it is not known.
    default Facts in(Policy policy, Facts facts) {
        return switch (this) {
            case None(String problem) ->
                    facts.with(new Reach(Map.of(), Reach.Answer.UNKNOWN, Optional.of(problem)));
            case Clear(Possibilities possible) -> {
                try (ReachAsking asking = new ReachAsking(possible)) {
                    yield asking.in(policy, facts);
                }
            }
        };
    }
}
