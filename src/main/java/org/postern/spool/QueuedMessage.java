package org.postern.spool;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.policy.Extras;
import org.postern.policy.Hearing;
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
    /// What a release means where no rule says more: never in clear.
    public static final Decision RELEASED =
            new Decision.Protect(
                    List.of(new Protection.Smime(), new Protection.Tls(), new Protection.Pickup()),
                    Decision.LastResort.HOLD);

    /// The same for a copy that a rule asked for: no person fetches it from a page.
    public static final Decision RELEASED_COPY =
            new Decision.Protect(
                    List.of(new Protection.Smime(), new Protection.Tls()),
                    Decision.LastResort.HOLD);

    public QueuedMessage {
        states = Map.copyOf(states);
    }

    /// What is to happen for a recipient: as it was ruled, unless it was decided afresh since.
    public Decision decision(Address recipient) {
        return afresh(recipient)
                .map(RecipientState.Afresh::decision)
                .orElseGet(() -> ruling.of(recipient).decision());
    }

    /// What is done besides for a recipient; nothing where the message does not go.
    public Extras extras(Address recipient) {
        return decision(recipient).extras().orElse(Extras.NONE);
    }

    /// What was decided for a recipient in the place of the ruling.
    public Optional<RecipientState.Afresh> afresh(Address recipient) {
        return switch (states.get(recipient)) {
            case RecipientState.Waiting waiting -> waiting.afresh();
            case RecipientState.Held held -> held.afresh();
            case RecipientState.Done _ -> Optional.empty();
            case null -> Optional.empty();
        };
    }

    /// Whether somebody has decided about a recipient since the message stood as `before`: held it,
    /// or found it another way. That somebody was told of a decision is none.
    public boolean wasDecidedSince(QueuedMessage before, Address recipient) {
        return !(states.get(recipient) instanceof RecipientState.Waiting)
                || !afresh(recipient)
                        .map(RecipientState.Afresh::whenTold)
                        .equals(before.afresh(recipient).map(RecipientState.Afresh::whenTold));
    }

    /// How far those are who decide about a recipient whom a rule holds. What an earlier release
    /// held without one has a review that nobody was told of.
    public Optional<RecipientState.Review> review(Address recipient) {
        if (!(states.get(recipient) instanceof RecipientState.Held held)) {
            return Optional.empty();
        }
        if (held.review().isPresent() || held.afresh().isPresent()) {
            return held.review();
        }
        Ruling.ForRecipient ruled = ruling.of(recipient);
        return ruled.decision() instanceof Decision.Hold(String reason, Hearing hearing)
                        && reason.equals(held.reason())
                ? Optional.of(RecipientState.Review.of(ruled.rule(), hearing, arrived, Set.of()))
                : Optional.empty();
    }

    /// Whether nothing is left to do, and nobody has to decide anything.
    public boolean isSettled() {
        return states.values().stream().allMatch(RecipientState.Done.class::isInstance);
    }
}
