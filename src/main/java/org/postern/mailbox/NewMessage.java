package org.postern.mailbox;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.policy.Protection.Level;

/// What the store must know of a message besides its content.
///
/// @param queueId the queue id under which it arrived
/// @param clinician the clinic's side of the conversation
/// @param patient the outside party, who reads through the pickup page
/// @param messageId the Message-ID field without angle brackets; empty if there is none
/// @param references Message-IDs of In-Reply-To and References, without angle brackets
public record NewMessage(
        QueueId queueId,
        Direction direction,
        Address clinician,
        Address patient,
        String messageId,
        List<String> references,
        Stay stay,
        Guard guard) {
    private static final int REFERENCES_MAX = 100;
    private static final int MESSAGE_ID_CHARS_MAX = 998;

    public NewMessage {
        references = List.copyOf(references);
    }

    /// As it is kept: the last hundred of the references, none that is no Message-ID, times to the
    /// millisecond.
    NewMessage trimmed() {
        List<String> ids = references.stream().filter(NewMessage::isMessageId).toList();
        int surplus = Math.max(0, ids.size() - REFERENCES_MAX);
        return new NewMessage(
                queueId,
                direction,
                clinician,
                patient,
                isMessageId(messageId) ? messageId : "",
                ids.subList(surplus, ids.size()),
                stay.trimmed(),
                guard);
    }

    /// The Message-ID of a letter that brings a patient her key, without angle brackets. By it the
    /// letter lies in no folder of a clinician: one person alone must not have both the file and
    /// what opens it. It holds the queue id, which nobody knows who writes a message, so that none
    /// can be given such a name to be kept out of them.
    public static String keyLetterId(QueueId id, Domain domain) {
        return "key-%s@%s".formatted(id, domain.name());
    }

    /// A letter of a clinician's own.
    static NewMessage own(QueueId id, Address owner, Instant now) {
        return new NewMessage(id, Direction.OWN, owner, owner, "", List.of(), now);
    }

    /// What the policy delivers to one of the clinic's people. No patient has to do with it.
    public static NewMessage incoming(QueueId id, Address to, Instant arrived) {
        return new NewMessage(id, Direction.INCOMING, to, to, "", List.of(), arrived);
    }

    /// When it came.
    public Instant arrived() {
        return stay.arrived();
    }

    /// Printable ASCII without spaces, in a line of at most 998 (RFC 5322 §2.1.1, §3.6.4).
    private static boolean isMessageId(String text) {
        return text.length() <= MESSAGE_ID_CHARS_MAX && text.matches("[\\x21-\\x7E]+");
    }

    /// One that stays as long as all do.
    public NewMessage(
            QueueId queueId,
            Direction direction,
            Address clinician,
            Address patient,
            String messageId,
            List<String> references,
            Instant arrived,
            Guard guard) {
        this(
                queueId,
                direction,
                clinician,
                patient,
                messageId,
                references,
                Stay.from(arrived),
                guard);
    }

    /// From when until when it is there, and who hears of it.
    ///
    /// @param ends when it cannot be read any more; empty where it stays as long as all do
    /// @param language of notices about it, as a tag, where the reader's own is not known
    /// @param told whether its author is written to about it; not if she may be anybody
    public record Stay(
            Instant arrived, Optional<Instant> ends, Optional<String> language, boolean told) {
        /// One whose author is told.
        public Stay(Instant arrived, Optional<Instant> ends, Optional<String> language) {
            this(arrived, ends, language, true);
        }

        /// As long as all.
        public static Stay from(Instant arrived) {
            return new Stay(arrived, Optional.empty(), Optional.empty());
        }

        Stay trimmed() {
            return new Stay(
                    arrived.truncatedTo(ChronoUnit.MILLIS),
                    ends.map(it -> it.truncatedTo(ChronoUnit.MILLIS)),
                    language,
                    told);
        }

        /// The same, where its author may be anybody.
        public Stay untold() {
            return new Stay(arrived, ends, language, false);
        }

        /// Whether it cannot be read any more, though it may still be there.
        public boolean isOver(Instant now) {
            return ends.filter(end -> !end.isAfter(now)).isPresent();
        }

        /// The earlier one of a time and the end.
        public Instant within(Instant time) {
            return ends.filter(time::isAfter).orElse(time);
        }
    }

    /// A message with the guard that is usual.
    public NewMessage(
            QueueId queueId,
            Direction direction,
            Address clinician,
            Address patient,
            String messageId,
            List<String> references,
            Instant arrived) {
        this(queueId, direction, clinician, patient, messageId, references, arrived, Guard.USUAL);
    }

    /// What its reader has to show.
    ///
    /// @param pin keyed hash of a PIN that was set for this message alone
    public record Guard(Level level, Optional<String> pin) {
        public static final Guard USUAL = new Guard(Level.NORMAL, Optional.empty());

        /// What the reader of a whole conversation has to show: the most that any message in it
        /// asks for, and the PIN that was told last. A message with a PIN of its own is sensitive.
        /// What the patient wrote herself asks for the usual, until somebody answers.
        public static Guard of(List<StoredMessage> thread) {
            boolean answered = false;
            Level level = Level.OPEN;
            Optional<String> pin = Optional.empty();
            for (StoredMessage stored : thread) {
                NewMessage message = stored.message();
                if (message.direction() == Direction.TO_PATIENT) {
                    answered = true;
                    Guard guard = message.guard();
                    Level asked = guard.pin().isPresent() ? Level.SENSITIVE : guard.level();
                    level = asked.compareTo(level) > 0 ? asked : level;
                    pin = guard.pin().or(keep(pin));
                }
            }
            return answered ? new Guard(level, pin) : USUAL;
        }

        /// The same, but asking for no less than this.
        public Guard atLeast(Level least) {
            return level.compareTo(least) < 0 ? new Guard(least, pin) : this;
        }

        /// Whether somebody may read it who reads along for the patient. A PIN of one message was
        /// told to the patient alone, so no code of anybody else stands for it.
        ///
        /// @param sensitive whether she may read what is sensitive too
        public boolean isOpenAlong(boolean sensitive) {
            return pin.isEmpty() && (sensitive || level != Level.SENSITIVE);
        }

        private static Supplier<Optional<String>> keep(Optional<String> pin) {
            return () -> pin;
        }
    }

    public enum Direction {
        TO_PATIENT,
        FROM_PATIENT,
        /// What the policy delivers to one of the clinic's people; no patient's page shows it.
        INCOMING,
        /// What a clinician keeps in her folders: no patient has to do with it.
        OWN,
        /// What a rule holds, as one person sees it in a folder: it lies in the spool, and no body
        /// of it lies here.
        HELD
    }
}
