package org.postern.transit;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Delivered;
import org.postern.mail.DeliveryOutcome.Failed;
import org.postern.mail.DeliveryOutcome.Relayed;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.mailbox.Fate;
import org.postern.mailbox.MailboxStore;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Done;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Waiting;
import org.postern.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a person does with queued messages. Each act is in the audit, with a name, before it is
/// done. What is held others decide about.
///
/// An attempt that is under way is not stopped. What it delivers is delivered; what it does not
/// deliver stays as the person wanted it.
public final class QueueDesk {
    private static final Logger LOG = LoggerFactory.getLogger(QueueDesk.class);

    private static final Reply DELETED = new Reply(550, "5.7.0", "Deleted by an administrator");

    private final Spool spool;
    private final AuditLog audit;
    private final Agenda agenda;
    private final InstantSource clock;
    private final Letters letters;
    private final OwnMail ownMail;

    /// @param clock the steady one of the queue
    public QueueDesk(
            Spool spool,
            AuditLog audit,
            Agenda agenda,
            InstantSource clock,
            Letters letters,
            OwnMail ownMail) {
        this.spool = spool;
        this.audit = audit;
        this.agenda = agenda;
        this.clock = clock;
        this.letters = letters;
        this.ownMail = ownMail;
    }

    /// Shows all messages, oldest first, one after the other.
    public void forEach(Spool.Visitor visitor) throws IOException {
        spool.forEach(visitor);
    }

    /// One message; empty if there is none of this id.
    public Optional<QueuedMessage> find(QueueId id) throws IOException {
        return spool.find(id);
    }

    /// Lets what waits for its time be tried now.
    ///
    /// @return what was done; empty if nothing waits
    public Optional<String> retry(QueueId id, String operator) throws IOException {
        Instant now = clock.instant();
        return change(
                new Act("retry", "is tried now", operator),
                id,
                state -> state instanceof Waiting waiting ? waiting.dueAt(now) : state);
    }

    /// Keeps what waits.
    ///
    /// @return what was done; empty if nothing waits
    public Optional<String> hold(QueueId id, String operator) throws IOException {
        return change(
                new Act("hold", "held", operator),
                id,
                state ->
                        state instanceof Waiting waiting
                                ? new Held(
                                        "held by " + operator, Optional.empty(), waiting.afresh())
                                : state);
    }

    /// Puts a message in its place whose states somebody else has changed in the spool.
    public void changed(QueuedMessage after) {
        agenda.replace(after);
        letters.noteNewest(after);
    }

    /// Destroys a message. Nobody is told but the audit.
    ///
    /// @return what was done; empty if there is no such message
    public Optional<String> delete(QueueId id, String operator) throws IOException {
        Optional<String> done =
                change(
                        new Act("delete", "deleted", operator),
                        id,
                        state -> state instanceof Done ? state : new Done(new Failed(DELETED)));
        if (done.isPresent()) {
            spool.retire(id);
        }
        return done;
    }

    /// Tells the mailbox how what patients wrote on the pages stands, so that the pages say no more
    /// than is true. Nothing rests on it: what cannot be noted is left out.
    ///
    /// Attempts and people change one message at the same time. What is noted last is what the
    /// spool says last: it is looked up anew, by one at a time.
    public record Letters(
            MailboxStore mailbox,
            InstantSource clock,
            Newest newest,
            Lock one,
            Consumer<QueuedMessage> docket) {
        public Letters(MailboxStore mailbox, InstantSource clock, Newest newest) {
            this(mailbox, clock, newest, _ -> {});
        }

        /// @param docket hears of every message as it stands, at the start and after each change
        public Letters(
                MailboxStore mailbox,
                InstantSource clock,
                Newest newest,
                Consumer<QueuedMessage> docket) {
            this(mailbox, clock, newest, new ReentrantLock(), docket);
        }

        /// Finds a message as it stands; empty once it has left.
        @FunctionalInterface
        public interface Newest {
            Optional<QueuedMessage> of(QueueId id) throws IOException;
        }

        /// A message whose states have changed.
        void noteNewest(QueuedMessage changed) {
            docket.accept(changed);
            if (changed.envelope().arrival().listener() != Listener.PICKUP) {
                return;
            }
            one.lock();
            try {
                // What has left was noted before by whoever saw it leave.
                newest.of(changed.id()).ifPresent(this::tell);
            } catch (IOException e) {
                LOG.warn("{} the pages do not say how it stands: {}", changed.id(), e.getMessage());
            } finally {
                one.unlock();
            }
        }

        /// A message as the spool held it at the start.
        void note(QueuedMessage message) {
            docket.accept(message);
            tell(message);
        }

        /// As its first recipient stands: that is whom she wrote to; the others get copies.
        private void tell(QueuedMessage message) {
            RecipientState state = message.states().get(message.envelope().recipients().getFirst());
            tell(
                    message,
                    switch (state) {
                        case null -> Optional.empty();
                        case Waiting _ -> Optional.empty();
                        case RecipientState.Held _ -> Optional.of(Fate.HELD);
                        case Done(Relayed _) -> Optional.of(Fate.DELIVERED);
                        case Done(Failed _) -> Optional.of(Fate.FAILED);
                        case Done(Delivered _), Done(Delayed _), Done(DeliveryOutcome.Held _) ->
                                Optional.empty();
                    });
        }

        private void tell(QueuedMessage message, Optional<Fate> fate) {
            if (message.envelope().arrival().listener() != Listener.PICKUP) {
                return;
            }
            try {
                mailbox.noteFate(message.id(), fate, clock.instant());
            } catch (IOException e) {
                LOG.warn("{} the pages do not say how it stands: {}", message.id(), e.getMessage());
            }
        }
    }

    private record Act(String word, String done, String operator) {}

    private Optional<String> change(Act act, QueueId id, UnaryOperator<RecipientState> change)
            throws IOException {
        Optional<QueuedMessage> found = spool.find(id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        withdrawReports(found.get(), change);
        AtomicReference<String> done = new AtomicReference<>("");
        QueuedMessage after =
                spool.change(
                        id,
                        now -> {
                            Map<Address, RecipientState> changed = changed(now, change);
                            if (!changed.isEmpty()) {
                                done.set(audited(act, id, changed.size()));
                            }
                            return changed;
                        });
        changed(after);
        return Optional.of(done.get()).filter(what -> !what.isEmpty());
    }

    /// What a person decides is another outcome than what a kept-back report tells of.
    private void withdrawReports(QueuedMessage message, UnaryOperator<RecipientState> change)
            throws IOException {
        Map<Address, RecipientState> changed = changed(message, change);
        changed.values().removeIf(Waiting.class::isInstance);
        ownMail.withdrawOthers(message.id(), changed.keySet(), List.of());
    }

    private static Map<Address, RecipientState> changed(
            QueuedMessage message, UnaryOperator<RecipientState> change) {
        Map<Address, RecipientState> changed = new LinkedHashMap<>();
        message.states()
                .forEach((recipient, before) -> {
                    RecipientState after = change.apply(before);
                    if (!after.equals(before)) {
                        changed.put(recipient, after);
                    }
                });
        return changed;
    }

    private String audited(Act act, QueueId id, int count) throws IOException {
        String what =
                "%d %s %s".formatted(count, count == 1 ? "recipient" : "recipients", act.done());
        audit.append(new AuditEvent.Operated(id, act.word(), act.operator(), what));
        return what;
    }
}
