package org.postern.spool;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.policy.Protection;
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
    /// What a release means where the ruling itself holds: never in clear.
    private static final Decision RELEASED =
            new Decision.Protect(
                    List.of(new Protection.Smime(), new Protection.Tls(), new Protection.Pickup()),
                    Decision.LastResort.HOLD);

    public QueuedMessage {
        states = Map.copyOf(states);
    }

    /// What is to happen for a recipient: as it was ruled, unless a rule holds it and a person has
    /// released it. A release never weakens a protection.
    public Decision decision(Address recipient) {
        Decision ruled = ruling.of(recipient).decision();
        boolean released =
                states.get(recipient) instanceof RecipientState.Waiting waiting
                        && waiting.released();
        return switch (ruled) {
            case Decision.Hold _, Decision.Refuse _ -> released ? RELEASED : ruled;
            case Decision.Deliver _, Decision.Protect _ -> ruled;
        };
    }

    /// Whether nothing is left to do, and nobody has to decide anything.
    public boolean isSettled() {
        return states.values().stream().allMatch(RecipientState.Done.class::isInstance);
    }
}
