package org.postern.transit;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Delivered;
import org.postern.mail.DeliveryOutcome.Failed;
import org.postern.mail.DeliveryOutcome.Held;
import org.postern.mail.DeliveryOutcome.Relayed;
import org.postern.mail.Reply;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Done;
import org.postern.spool.RecipientState.Waiting;
import org.postern.spool.Spool;
import org.postern.transit.Transit.Attempt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last chapter of an attempt: audits what became of each recipient, reports failures, and then
/// records the new states, so that after a crash at any line nothing is forgotten.
public final class Settlement {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final Spool spool;
    private final AuditLog audit;
    private final OwnMail ownMail;
    private final RetrySchedule schedule;
    private final Clock clock;

    public Settlement(
            Spool spool, AuditLog audit, OwnMail ownMail, RetrySchedule schedule, Clock clock) {
        this.spool = spool;
        this.audit = audit;
        this.ownMail = ownMail;
        this.schedule = schedule;
        this.clock = clock;
    }

    /// Settles the recipients of one delivery in one durable write, and retires the message once
    /// nothing is left to do.
    void settle(QueuedMessage message, Map<Address, Attempt> attempts) throws IOException {
        List<AuditEvent> events = new ArrayList<>();
        List<OwnMail.Failure> failures = new ArrayList<>();
        Map<Address, RecipientState> states = new LinkedHashMap<>();
        attempts.forEach((recipient, attempt) -> {
            Settled settled = settled(message, recipient, attempt.outcome());
            DeliveryOutcome outcome = settled.outcome();
            events.add(new AuditEvent.Attempted(message.id(), recipient, attempt.way(), outcome));
            states.put(recipient, settled.state());
            if (outcome instanceof Failed(Reply reply)) {
                failures.add(new OwnMail.Failure(recipient, reply));
            }
            LOG.info("{} {} {}", message.id(), recipient.domain(), words(outcome));
        });
        audit.append(events.toArray(AuditEvent[]::new));
        Optional<QueuedMessage> report = ownMail.report(message, failures);
        QueuedMessage recorded = spool.record(message.id(), states);
        report.ifPresent(ownMail::release);
        if (recorded.isSettled()) {
            spool.retire(message.id());
        }
    }

    private record Settled(DeliveryOutcome outcome, RecipientState state) {}

    /// The outcome with the state that follows from it. A delay beyond the last try is a failure.
    private Settled settled(QueuedMessage message, Address recipient, DeliveryOutcome outcome) {
        return switch (outcome) {
            case Relayed _, Delivered _, Failed _ -> new Settled(outcome, new Done(outcome));
            case Held(String reason) -> new Settled(outcome, new RecipientState.Held(reason));
            case Delayed(String reason) -> {
                int made = attempts(message, recipient) + 1;
                Optional<Instant> next = schedule.next(made, message.arrived(), clock.instant());
                Failed givenUp =
                        new Failed(new Reply(554, "4.4.7", "Given up after five days: " + reason));
                yield next.isPresent()
                        ? new Settled(outcome, new Waiting(made, next.get(), reason))
                        : new Settled(givenUp, new Done(givenUp));
            }
        };
    }

    private static int attempts(QueuedMessage message, Address recipient) {
        return message.states().get(recipient) instanceof Waiting(int made, _, _) ? made : 0;
    }

    private static String words(DeliveryOutcome outcome) {
        return switch (outcome) {
            case Relayed(Reply reply, String hop, String tls) ->
                    "relayed to "
                            + hop
                            + (tls == null ? " in clear" : " over " + tls)
                            + ": "
                            + reply;
            case Delivered() -> "delivered to the secure mailbox";
            case Delayed(String reason) -> "delayed: " + reason;
            case Held(String reason) -> "held: " + reason;
            case Failed(Reply reply) -> "failed: " + reply;
        };
    }
}
