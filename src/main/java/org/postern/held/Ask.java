package org.postern.held;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.policy.Protection;
import org.postern.spool.QueuedMessage;

/// What somebody wants done with a held message.
///
/// @param review the one that she saw, by its beginning: what was held again since, by another
///   rule, is not meant; empty for whatever holds it
/// @param domain whose recipients alone are meant; empty for all
/// @param filter by which the message was found
public record Ask(
        QueueId id,
        Decider by,
        Way way,
        Optional<Instant> review,
        Optional<Domain> domain,
        Filter filter) {
    /// About whatever recipients.
    public Ask(QueueId id, Decider by, Way way, Optional<Instant> review) {
        this(id, by, way, review, Optional.empty(), Filter.NONE);
    }

    /// By what messages are found that a decision is about. Between the look at one and the
    /// decision somebody else may decide, and another rule hold it: so it is asked again then.
    @FunctionalInterface
    public interface Filter {
        /// Nothing is found by it, so nothing is left out.
        Filter NONE = _ -> Optional.empty();

        /// Why a message is left out, by nothing but its states.
        ///
        /// @return in words; empty if it is not
        Optional<String> leftOut(QueuedMessage message);
    }

    /// How it is decided.
    public sealed interface Way {
        /// As the other rules of the policy say now.
        record Release() implements Way {}

        /// Back to its originator.
        ///
        /// @param reason for the originator, in words for people
        record Reject(String reason) implements Way {
            /// A reason may be so long.
            public static final int CHARACTERS_MAX = 300;

            public Reject {
                if (reason.isBlank()
                        || reason.length() > CHARACTERS_MAX
                        || reason.chars().anyMatch(Character::isISOControl)) {
                    throw new IllegalArgumentException("not a reason");
                }
            }
        }

        /// By these protections; where none is possible, it is held again.
        record Send(List<Protection> inOrder) implements Way {
            public Send {
                inOrder = List.copyOf(inOrder);
            }
        }

        /// As people agree on it, such as `release` or `send by tls, pickup`.
        default String words() {
            return switch (this) {
                case Release() -> "release";
                case Reject _ -> "reject";
                case Send(List<Protection> inOrder) ->
                        inOrder.stream()
                                .map(Protection::word)
                                .collect(Collectors.joining(", ", "send by ", ""));
            };
        }
    }
}
