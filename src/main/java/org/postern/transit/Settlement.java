package org.postern.transit;

import java.io.IOException;
import java.time.Duration;
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
import org.postern.mail.Listener;
import org.postern.mail.Reply;
import org.postern.queue.RetrySchedule;
import org.postern.queue.RetrySchedule.Next;
import org.postern.queue.RetrySchedule.Patience;
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

    public Settlement(Spool spool, AuditLog audit, OwnMail ownMail, RetrySchedule schedule) {
        this.spool = spool;
        this.audit = audit;
        this.ownMail = ownMail;
        this.schedule = schedule;
    }

    /// Settles the recipients of one delivery, and retires the message once nothing is left to do.
    ///
    /// What the next hop has taken is recorded first and in one write: if the audit or the report
    /// fails after it, nothing is sent twice. Failures are recorded last, so that none is forgotten
    /// whose report is not on disk. Each outcome is audited once it is recorded, and after a stop
    /// between the two by `AuditGap`: so there is one entry for each.
    void settle(QueuedMessage message, Map<Address, Attempt> attempts) throws IOException {
        List<AuditEvent> done = new ArrayList<>();
        List<AuditEvent> undone = new ArrayList<>();
        List<OwnMail.Failure> failures = new ArrayList<>();
        Map<Address, RecipientState> states = new LinkedHashMap<>();
        Map<Address, RecipientState> failed = new LinkedHashMap<>();
        attempts.forEach((recipient, attempt) -> {
            Settled settled = settled(message, recipient, attempt.outcome());
            DeliveryOutcome outcome = settled.outcome();
            AuditEvent event =
                    new AuditEvent.Attempted(
                            message.id(), recipient, attempt.way(), outcome, attempt.why());
            if (outcome instanceof Failed(Reply reply)) {
                undone.add(event);
                failures.add(new OwnMail.Failure(recipient, reply));
                failed.put(recipient, settled.state());
            } else {
                done.add(event);
                states.put(recipient, settled.state());
            }
            log(message, recipient, outcome);
        });
        QueuedMessage recorded = message;
        if (!states.isEmpty()) {
            recorded = spool.record(message.id(), states);
            audit.append(done.toArray(AuditEvent[]::new));
        }
        if (!failures.isEmpty()) {
            Optional<QueuedMessage> report = ownMail.report(message, failures);
            recorded = spool.record(message.id(), failed);
            audit.append(undone.toArray(AuditEvent[]::new));
            report.ifPresent(ownMail::release);
        }
        if (recorded.isSettled()) {
            spool.retire(message.id());
        }
    }

    /// What a person has to know of stands out.
    private static void log(QueuedMessage message, Address recipient, DeliveryOutcome outcome) {
        if (outcome instanceof Held || outcome instanceof Failed) {
            LOG.warn("{} {} {}", message.id(), recipient.domain(), words(outcome));
        } else {
            LOG.info("{} {} {}", message.id(), recipient.domain(), words(outcome));
        }
    }

    private record Settled(DeliveryOutcome outcome, RecipientState state) {}

    /// The outcome with the state that follows from it. A delay beyond the last try is a failure. A
    /// patient's answer that the clinic's own server refuses is held: the patient was told that it
    /// is sent, and only the clinic can mend it.
    private Settled settled(QueuedMessage message, Address recipient, DeliveryOutcome outcome) {
        return switch (outcome) {
            case Failed(Reply reply)
                    when message.envelope().arrival().listener() == Listener.PICKUP -> {
                String reason =
                        "the clinic's mail server does not take a patient's answer: " + reply;
                yield new Settled(new Held(reason), new RecipientState.Held(reason));
            }
            case Relayed _, Delivered _, Failed _ -> new Settled(outcome, new Done(outcome));
            case Held(String reason) -> new Settled(outcome, new RecipientState.Held(reason));
            case Delayed(String reason) -> {
                Waiting before = waiting(message, recipient);
                yield switch (schedule.next(patience(before))) {
                    case Next.GiveUp(Duration waited) -> {
                        Failed givenUp = new Failed(givenUp(waited, reason));
                        yield new Settled(givenUp, new Done(givenUp));
                    }
                    case Next.Wait(Patience after) ->
                            new Settled(
                                    outcome,
                                    new Waiting(
                                            after.attempts(),
                                            after.due(),
                                            reason,
                                            after.waited(),
                                            before.told()));
                };
            }
        };
    }

    private static Reply givenUp(Duration waited, String reason) {
        return new Reply(
                554, "4.4.7", "Given up after %d hours: %s".formatted(waited.toHours(), reason));
    }

    private static Patience patience(Waiting waiting) {
        return new Patience(waiting.attempts(), waiting.notBefore(), waiting.waited());
    }

    /// How the recipient stood before the attempt.
    private static Waiting waiting(QueuedMessage message, Address recipient) {
        return message.states().get(recipient) instanceof Waiting waiting
                ? waiting
                : new Waiting(0, message.arrived(), "");
    }

    private static String words(DeliveryOutcome outcome) {
        return switch (outcome) {
            case Relayed(Reply reply, String hop, var tls, _) ->
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
