package org.postern.transit;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
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
import org.postern.mail.NoRoomException;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.policy.Decision;
import org.postern.policy.Policy;
import org.postern.queue.RetrySchedule;
import org.postern.queue.RetrySchedule.Next;
import org.postern.queue.RetrySchedule.Patience;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Afresh;
import org.postern.spool.RecipientState.Done;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.RecipientState.Waiting;
import org.postern.spool.Spool;
import org.postern.transit.Transit.Attempt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last chapter of an attempt: audits what became of each recipient, reports failures, and then
/// records the new states, so that after a crash at any line nothing is forgotten.
public final class Settlement {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    /// Messages of which the audit lacks something; with more than these no attempt is made.
    private static final int OWED_MAX = 10_000;

    private final Spool spool;
    private final AuditLog audit;
    private final OwnMail ownMail;
    private final Reports reports;
    private final RetrySchedule schedule;
    private final QueueDesk.Letters letters;
    private final Map<QueueId, Owed> owed = new ConcurrentHashMap<>();

    public Settlement(
            Spool spool,
            AuditLog audit,
            OwnMail ownMail,
            Reports reports,
            RetrySchedule schedule,
            QueueDesk.Letters letters) {
        this.spool = spool;
        this.audit = audit;
        this.ownMail = ownMail;
        this.reports = reports;
        this.schedule = schedule;
        this.letters = letters;
    }

    /// What was recorded while the audit could not be written: its entries, and the reports that
    /// wait for them. `AuditGap` makes up for it if the process ends before.
    private record Owed(List<AuditEvent> events, List<QueuedMessage> reports) {
        Owed and(Owed more) {
            return new Owed(both(events, more.events), both(reports, more.reports));
        }

        private static <T> List<T> both(List<T> first, List<T> second) {
            return Stream.concat(first.stream(), second.stream()).toList();
        }
    }

    /// What became of the recipients of one delivery, sorted by what is to be done about it.
    private static final class Sorted {
        final Map<Address, AuditEvent> events = new LinkedHashMap<>();
        final Map<Address, RecipientState> states = new LinkedHashMap<>();
        final Map<Address, DeliveryOutcome> succeeded = new LinkedHashMap<>();
        final Map<Address, Reply> failures = new LinkedHashMap<>();
        final Map<Address, RecipientState> failed = new LinkedHashMap<>();
        final Map<Address, RecipientState> delayed = new LinkedHashMap<>();
    }

    /// Settles the recipients of one delivery, and retires the message once nothing is left to do.
    ///
    /// What the next hop has taken is recorded first and in one write: if the audit or a report
    /// fails after it, nothing is sent twice. Failures are recorded last, so that none is forgotten
    /// whose report is not on disk. Each outcome is audited once it is recorded; if that fails, by
    /// `finish`, and after a stop between the two by `AuditGap`: so there is one entry for each. A
    /// report of success is on disk before it is recorded what it reports, and waits for that; if
    /// there is no room for it, it is not worth a second delivery, and there is none.
    ///
    /// @return whether the message was retired
    boolean settle(QueuedMessage message, Map<Address, Attempt> attempts) throws IOException {
        Sorted sorted = new Sorted();
        attempts.forEach((recipient, attempt) -> sort(message, recipient, attempt, sorted));
        QueuedMessage recorded = message;
        Optional<QueuedMessage> success = success(message, sorted.succeeded);
        if (!sorted.states.isEmpty()) {
            ownMail.withdrawOthers(message.id(), sorted.states.keySet(), success.stream().toList());
            recorded = noted(record(message, sorted.states));
            tell(message.id(), owed(sorted, sorted.states, Optional.empty()));
        }
        if (!sorted.delayed.isEmpty()) {
            recorded = noted(tellDelay(message, sorted.delayed));
            tell(message.id(), owed(sorted, sorted.delayed, Optional.empty()));
        }
        if (!sorted.failed.isEmpty()) {
            recorded = noted(fail(message, sorted));
        }
        success.ifPresent(ownMail::release);
        if (recorded.isSettled()) {
            spool.retire(message.id());
        }
        return recorded.isSettled();
    }

    QueueDesk.Letters letters() {
        return letters;
    }

    private QueuedMessage noted(QueuedMessage recorded) {
        letters.noteNewest(recorded);
        return recorded;
    }

    private Optional<QueuedMessage> success(
            QueuedMessage message, Map<Address, DeliveryOutcome> succeeded) {
        try {
            return succeeded.isEmpty() ? Optional.empty() : reports.succeeded(message, succeeded);
        } catch (IOException | RuntimeException e) {
            // Its text may quote the message. What was delivered must be recorded all the same.
            LOG.warn("{} its success is not reported: {}", message.id(), e.getClass().getName());
            return Optional.empty();
        }
    }

    /// The same before it is attempted again. An audit without room stops what comes in; what is
    /// here goes out all the same, as far as memory can keep what is to be audited of it.
    ///
    /// @return false if `finish` is to be called again behind the attempt
    boolean catchUp(QueueId id) throws IOException {
        try {
            finish(id);
            return true;
        } catch (IOException e) {
            if (owed.size() > OWED_MAX) {
                throw e;
            }
            return false;
        }
    }

    /// Makes up for what earlier settlements of a message could not audit, and retires it if
    /// nothing else was left to do.
    void finish(QueueId id) throws IOException {
        Owed left = owed.remove(id);
        if (left == null) {
            return;
        }
        tell(id, left);
        if (spool.find(id).filter(QueuedMessage::isSettled).isPresent()) {
            spool.retire(id);
        }
    }

    private static Owed owed(
            Sorted sorted, Map<Address, RecipientState> recorded, Optional<QueuedMessage> report) {
        List<AuditEvent> events = new ArrayList<>();
        sorted.events.forEach((recipient, event) -> {
            if (recorded.containsKey(recipient)) {
                events.add(event);
            }
        });
        return new Owed(events, report.stream().toList());
    }

    private void tell(QueueId id, Owed what) throws IOException {
        try {
            audit.append(what.events().toArray(AuditEvent[]::new));
        } catch (IOException e) {
            owed.merge(id, what, Owed::and);
            throw e;
        }
        what.reports().forEach(ownMail::release);
    }

    private void sort(QueuedMessage message, Address recipient, Attempt attempt, Sorted sorted) {
        Settled settled = settled(message, recipient, attempt);
        DeliveryOutcome outcome = settled.outcome();
        sorted.events.put(
                recipient,
                new AuditEvent.Attempted(
                        message.id(), recipient, attempt.way(), outcome, attempt.why()));
        log(message, recipient, outcome);
        switch (outcome) {
            case Failed(Reply reply, _) -> {
                sorted.failures.put(recipient, reply);
                sorted.failed.put(recipient, settled.state());
            }
            case Relayed _, Delivered _ -> {
                sorted.succeeded.put(recipient, outcome);
                sorted.states.put(recipient, settled.state());
            }
            case Delayed _ -> {
                Waiting before = waiting(message, recipient);
                boolean tell = !before.told() && RetrySchedule.isToBeTold(before.waited());
                (tell ? sorted.delayed : sorted.states).put(recipient, settled.state());
            }
            case Held _ -> sorted.states.put(recipient, settled.state());
        }
    }

    /// Records failures behind their report; where somebody decided meanwhile, there is none.
    private QueuedMessage fail(QueuedMessage message, Sorted sorted) throws IOException {
        Set<Address> about = Set.copyOf(sorted.failed.keySet());
        Optional<QueuedMessage> report = reports.failed(message, sorted.failures);
        ownMail.withdrawOthers(message.id(), about, report.stream().toList());
        QueuedMessage recorded = record(message, sorted.failed);
        Map<Address, RecipientState> right = sorted.failed;
        right.entrySet().removeIf(it -> !it.getValue().equals(recorded.states().get(it.getKey())));
        if (right.size() < about.size()) {
            sorted.failures.keySet().retainAll(right.keySet());
            report = right.isEmpty() ? Optional.empty() : reports.failed(message, sorted.failures);
            ownMail.withdrawOthers(message.id(), about, report.stream().toList());
        }
        tell(message.id(), owed(sorted, right, report));
        return recorded;
    }

    /// What somebody decided while the attempt ran is newer than what came of it, and counts: held
    /// stays held, and what was rejected or sent another way goes its new way. What has been
    /// delivered is delivered all the same.
    private QueuedMessage record(QueuedMessage message, Map<Address, RecipientState> states)
            throws IOException {
        return spool.change(
                message.id(),
                now -> {
                    Map<Address, RecipientState> wanted = new LinkedHashMap<>(states);
                    wanted.entrySet()
                            .removeIf(entry ->
                                    !entry.getValue().isDelivered()
                                            && now.wasDecidedSince(message, entry.getKey()));
                    return wanted;
                });
    }

    /// Tells of a delay, once. A disk without room for the report is no reason to ask the next hop
    /// again at once: then it is told after the next attempt.
    private QueuedMessage tellDelay(QueuedMessage message, Map<Address, RecipientState> delayed)
            throws IOException {
        List<Reports.Delay> delays = new ArrayList<>();
        Map<Address, RecipientState> told = new LinkedHashMap<>();
        delayed.forEach((recipient, state) -> {
            if (state instanceof Waiting waiting) {
                Instant until = schedule.giveUp(patience(waiting));
                delays.add(new Reports.Delay(recipient, waiting.lastReason(), until));
                told.put(recipient, waiting.whenTold());
            }
        });
        Optional<QueuedMessage> report;
        try {
            report = reports.delayed(message, delays);
        } catch (NoRoomException e) {
            LOG.warn("{} its delay is not told now: {}", message.id(), e.getMessage());
            ownMail.withdrawOthers(message.id(), delayed.keySet(), List.of());
            return record(message, delayed);
        }
        ownMail.withdrawOthers(message.id(), told.keySet(), report.stream().toList());
        QueuedMessage recorded = record(message, told);
        report.ifPresent(ownMail::release);
        return recorded;
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

    /// The outcome with the state that follows from it. A delay beyond the last try is a failure,
    /// or what the attempt says of its end. A patient's answer that the clinic's own server refuses
    /// is held: the patient was told that it is sent, and only the clinic can mend it.
    private Settled settled(QueuedMessage message, Address recipient, Attempt attempt) {
        DeliveryOutcome outcome = attempt.outcome();
        return switch (outcome) {
            // She who decided knows, whoever else can be told; the end of a time knows nobody. A
            // copy goes nowhere then, whoever decided: nobody is told of it.
            case Failed _ when isGivenBack(message, recipient) ->
                    new Settled(outcome, new Done(outcome));
            case Failed(Reply reply, _)
                    when message.envelope().arrival().listener() == Listener.PICKUP -> {
                String reason =
                        "the clinic's mail server does not take a patient's answer: " + reply;
                yield kept(message, recipient, new Held(reason, outcome.tls()));
            }
            case Failed(Reply reply, _) when message.ruling().isCopy(recipient) -> {
                String reason = "a copy that a rule asks for was not taken: " + reply;
                yield kept(message, recipient, new Held(reason, outcome.tls()));
            }
            case Failed(Reply reply, _) when !reports.canTell(message) -> {
                String reason = "nobody could be told that it failed: " + reply;
                yield kept(message, recipient, new Held(reason, outcome.tls()));
            }
            case Relayed _, Delivered _, Failed _ -> new Settled(outcome, new Done(outcome));
            case Held(String reason, _) -> new Settled(outcome, held(message, recipient, reason));
            case Delayed delayed -> {
                Waiting before = waiting(message, recipient);
                yield switch (schedule.next(patience(before))) {
                    case Next.GiveUp(Duration waited) ->
                            settled(message, recipient, Step.givenUp(attempt, waited, delayed));
                    case Next.Wait(Patience after) ->
                            new Settled(
                                    outcome,
                                    new Waiting(
                                            after.attempts(),
                                            after.due(),
                                            delayed.reason(),
                                            after.waited(),
                                            before.told(),
                                            before.afresh()));
                };
            }
        };
    }

    private static Settled kept(QueuedMessage message, Address recipient, Held kept) {
        Optional<Afresh> afresh = message.afresh(recipient);
        return new Settled(kept, new RecipientState.Held(kept.reason(), Optional.empty(), afresh));
    }

    private static boolean isGivenBack(QueuedMessage message, Address recipient) {
        boolean copy = message.ruling().isCopy(recipient);
        return message.afresh(recipient)
                .filter(it -> it.decision() instanceof Decision.Return)
                .filter(it -> copy || !it.by().equals(Afresh.TIME))
                .isPresent();
    }

    /// What a rule holds is for those whom it names to decide; the time that they have begins when
    /// nothing else keeps it any more. What they decided and cannot be done they are asked again.
    private static RecipientState held(QueuedMessage message, Address recipient, String reason) {
        Optional<Afresh> afresh = message.afresh(recipient);
        Instant since = waiting(message, recipient).notBefore();
        if (afresh.isEmpty() && message.decision(recipient) instanceof Decision.Hold hold) {
            String rule = message.ruling().of(recipient).rule();
            return new RecipientState.Held(
                    reason, Review.of(rule, hold.hearing(), since, Set.of()));
        }
        // Nobody decided it, so nobody is asked again and again.
        boolean byPeople = afresh.filter(it -> !it.by().equals(Afresh.TIME)).isPresent();
        return new RecipientState.Held(
                reason,
                afresh.filter(it -> byPeople && it.hearing().asked().isPresent())
                        .map(it -> Review.of(Policy.NO_RULE, it.hearing(), since, it.passed())),
                afresh);
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
                    "relayed to %s %s: %s"
                            .formatted(hop, tls == null ? "without TLS" : "over " + tls, reply);
            case Delivered() -> "delivered to the secure mailbox";
            case Delayed(String reason, _, _, _) -> "delayed: " + reason;
            case Held(String reason, _) -> "held: " + reason;
            case Failed(Reply reply, _) -> "failed: " + reply;
        };
    }
}
