package org.postern.policy;

import java.util.Arrays;

/// A way to keep a message from everybody but its recipient. Sealed: a new one does not compile
/// until every place that protects has thought about it.
public sealed interface Protection {
    /// Encrypted to a valid, trusted certificate of the recipient (RFC 8551).
    record Smime() implements Protection {}

    /// Relayed over TLS to a next hop whose certificate is verified, never opportunistic.
    record Tls() implements Protection {}

    /// Kept in the secure mailbox; the recipient gets a notice and fetches it.
    ///
    /// @param level how well she shows who she is
    record Pickup(Level level) implements Protection {
        /// With the check that is usual.
        public Pickup() {
            this(Level.NORMAL);
        }
    }

    /// How well a reader has to show who she is. In the order of strictness.
    enum Level {
        /// Not at all: for what anybody may read, such as directions.
        OPEN("open"),
        /// By the best check for which the clinic has the facts.
        NORMAL("normal"),
        /// By one that stops her family too, and again after some hours.
        SENSITIVE("sensitive");

        private final String word;

        Level(String word) {
            this.word = word;
        }

        /// The word for it in a policy file.
        public String word() {
            return word;
        }

        /// @throws IllegalArgumentException if it is none; whoever reads what another release wrote
        ///   must not take a stricter level for a lesser one
        public static Level of(String word) {
            return Arrays.stream(values())
                    .filter(level -> level.word.equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("an unknown level"));
        }
    }

    /// The word for it in a policy file.
    default String word() {
        return switch (this) {
            case Smime() -> "smime";
            case Tls() -> "tls";
            case Pickup(_) -> "pickup";
        };
    }
}
