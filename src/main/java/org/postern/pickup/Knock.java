package org.postern.pickup;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.access.DeviceTable;
import org.postern.access.Visits.Visit;
import org.postern.check.CheckKind;
import org.postern.check.Ladder;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MailboxStore.Link;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.StoredMessage;
import org.postern.policy.Protection.Level;

/// Somebody at the door of a conversation, with what she is asked.
///
/// @param message what she came for
/// @param checks those that open it, the first is asked; empty if the clinic has to give her
///   something before
/// @param deviceCode whether a code read off another device of hers will do
record Knock(
        Way way,
        StoredMessage message,
        Guard guard,
        List<CheckKind> checks,
        boolean deviceCode,
        Texts texts) {
    /// How she came.
    sealed interface Way {
        /// @param quick the word of the answer of one tap that she chose in her mail; empty for
        ///   none
        record ByLink(String token, String quick) implements Way {}

        /// She is in already, and is asked again.
        ///
        /// @param next where she wants to go, one of the words of `NEXT`
        record Again(Visit visit, String next) implements Way {}
    }

    /// Where somebody who is asked again wants to go.
    static final String TO_DEVICES = "devices";

    static final String TO_CAREGIVERS = "caregivers";

    static final String TO_MAIL_CHOICE = "mail-choice";

    boolean takes(CheckKind kind) {
        return checks.contains(kind) || (kind == CheckKind.DEVICE_CODE && deviceCode);
    }

    Address patient() {
        return message.message().patient();
    }

    static Knock byLink(Way.ByLink way, Link link, Room room) throws IOException {
        return room.knock(way, link.message());
    }

    /// The same, with what can be asked now.
    Knock renewed(Room room) throws IOException {
        return room.knock(way, message);
    }

    /// Empty if the conversation is gone.
    static Optional<Knock> again(Visit visit, String next, Room room) throws IOException {
        List<StoredMessage> thread = room.mailbox().thread(visit.session().thread());
        return thread.isEmpty()
                ? Optional.empty()
                : Optional.of(room.knock(new Way.Again(visit, next), thread.getLast()));
    }

    /// What is behind the door.
    record Room(
            MailboxStore mailbox, Ladder ladder, DeviceTable devices, Instant now, Texts texts) {
        private Knock knock(Way way, StoredMessage message) throws IOException {
            Guard found = Guard.of(mailbox.thread(message.thread()));
            // Behind it are her devices, her caregivers or her choice: a button is not enough.
            Guard guard =
                    way instanceof Way.Again(_, String next) && !next.isEmpty()
                            ? found.atLeast(Level.NORMAL)
                            : found;
            List<CheckKind> checks =
                    ladder.checks(
                            message.message().patient(), guard.level(), guard.pin().isPresent());
            boolean deviceCode =
                    way instanceof Way.ByLink
                            && guard.level() == Level.NORMAL
                            && !devices.of(message.message().patient(), now).isEmpty();
            return new Knock(way, message, guard, checks, deviceCode, texts);
        }
    }

    /// Whether somebody who is in may see a conversation: it may have become more sensitive since
    /// she came. While the patient's own links pause, nobody reads for her.
    static boolean maySee(
            Visit visit, MailboxStore mailbox, List<StoredMessage> thread, Instant now)
            throws IOException {
        boolean paused = !visit.isPatient() && mailbox.isPaused(visit.patient());
        return !paused && visit.session().maySee(Guard.of(thread), now);
    }
}
