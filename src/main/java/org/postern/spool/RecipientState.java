package org.postern.spool;

import java.time.Instant;
import org.postern.mail.DeliveryOutcome;

/// Where one recipient of a queued message stands.
public sealed interface RecipientState {
    /// To be attempted, not before the given time.
    ///
    /// @param attempts how many there were
    /// @param lastReason why the last one did not succeed; empty before the first
    record Waiting(int attempts, Instant notBefore, String lastReason) implements RecipientState {}

    /// A person decides.
    record Held(String reason) implements RecipientState {}

    /// Finished with this outcome: relayed, delivered, or failed and reported.
    record Done(DeliveryOutcome outcome) implements RecipientState {}
}
