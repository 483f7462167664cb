package org.postern.held;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;

/// What lists of held mail need of a message, so that they read none of those that they do not
/// show.
///
/// @param from the reverse-path; null for the empty one
/// @param authors who submitted it through a door of the clinic's own; of others nobody knows
/// @param holds what of it people decide about; empty if nobody does
public record Glance(
        QueueId id, long octets, @Nullable Address from, List<Address> authors, List<Hold> holds) {
    public Glance {
        authors = List.copyOf(authors);
        holds = List.copyOf(holds);
    }

    /// One thing that people decide about, for however many recipients.
    ///
    /// @param review without the names of who has agreed, which may differ by recipient
    /// @param copy whether it is about a copy that a rule made, of which an author is not told
    public record Hold(Review review, String reason, boolean copy) {}

    /// How a message stands.
    static Glance of(QueuedMessage message) {
        Set<Hold> holds = new LinkedHashSet<>();
        for (Address recipient : message.envelope().recipients()) {
            Optional<Review> review = message.review(recipient);
            if (review.isPresent()
                    && message.states().get(recipient) instanceof RecipientState.Held held) {
                holds.add(
                        new Hold(
                                review.get().whoeverAgreed(),
                                held.reason(),
                                message.ruling().isCopy(recipient)));
            }
        }
        return new Glance(
                message.id(),
                message.size(),
                message.envelope().reversePath(),
                Decider.submitters(message.envelope()),
                List.copyOf(holds));
    }
}
