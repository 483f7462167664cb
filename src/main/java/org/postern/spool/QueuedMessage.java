package org.postern.spool;

import java.time.Instant;
import java.util.Map;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.policy.Ruling;

/// One message of the queue, without its content.
///
/// @param arrived when it was committed
/// @param size octets of the content
/// @param states where each recipient stands; every recipient of the envelope is a key
public record QueuedMessage(
        QueueId id,
        Instant arrived,
        Envelope envelope,
        Ruling ruling,
        long size,
        Map<Address, RecipientState> states) {
    public QueuedMessage {
        states = Map.copyOf(states);
    }

    /// Whether nothing is left to do, and nobody has to decide anything.
    public boolean isSettled() {
        return states.values().stream().allMatch(RecipientState.Done.class::isInstance);
    }
}
