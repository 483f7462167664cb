package org.postern.spool;

import java.time.Duration;
import java.time.Instant;
import org.postern.mail.DeliveryOutcome;

/// Where one recipient of a queued message stands.
public sealed interface RecipientState {
    /// To be attempted, not before the given time.
    ///
    /// @param attempts how many there were
    /// @param lastReason why the last one did not succeed; empty before the first
    /// @param waited until `notBefore`, as the retry schedule counts it
    /// @param told whether the return handler knows of the delay
    /// @param released whether a person released it: then a ruling that holds it no longer counts
    record Waiting(
            int attempts,
            Instant notBefore,
            String lastReason,
            Duration waited,
            boolean told,
            boolean released)
            implements RecipientState {
        /// One who has not waited yet.
        public Waiting(int attempts, Instant notBefore, String lastReason) {
            this(attempts, notBefore, lastReason, Duration.ZERO, false, false);
        }

        /// One whom a person released.
        public static Waiting released(Instant now) {
            return new Waiting(0, now, "", Duration.ZERO, false, true);
        }

        /// The same with another time.
        public Waiting dueAt(Instant time) {
            return new Waiting(attempts, time, lastReason, waited, told, released);
        }

        /// The same with the return handler knowing of the delay.
        public Waiting whenTold() {
            return new Waiting(attempts, notBefore, lastReason, waited, true, released);
        }
    }

    /// A person decides.
    record Held(String reason) implements RecipientState {}

    /// Finished with this outcome: relayed, delivered, or failed and reported.
    record Done(DeliveryOutcome outcome) implements RecipientState {}
}
