package org.postern.held;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.postern.facts.Facts;
import org.postern.mail.Address;
import org.postern.policy.Policy;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;
import org.postern.transit.Inspection;

/// What the rest of the policy says now about a message that a rule held.
final class SecondLook {
    private final Spool spool;
    private final Inspection inspection;
    private final Supplier<Policy> policy;

    SecondLook(Spool spool, Inspection inspection, Supplier<Policy> policy) {
        this.spool = spool;
        this.inspection = inspection;
        this.policy = policy;
    }

    /// A message that was looked at.
    ///
    /// @param facts empty if it would not even be taken any more
    record Seen(Optional<Facts> facts, Policy policy) {
        /// The decision of the rules that still count.
        ///
        /// @return empty if nothing is known that a rule could ask for
        Optional<Ruling.ForRecipient> ruling(Address recipient, Set<String> passed) {
            return facts.map(it -> policy.without(passed).rule(it, recipient));
        }
    }

    /// Where the rest of the policy is not asked.
    Seen nothing() {
        return new Seen(Optional.empty(), policy.get());
    }

    /// Reads the message; not to be called while anybody waits for it.
    Seen at(QueuedMessage message) throws IOException {
        Inspection.Inspected inspected =
                inspection.inspect(message.envelope(), spool.content(message.id()));
        return new Seen(
                inspected instanceof Inspection.Acceptable acceptable
                        ? Optional.of(acceptable.facts())
                        : Optional.empty(),
                policy.get());
    }
}
