package org.postern.follow;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.follow.Followed.Step;
import org.postern.follow.ReturnAddresses.Kind;
import org.postern.follow.ReturnAddresses.Reference;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.ClinicianMail;
import org.postern.notice.ClinicianMail.Reading;
import org.postern.spool.QueuedMessage;
import org.postern.store.Database;
import org.postern.transit.OwnMail;
import org.postern.transit.OwnMail.Letter;
import org.postern.transit.Reports;
import org.postern.transit.SecureMailbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches over messages from their notice on: what is opened is told to the author, what is not is
/// reminded of, and what reached nobody or the wrong person is stopped.
public final class FollowUp implements Reports.NoticeReturns {
    private static final Logger LOG = LoggerFactory.getLogger(FollowUp.class);

    static final String FIRST = OwnMail.FIRST_REMINDER;
    static final String SECOND = OwnMail.SECOND_REMINDER;

    /// RFC 3834 §2.
    private static final Duration ANSWERS_APART = Duration.ofDays(7);

    private static final Set<String> KINDS =
            Set.of("receipt", "digest", FIRST, SECOND, "unread", "returned", "not-me");

    private final MailboxStore mailbox;
    private final FollowTable table;
    private final ReturnAddresses addresses;
    private final ClinicianDesk desk;
    private final Receipts receipts;
    private final Ladder ladder;
    private final Ladder.Parts parts;
    private final FollowSettings settings;
    private final OwnMail ownMail;
    private final Untold untold;
    private final InstantSource clock;
    private final BooleanSupplier believed;

    /// Until when authors were told of links that ended.
    private Instant looked;

    /// What is kept.
    public record Stores(MailboxStore mailbox, Database database, AuditLog audit) {}

    /// Who hears of what reached nobody, or a stranger, where its author is not written to.
    public interface Untold {
        /// Where nobody is named; the audit has it.
        Untold NOBODY =
                new Untold() {
                    @Override
                    public void note(StoredMessage stored) {
                        // Nobody to be told.
                    }

                    @Override
                    public void look() {
                        // Nothing was noted.
                    }
                };

        /// Durable on return; a second time for one message is none.
        void note(StoredMessage stored) throws IOException;

        /// Tells what is due.
        void look() throws IOException;
    }

    /// By what people are reached.
    ///
    /// @param telephone null where the clinic has no numbers on file
    public record Post(
            OwnMail ownMail,
            SecureMailbox secure,
            ClinicianMail mail,
            ReturnAddresses addresses,
            @Nullable Telephone telephone,
            Untold untold) {}

    public FollowUp(Stores stores, Post post, FollowSettings settings, InstantSource clock) {
        this.mailbox = stores.mailbox();
        this.table = new FollowTable(stores.database());
        this.addresses = post.addresses();
        this.desk = new ClinicianDesk(post.mail(), addresses, post.telephone());
        this.ownMail = post.ownMail();
        this.untold = post.untold();
        this.settings = settings;
        this.clock = clock;
        this.believed = stores.database()::mayForget;
        this.looked = clock.instant();
        Outbox outbox = new Outbox(ownMail);
        this.parts = new Ladder.Parts(mailbox, post.secure(), table, desk, outbox, stores.audit());
        this.ladder = new Ladder(parts, post.telephone(), settings.times());
        this.receipts =
                new Receipts(
                        mailbox,
                        table,
                        desk,
                        outbox,
                        settings.terms().receipts(),
                        settings.hours());
    }

    /// What authors and operators can ask for.
    public Commands commands() {
        return new Commands(parts, ladder, settings.terms(), clock);
    }

    /// Records as done what was written before a stop and is still in the spool. Call it before the
    /// queue runs.
    public void resume() throws IOException {
        for (OwnMail.Cause cause : ownMail.takeRecovered(KINDS)) {
            if (cause.kind().equals("digest")) {
                table.batchSent(cause.cause());
            } else {
                for (MessageKey key : table.messages(cause.cause())) {
                    resume(cause, key);
                }
            }
        }
    }

    private void resume(OwnMail.Cause cause, MessageKey key) throws IOException {
        Optional<StoredMessage> found = mailbox.message(key);
        Optional<Followed> followed = table.find(key);
        if (found.isEmpty() || followed.isEmpty()) {
            return;
        }
        StoredMessage stored = found.get();
        if (!cause.about().contains(stored.message().patient().key())) {
            return;
        }
        Instant now = clock.instant();
        Step step = followed.get().step();
        switch (cause.kind()) {
            case "receipt" -> table.receiptSent(key);
            case FIRST -> {
                if (step == Step.FIRST_REMINDER) {
                    ladder.firstTaken(followed.get(), stored, now);
                }
            }
            case SECOND -> {
                if (step == Step.FIRST_REMINDER || step == Step.SECOND_REMINDER) {
                    ladder.secondTaken(stored, now);
                }
            }
            case "unread" -> table.stop(key);
            default -> pause(stored, cause.kind());
        }
    }

    /// Notes an opening before the page shows anything; durable on return.
    public void opened(QueueId id, Address patient, Reading reading) throws IOException {
        table.opened(id, patient, reading);
    }

    /// One look at all that may be due; what fails is tried again at the next one.
    public void look() {
        Instant now = clock.instant();
        try {
            receipts.look(now);
            // By a clock years ahead all would be reminded of everything in its first minute.
            if (believed.getAsBoolean()) {
                ladder.look(now);
            }
            mailbox.tellEnded(looked, now);
            looked = now;
            untold.look();
        } catch (IOException e) {
            LOG.error("what follows a notice could not be done: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("what follows a notice ended by {}", e.getClass().getName());
        }
    }

    /// Lets the links of a patient pause and tells the author: a reader said that she is somebody
    /// else. Where the author is not told, nothing but the pause is waited for: the links close
    /// also when IT's note of it cannot be kept.
    public void notTheirs(StoredMessage stored) throws IOException {
        Letter letter = desk.stranger(stored);
        if (stored.message().stay().told()) {
            stop(stored, letter).ifPresent(ownMail::release);
            return;
        }
        pause(stored, letter.kind());
        try {
            untold.note(stored);
        } catch (IOException e) {
            LOG.error("IT does not hear that links pause: {}", e.getMessage());
        }
    }

    /// Writes the letter first, so that a stop in between lets nobody go untold.
    private Optional<QueuedMessage> stop(StoredMessage stored, Letter letter) throws IOException {
        Optional<QueuedMessage> committed = Optional.empty();
        if (stored.message().stay().told()) {
            committed = ownMail.commitOnce(letter);
        } else {
            untold.note(stored);
        }
        pause(stored, letter.kind());
        return committed;
    }

    private void pause(StoredMessage stored, String by) throws IOException {
        note(stored, "links-paused", by);
        mailbox.pauseLinks(stored.message().patient(), clock.instant());
        table.stop(stored.key());
    }

    // -- mail to our own addresses --

    /// The message that a return address names; empty if it is no longer kept.
    public Optional<StoredMessage> message(Reference reference) throws IOException {
        return mailbox.message(reference.key());
    }

    /// Writes into the audit what was done about a message; durable on return.
    public void note(StoredMessage stored, String act, String by) throws IOException {
        parts.audit()
                .append(
                        new AuditEvent.Followed(
                                stored.message().queueId(), stored.message().patient(), act, by));
    }

    /// Notes that somebody asked for what was not done.
    ///
    /// @param act such as `recall-refused`
    /// @param why in words of the gateway's own
    public void noteRefused(StoredMessage stored, String act, Address by, String why)
            throws IOException {
        QueueId id = stored.message().queueId();
        parts.audit().append(new AuditEvent.Operated(id, act, by.toString(), why));
    }

    /// Says what came of a command.
    ///
    /// @param command Message-ID of the mail that gave it; empty if it has none
    public void confirm(StoredMessage stored, Command.Outcome outcome, String command)
            throws IOException {
        parts.outbox().now(desk.done(stored, outcome, command));
    }

    /// The line by which a patient's ordinary answer is marked for her clinician.
    ///
    /// @param patient whether it came from the address that the notice went to
    public String ordinaryMark(boolean patient) {
        return desk.ordinaryMark(patient);
    }

    /// Notes that the answer to a message came by ordinary mail.
    ///
    /// @param patient whether from the address that the notice went to; from another one it may be
    ///   anybody's
    public void answeredByMail(StoredMessage stored, boolean patient) throws IOException {
        note(stored, "mail-answer", patient ? "patient" : "another address");
        if (patient) {
            mailbox.markAnswered(stored.key(), clock.instant());
        }
    }

    /// Answers a patient's ordinary mail with a link, at most once in seven days, and only where
    /// the link would work.
    ///
    /// @param answered Message-ID of her mail; empty if it has none
    public void answer(StoredMessage stored, String answered) throws IOException {
        if (table.isPaused(stored.key()) || stored.recalled().isPresent()) {
            return;
        }
        Address patient = stored.message().patient();
        // Taken first: a stop in between costs a courtesy, and the other order could repeat it.
        if (table.takeAnswer(patient, clock.instant(), ANSWERS_APART)) {
            parts.outbox().now(parts.secure().answer(stored, answered));
        }
    }

    /// Takes note of a report that a notice could not be delivered.
    ///
    /// @param status of the report (RFC 3463)
    public void returned(StoredMessage stored, String status) throws IOException {
        undeliverable(stored, status).ifPresent(ownMail::release);
    }

    // -- notices that come back --

    @Override
    public boolean knows(Address returnHandler) {
        return addresses.read(returnHandler).filter(it -> it.kind() == Kind.BOUNCE).isPresent();
    }

    @Override
    public Optional<Address> author(Address returnHandler) throws IOException {
        Optional<StoredMessage> stored = stored(returnHandler);
        return stored.isEmpty()
                ? Optional.of(returnHandler)
                : stored.map(StoredMessage::message)
                        .filter(message -> message.stay().told())
                        .map(NewMessage::clinician);
    }

    @Override
    public Optional<QueuedMessage> undeliverable(Address returnHandler, Reply reply)
            throws IOException {
        Optional<StoredMessage> stored = stored(returnHandler);
        return stored.isEmpty() ? Optional.empty() : undeliverable(stored.get(), reply.enhanced());
    }

    /// Lets the links of a patient pause and writes to the author; once, until links work again.
    ///
    /// @param status of the report (RFC 3463)
    /// @return the letter, to be released
    Optional<QueuedMessage> undeliverable(StoredMessage stored, String status) throws IOException {
        boolean told = table.isPaused(stored.key());
        boolean needless = stored.read().isPresent() || stored.recalled().isPresent();
        return told || needless ? Optional.empty() : stop(stored, desk.returned(stored, status));
    }

    private Optional<StoredMessage> stored(Address returnAddress) throws IOException {
        Optional<Reference> reference = addresses.read(returnAddress);
        return reference.isEmpty() ? Optional.empty() : mailbox.message(reference.get().key());
    }
}
