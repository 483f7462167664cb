package org.postern.follow;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.follow.Followed.Step;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.StoredMessage;
import org.postern.transit.SecureMailbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens to a message that nobody reads: two reminders to the patient, the second by text
/// message where that is possible, and then a line to its author. Reading, recall and the end of
/// the message stop it.
///
/// Each step is taken once. A gateway that stood still takes the last step that is due and none
/// before it, and two reminders are a day apart at least. Nothing is sent to patients in the quiet
/// of the night.
final class Ladder {
    private static final Logger LOG = LoggerFactory.getLogger(Ladder.class);
    private static final Duration APART_MIN = Duration.ofHours(24);

    private final MailboxStore mailbox;
    private final SecureMailbox secure;
    private final FollowTable table;
    private final ClinicianDesk desk;
    private final Outbox outbox;
    private final AuditLog audit;
    private final @Nullable Telephone telephone;
    private final Times times;

    /// @param first from the notice to the first reminder
    /// @param second from the notice to the second one
    record Times(Duration first, Duration second, ClinicHours hours) {
        /// When the first step of a message is due.
        Instant begin(Instant notified) {
            return hours.awake(notified.plus(first));
        }

        /// When the second reminder is due after the first was taken.
        Instant second(Instant notified, Instant taken) {
            Instant second = notified.plus(second());
            Instant apart = taken.plus(APART_MIN);
            return hours.awake(second.isAfter(apart) ? second : apart);
        }
    }

    /// What the ladder uses.
    record Parts(
            MailboxStore mailbox,
            SecureMailbox secure,
            FollowTable table,
            ClinicianDesk desk,
            Outbox outbox,
            AuditLog audit) {}

    Ladder(Parts parts, @Nullable Telephone telephone, Times times) {
        this.mailbox = parts.mailbox();
        this.secure = parts.secure();
        this.table = parts.table();
        this.desk = parts.desk();
        this.outbox = parts.outbox();
        this.audit = parts.audit();
        this.telephone = telephone;
        this.times = times;
    }

    /// Takes every step that is due. One that fails keeps none of the others back, and is tried
    /// again at the next look.
    void look(Instant now) throws IOException {
        for (Followed followed : table.steps(now)) {
            try {
                take(followed, now);
            } catch (IOException e) {
                LOG.warn("{} its next step failed: {}", followed.key(), e.getMessage());
            } catch (RuntimeException e) {
                // The text of the exception may quote what must not be logged.
                LOG.error("{} its next step ended by {}", followed.key(), e.getClass().getName());
            }
        }
    }

    private void take(Followed followed, Instant now) throws IOException {
        Optional<StoredMessage> found = mailbox.message(followed.key());
        if (found.isEmpty() || isOver(found.get())) {
            table.stop(followed.key());
            return;
        }
        Instant awake = times.hours().awake(now);
        if (awake.isAfter(now)) {
            table.next(followed.key(), followed.step(), awake);
            return;
        }
        StoredMessage stored = found.get();
        switch (due(followed, now)) {
            case FIRST_REMINDER ->
                    outbox.once(
                            secure.reminder(FollowUp.FIRST, stored),
                            () -> firstTaken(followed, now));
            case SECOND_REMINDER -> second(stored, now);
            case CALL ->
                    outbox.once(
                            desk.unread(stored, followed.notified(), now),
                            () -> table.stop(stored.key()));
            case NOTHING -> table.stop(stored.key());
        }
    }

    private static boolean isOver(StoredMessage stored) {
        return stored.read().isPresent() || stored.recalled().isPresent();
    }

    /// Reminders without a link that works are of no use: the author is told at once. Of two
    /// reminders that are due, the later one counts.
    private Step due(Followed followed, Instant now) {
        if (followed.paused() && followed.step() != Step.NOTHING) {
            return Step.CALL;
        }
        boolean late = !followed.notified().plus(times.second()).isAfter(now);
        return followed.step() == Step.FIRST_REMINDER && late
                ? Step.SECOND_REMINDER
                : followed.step();
    }

    /// A text message cannot be taken back, and nobody can ask whether it was sent: it is recorded
    /// first, and tried once. A stop in between leaves the line to the author.
    private void second(StoredMessage stored, Instant now) throws IOException {
        Address patient = stored.message().patient();
        if (telephone != null && telephone.number(patient).isPresent()) {
            audit.append(
                    new AuditEvent.Followed(
                            stored.message().queueId(), patient, "texted", "ladder"));
            secondTaken(stored, now);
            if (texted(telephone, stored)) {
                return;
            }
            audit.append(
                    new AuditEvent.Followed(
                            stored.message().queueId(), patient, "text-failed", "ladder"));
        }
        outbox.once(secure.reminder(FollowUp.SECOND, stored), () -> secondTaken(stored, now));
    }

    private static boolean texted(Telephone telephone, StoredMessage stored) {
        try {
            return telephone.tell(stored.message().patient(), stored.message().queueId());
        } catch (IOException e) {
            LOG.warn(
                    "{} no text message was sent, so the reminder goes by mail: {}",
                    stored.message().queueId(),
                    e.getMessage());
            return false;
        }
    }

    /// Records the first reminder.
    void firstTaken(Followed followed, Instant now) throws IOException {
        table.next(followed.key(), Step.SECOND_REMINDER, times.second(followed.notified(), now));
    }

    /// Records the second reminder.
    void secondTaken(StoredMessage stored, Instant now) throws IOException {
        table.next(stored.key(), Step.CALL, times.hours().nextWorkingDay(now));
    }

    /// After a new link that the author asked for, one more line to her if that is not read either.
    void again(StoredMessage stored, Instant now) throws IOException {
        if (stored.read().isEmpty()) {
            Instant later = times.hours().nextWorkingDay(now.plus(times.second()));
            table.next(stored.key(), Step.CALL, later);
        }
    }
}
