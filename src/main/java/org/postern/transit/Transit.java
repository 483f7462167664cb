package org.postern.transit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.frame.DamagedException;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Held;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.NoRoomException;
import org.postern.mail.QueueId;
import org.postern.mail.Reception;
import org.postern.mail.Reply;
import org.postern.policy.Decision;
import org.postern.policy.Decision.Deliver;
import org.postern.policy.Decision.Hold;
import org.postern.policy.Decision.Protect;
import org.postern.policy.Decision.Refuse;
import org.postern.policy.Kept;
import org.postern.policy.Policy;
import org.postern.policy.Protection;
import org.postern.policy.Protection.Level;
import org.postern.policy.Protection.Pickup;
import org.postern.policy.Protection.Smime;
import org.postern.policy.Protection.Tls;
import org.postern.policy.Ruling;
import org.postern.queue.QueueRunner;
import org.postern.queue.QueueRunner.Left;
import org.postern.scan.Scanner;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The whole story of a message, top to bottom: what an edge hands in is inspected, ruled and made
/// durable; the queue then attempts each recipient by the decision of that ruling, and settles what
/// became of it. How each single step is done is left to the parts it calls.
public final class Transit implements Reception {
    private static final Logger LOG = LoggerFactory.getLogger(Transit.class);

    private static final Reply NO_ROOM =
            new Reply(452, "4.3.1", "No room for a message now; try again later");
    private static final Reply LOCAL_ERROR =
            new Reply(451, "4.3.0", "Local error; nothing was kept, try again later");

    private final Entrance entrance;
    private final Spool spool;
    private final AuditLog audit;
    private final Delivery delivery;
    private final Settlement settlement;
    private final OwnMail ownMail;
    private final QueueRunner queue;
    private final Agenda agenda;
    private final QueueDesk.Letters letters;

    /// Where a message is made durable, and where that is written down.
    public record Stores(Spool spool, AuditLog audit) {}

    public Transit(
            Entrance entrance,
            Stores stores,
            Delivery delivery,
            Settlement settlement,
            OwnMail ownMail,
            QueueRunner queue,
            Agenda agenda) {
        this.entrance = entrance;
        this.spool = stores.spool();
        this.audit = stores.audit();
        this.delivery = delivery;
        this.settlement = settlement;
        this.ownMail = ownMail;
        this.queue = queue;
        this.agenda = agenda;
        this.letters = settlement.letters();
    }

    /// What is done when all is known that the spool holds, and nothing of it can leave yet.
    @FunctionalInterface
    public interface Before {
        void queueRuns() throws IOException;
    }

    /// Takes up again what the spool holds. Call it once, before the first listener opens.
    public void start(Before before) throws IOException {
        AuditGap gap = new AuditGap();
        TakenUp taken = new TakenUp(new ArrayList<>(), new ArrayList<>());
        Spool.Recovered recovered =
                spool.recover(message -> {
                    gap.note(message);
                    takeUp(message, taken);
                });
        int missing = gap.close(audit);
        if (missing > 0) {
            LOG.info("{} outcomes audited that a stop had kept from it", missing);
        }
        finish(taken);
        for (String what : recovered.missing()) {
            audit.append(new AuditEvent.Housekeeping("mail missing", what));
            LOG.error("mail is missing: {}; the audit tells what has no outcome", what);
        }
        for (QueueId id : recovered.corrupt()) {
            tellSetAside(id);
        }
        for (QueueId id : recovered.unread()) {
            audit.append(new AuditEvent.Housekeeping("unreadable", id.value()));
            LOG.error("{} could not be read from the disk; it is tried again", id);
            agenda.addUnread(id);
        }
        LOG.info("{} messages taken up", recovered.messages());
        before.queueRuns();
        queue.start(this::attempt);
    }

    private void tellSetAside(QueueId id) throws IOException {
        audit.append(new AuditEvent.Housekeeping("set aside", id.value()));
        LOG.error("{} is damaged and lies in the spool's folder corrupt/", id);
    }

    /// What could not be read at the start is as far behind as all was then.
    private void takeUpLate(QueuedMessage message) throws IOException {
        AuditGap gap = new AuditGap();
        gap.note(message);
        TakenUp taken = new TakenUp(new ArrayList<>(), new ArrayList<>());
        takeUp(message, taken);
        gap.close(audit);
        finish(taken);
    }

    /// What is looked at again when all is known that the spool holds.
    ///
    /// @param settled a stop between the last result and its retirement left them here
    /// @param letters of our own, which may have to wait for their causes
    private record TakenUp(List<QueueId> settled, List<QueueId> letters) {}

    private void takeUp(QueuedMessage message, TakenUp taken) {
        ownMail.recovered(message);
        // A database that was made anew does not know it, and what is held stays closed by it.
        letters.note(message);
        if (message.isSettled()) {
            taken.settled().add(message.id());
        } else if (OwnMail.isLetter(message)) {
            taken.letters().add(message.id());
        } else {
            agenda.add(message);
        }
    }

    private void finish(TakenUp taken) throws IOException {
        for (QueueId id : taken.letters()) {
            Optional<QueuedMessage> letter = spool.find(id);
            if (letter.isPresent() && !ownMail.keepsBack(letter.get())) {
                agenda.add(letter.get());
            }
        }
        for (QueueId id : taken.settled()) {
            spool.retire(id);
        }
    }

    /// On an SMTP or page thread: refuse now, or commit; only then promise.
    @Override
    public Reply receive(Envelope envelope, Draft draft) {
        try {
            Content content = draft.finish();
            Policy policy = entrance.policy().get();
            return switch (entrance.look(envelope, content, policy)) {
                case Inspection.Unacceptable(Reply reply) -> entrance.refuse(envelope, reply);
                case Inspection.Acceptable inspected -> {
                    Ruling ruling = inspected.ruled(policy);
                    Optional<Reply> refusal = refusal(ruling);
                    yield refusal.isPresent()
                            ? refuse(envelope, refusal.get())
                            : scan(new Accepting(inspected, draft, ruling, policy));
                }
            };
        } catch (NoRoomException e) {
            LOG.warn("{} not taken: {}", draft.id(), e.getMessage());
            return NO_ROOM;
        } catch (IOException e) {
            LOG.error("{} not taken: {}", draft.id(), e.getMessage());
            return LOCAL_ERROR;
        }
    }

    private record Accepting(
            Inspection.Acceptable inspected, Draft draft, Ruling ruling, Policy policy) {
        Accepting doubted(String reason) {
            return new Accepting(inspected, draft, ruling.doubted(reason), policy);
        }

        Envelope envelope() {
            return inspected
                    .envelope()
                    .with(ruling.copies().stream().map(Ruling.ForRecipient::recipient).toList());
        }
    }

    /// What holds a virus is refused; what could not be looked through is taken and held.
    private Reply scan(Accepting in) throws IOException {
        if (entrance.scanner().isEmpty()) {
            return accept(in);
        }
        return switch (entrance.scanner().get().scan(in.draft().finish())) {
            case Scanner.Result.Clean() -> accept(in);
            case Scanner.Result.Infected(String name) ->
                    refuse(
                            in.envelope(),
                            new Reply(554, "5.7.1", "Refused: the message holds a virus, " + name));
            case Scanner.Result.NotScanned(String reason) -> accept(in.doubted(reason));
        };
    }

    private Reply accept(Accepting in) throws IOException {
        Envelope envelope = in.envelope();
        audit.append(
                new AuditEvent.Accepted(
                        in.draft().id(),
                        envelope.arrival(),
                        envelope.reversePath(),
                        in.draft().finish().size(),
                        in.inspected().sha256(),
                        in.ruling(),
                        Optional.of(Kept.of(in.inspected().facts(), in.policy()))));
        // The promise rests on this line: nothing below may fail, nothing above may say 250.
        QueuedMessage message = commit(in);
        agenda.add(message);
        LOG.info("{} accepted for {} recipients", message.id(), envelope.recipients().size());
        if (!in.ruling().doubt().isEmpty()) {
            LOG.warn("{} held: {}", message.id(), in.ruling().doubt());
            letters.noteNewest(message);
        }
        return new Reply(250, "2.0.0", "Ok: queued as " + message.id());
    }

    private QueuedMessage commit(Accepting in) throws IOException {
        try {
            return spool.commit(in.draft(), in.envelope(), in.ruling());
        } catch (IOException e) {
            Reply told = e instanceof NoRoomException ? NO_ROOM : LOCAL_ERROR;
            audit.append(new AuditEvent.Withdrawn(in.draft().id(), told));
            throw e;
        }
    }

    private Reply refuse(Envelope envelope, Reply reply) throws IOException {
        audit.append(
                new AuditEvent.Refused(
                        envelope.arrival(), envelope.reversePath(), envelope.recipients(), reply));
        return reply;
    }

    /// One recipient refused is the whole message refused: after DATA there is one reply for all,
    /// and the originator shall know that it did not go to everybody.
    private static Optional<Reply> refusal(Ruling ruling) {
        for (Ruling.ForRecipient ruled : ruling.recipients()) {
            if (ruled.decision() instanceof Refuse(String text)) {
                return Optional.of(new Reply(550, "5.7.1", ruled.recipient() + ": " + text));
            }
        }
        return Optional.empty();
    }

    /// On a queue thread: what is due at one destination. A damaged message is set aside, and the
    /// others go on.
    private Left attempt(QueueId id, String destination) throws IOException {
        try {
            Agenda.Tried tried = Agenda.Tried.NOTHING;
            Optional<QueuedMessage> found = spool.find(id);
            if (found.isEmpty()) {
                settlement.finish(id);
            } else if (destination.equals(Agenda.UNREAD)) {
                takeUpLate(found.get());
            } else {
                boolean complete = settlement.catchUp(id);
                tried = attempt(found.get(), destination);
                if (!complete) {
                    settlement.finish(id);
                }
                if (tried.retired()) {
                    return new Left.Nothing();
                }
                found = spool.find(id);
            }
            return found.isEmpty()
                    ? new Left.Nothing()
                    : agenda.left(found.get(), destination, tried);
        } catch (DamagedException _) {
            tellSetAside(id);
            spool.setAside(id);
            return new Left.Nothing();
        }
    }

    /// Every recipient that is due, those of one plain delivery together.
    private Agenda.Tried attempt(QueuedMessage message, String destination) throws IOException {
        boolean retired = false;
        List<Attempt> attempts = new ArrayList<>();
        Map<Object, List<Address>> together =
                agenda.due(message, destination).stream()
                        .collect(
                                groupingBy(
                                        recipient -> companions(message, recipient),
                                        LinkedHashMap::new,
                                        toList()));
        for (List<Address> recipients : together.values()) {
            Map<Address, Attempt> tried = deliver(message, recipients);
            attempts.addAll(tried.values());
            retired = settlement.settle(message, tried);
        }
        return new Agenda.Tried(retired, attempts);
    }

    /// Recipients whose mail takes one way, unchanged, share a transaction; whatever is protected
    /// goes to each on its own, so that nobody learns of another.
    private Object companions(QueuedMessage message, Address recipient) {
        return switch (message.decision(recipient)) {
            case Deliver deliver -> delivery.companions(message, deliver, recipient);
            case Protect _, Hold _, Refuse _, Decision.Return _ -> recipient;
        };
    }

    private Map<Address, Attempt> deliver(QueuedMessage message, List<Address> recipients)
            throws DamagedException {
        Address first = recipients.getFirst();
        return switch (message.decision(first)) {
            case Deliver deliver -> delivery.unchanged(message, deliver, recipients);
            case Protect protect -> Map.of(first, protect(message, first, protect));
            case Hold hold -> Map.of(first, Attempt.none(new Held(hold.reason())));
            case Decision.Return _ -> Map.of(first, Attempt.none(Reports.returned()));
            // Refused in the session, so it cannot lie here; if it does, a person looks at it.
            case Refuse(String text) -> Map.of(first, Attempt.none(new Held(text)));
        };
    }

    /// The first protection that is possible. One that is possible and fails does not fall through
    /// to the next: it is delayed, or it failed. One that is not possible yet is waited for if no
    /// later one is, and the last resort comes when that was in vain.
    private Attempt protect(QueuedMessage message, Address recipient, Protect protect)
            throws DamagedException {
        Step.Reasons why = new Step.Reasons();
        Optional<Attempt> waiting = Optional.empty();
        for (Protection protection : protect.inOrder()) {
            Step.Attempted attempted =
                    switch (protection) {
                        case Smime() -> delivery.smime(message, recipient);
                        case Tls() -> delivery.tls(message, recipient);
                        case Pickup(Level level) -> delivery.pickup(message, recipient, level);
                    };
            switch (attempted) {
                case Step.Attempted.Possible(DeliveryOutcome outcome) -> {
                    return new Attempt(protection.word(), outcome, why.audited());
                }
                case Step.Attempted.NotYet no -> {
                    waiting = Optional.of(new Attempt(protection.word(), no.delayed(), ""));
                    why.add(protection, no.reason(), no.tls());
                }
                case Step.Attempted.Impossible(String reason) -> why.add(protection, reason, null);
            }
        }
        DeliveryOutcome last = Step.lastResort(protect.otherwise(), why.toString());
        return waiting.map(it -> it.orAtLast(last, why.toString()))
                .orElseGet(() -> new Attempt("none", last, why.audited()));
    }

    /// What was done for one recipient, and what became of it.
    ///
    /// @param way `smime`, `tls`, `pickup`, `internal`, `unprotected` or `none`
    /// @param why why other protections were not possible; empty if none was tried before
    /// @param atLast what becomes of it when it has waited for as long as mail waits; empty if it
    ///   has failed then
    record Attempt(
            String way, DeliveryOutcome outcome, String why, Optional<DeliveryOutcome> atLast) {
        Attempt(String way, DeliveryOutcome outcome, String why) {
            this(way, outcome, why, Optional.empty());
        }

        Attempt orAtLast(DeliveryOutcome last, String all) {
            return new Attempt(way, new Delayed(all, outcome.tls()), "", Optional.of(last));
        }

        static Attempt none(DeliveryOutcome outcome) {
            return new Attempt("none", outcome, "");
        }
    }
}
