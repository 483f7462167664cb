package org.postern.transit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome.Concern;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.policy.Decision.Deliver;
import org.postern.policy.Decision.Hold;
import org.postern.policy.Decision.Protect;
import org.postern.policy.Decision.Refuse;
import org.postern.policy.Decision.Return;
import org.postern.queue.QueueRunner;
import org.postern.queue.QueueRunner.Left;
import org.postern.queue.RetrySchedule;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Waiting;
import org.postern.transit.Transit.Attempt;

/// Puts messages into the order of work: finds the destination of each recipient, and when it is
/// due there. Recipients of one destination are attempted together, those of others beside them.
public final class Agenda {
    /// Files that the disk could not read are tried again as if they were mail to this place.
    static final String UNREAD = "(unread)";

    /// What needs no next hop: a person decides.
    private static final String NOWHERE = "(nowhere)";

    private static final Duration UNREAD_WAIT = Duration.ofMinutes(10);

    private final QueueRunner queue;
    private final Routes routes;
    private final InstantSource clock;

    /// @param clock the steady one of the queue
    public Agenda(QueueRunner queue, Routes routes, InstantSource clock) {
        this.queue = queue;
        this.routes = routes;
        this.clock = clock;
    }

    /// When a destination is to be attempted next.
    ///
    /// @param fresh it was not attempted yet
    private record Next(Instant due, boolean fresh) {
        Next or(Next other) {
            return new Next(due.isBefore(other.due) ? due : other.due, fresh || other.fresh);
        }
    }

    /// Puts a message in its place. It must be in the spool already.
    void add(QueuedMessage message) {
        next(message)
                .forEach((destination, next) ->
                        queue.add(message.id(), destination, next.due(), next.fresh()));
    }

    /// The same for a message that may be in the queue already: its place is changed.
    void replace(QueuedMessage message) {
        next(message)
                .forEach((destination, next) ->
                        queue.replace(message.id(), destination, next.due()));
    }

    /// Has a file looked at again later that could not be read now.
    void addUnread(QueueId id) {
        queue.add(id, UNREAD, clock.instant().plus(UNREAD_WAIT), false);
    }

    /// The recipients to be attempted now.
    List<Address> due(QueuedMessage message, String destination) {
        return message.envelope().recipients().stream()
                .filter(recipient -> isDue(message.states().get(recipient)))
                .filter(recipient -> destination.equals(destination(message, recipient)))
                .toList();
    }

    /// What an attempt at a destination came to.
    ///
    /// @param retired whether the message has left the spool
    /// @param attempts of all recipients that were due
    record Tried(boolean retired, List<Attempt> attempts) {
        static final Tried NOTHING = new Tried(false, List.of());

        /// Whether what is left waits for something else than the destination.
        boolean isAside() {
            return !attempts.isEmpty()
                    && attempts.stream()
                            .noneMatch(it ->
                                    it.outcome() instanceof Delayed(_, _, Concern concern, _)
                                            && concern == Concern.DESTINATION);
        }
    }

    /// What is left to do at a destination after an attempt.
    Left left(QueuedMessage message, String destination, Tried tried) {
        return Optional.ofNullable(next(message).get(destination))
                .<Left>map(next ->
                        tried.isAside() ? new Left.Aside(next.due()) : new Left.Later(next.due()))
                .orElseGet(Left.Nothing::new);
    }

    private Map<String, Next> next(QueuedMessage message) {
        // Never later than the longest step: a time that was written while the clock ran ahead must
        // not keep a message for years.
        Instant latest = clock.instant().plus(RetrySchedule.longestStep());
        Map<String, Next> next = new LinkedHashMap<>();
        for (Address recipient : message.envelope().recipients()) {
            if (message.states().get(recipient) instanceof Waiting waiting) {
                boolean fresh = waiting.attempts() == 0;
                Instant due = waiting.notBefore().isAfter(latest) ? latest : waiting.notBefore();
                next.merge(
                        destination(message, recipient),
                        new Next(fresh ? Instant.EPOCH : due, fresh),
                        Next::or);
            }
        }
        return next;
    }

    private boolean isDue(@Nullable RecipientState state) {
        Instant now = clock.instant();
        return state instanceof Waiting waiting
                && (waiting.attempts() == 0
                        || !waiting.notBefore().isAfter(now)
                        || waiting.notBefore().isAfter(now.plus(RetrySchedule.longestStep())));
    }

    private String destination(QueuedMessage message, Address recipient) {
        return switch (message.decision(recipient)) {
            case Deliver(Decision.Route route, _) -> routes.destination(route, recipient);
            case Protect _ -> routes.destination(Decision.Route.UNPROTECTED, recipient);
            case Hold _, Refuse _, Return _ -> NOWHERE;
        };
    }
}
