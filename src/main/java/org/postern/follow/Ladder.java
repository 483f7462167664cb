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
import org.postern.mailbox.NewMessage.Stay;
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
/// of the night. Of a message that ends before all steps are taken, the author hears before that.
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
        Instant begin(Instant notified, Stay stay) {
            return within(hours.awake(notified.plus(first)), notified, stay);
        }

        /// When its author hears at the latest that nobody has read it: before a last quarter of
        /// its time, and a day at most, so that she can still do something. Empty where it stays as
        /// long as all do.
        Optional<Instant> lastCall(Instant from, Stay stay) {
            return stay.ends()
                    .map(end -> {
                        Duration quarter = Duration.between(from, end).dividedBy(4);
                        return end.minus(quarter.compareTo(APART_MIN) < 0 ? quarter : APART_MIN);
                    });
        }

        /// A time, or the last call if that is before it.
        Instant within(Instant due, Instant from, Stay stay) {
            return lastCall(from, stay).filter(due::isAfter).orElse(due);
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
        if (found.isEmpty() || isOver(found.get(), now)) {
            table.stop(followed.key());
            return;
        }
        StoredMessage stored = found.get();
        if (due(followed, stored, now) == Step.CALL && !stored.message().stay().told()) {
            table.stop(stored.key());
            return;
        }
        Step due = due(followed, stored, now);
        Instant awake = times.hours().awake(now);
        // A line to the author wakes nobody, and would come too late in the morning.
        boolean waits = due != Step.CALL || !stored.message().stay().isOver(awake);
        if (awake.isAfter(now) && waits) {
            table.next(followed.key(), followed.step(), awake);
            return;
        }
        switch (due) {
            case FIRST_REMINDER ->
                    outbox.once(
                            secure.reminder(FollowUp.FIRST, stored),
                            () -> firstTaken(followed, stored, now));
            case SECOND_REMINDER -> second(stored, now);
            case CALL ->
                    outbox.once(
                            desk.unread(stored, followed.notified(), now),
                            () -> table.stop(stored.key()));
            case NOTHING -> table.stop(stored.key());
        }
    }

    private static boolean isOver(StoredMessage stored, Instant now) {
        return stored.read().isPresent()
                || stored.recalled().isPresent()
                || stored.message().stay().isOver(now);
    }

    /// Reminders without a link that works, or at the end of the message, are of no use: the author
    /// is told at once. Of two reminders that are due, the later one counts.
    private Step due(Followed followed, StoredMessage stored, Instant now) {
        boolean last =
                times.lastCall(followed.notified(), stored.message().stay())
                        .filter(call -> !call.isAfter(now))
                        .isPresent();
        if ((followed.paused() || last) && followed.step() != Step.NOTHING) {
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
    void firstTaken(Followed followed, StoredMessage stored, Instant now) throws IOException {
        Instant notified = followed.notified();
        Instant second = times.second(notified, now);
        table.next(
                followed.key(),
                Step.SECOND_REMINDER,
                times.within(second, notified, stored.message().stay()));
    }

    /// Records the second reminder.
    void secondTaken(StoredMessage stored, Instant now) throws IOException {
        call(stored, times.hours().nextWorkingDay(now), now);
    }

    /// After a new link that the author asked for, one more line to her if that is not read either.
    void again(StoredMessage stored, Instant now) throws IOException {
        if (stored.read().isEmpty()) {
            call(stored, times.hours().nextWorkingDay(now.plus(times.second())), now);
        }
    }

    private void call(StoredMessage stored, Instant due, Instant now) throws IOException {
        Instant within = times.within(due, now, stored.message().stay());
        table.next(stored.key(), Step.CALL, within);
    }
}
