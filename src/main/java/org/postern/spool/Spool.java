package org.postern.spool;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.NoRoomException;
import org.postern.mail.QueueId;
import org.postern.policy.Ruling;
import org.postern.rewrap.SealedPlace;

/// The store of queued messages. It promises that what `commit` returned survives the process, the
/// power and the restart; what to do with a message it leaves to the queue.
///
/// All methods may be called by many threads at once. After a failed sync the volume counts as bad:
/// every later `open` and every later change fails until the process is restarted, because the
/// kernel forgets the failed pages and would report the next sync as good.
public interface Spool extends SealedPlace, Draft.Source, AutoCloseable {
    /// Opens a draft that this spool can commit.
    ///
    /// @throws IOException if the volume is bad
    /// @throws NoRoomException if less than the reserve is free
    @Override
    Draft open() throws IOException;

    /// The same for what lets mail leave that is here already: a notice, a report, a copy that is
    /// signed. Half of the reserve is for these.
    ///
    /// @throws IOException if the volume is bad
    /// @throws NoRoomException if less than half of the reserve is free
    Draft openForHeldMail() throws IOException;

    /// The same for what is written on web pages, which leaves room for mail from others: the
    /// second half of twice the reserve is for that.
    ///
    /// @throws IOException if the volume is bad
    /// @throws NoRoomException if less than twice the reserve is free
    Draft openForPages() throws IOException;

    /// Makes a message durable: on return its content, envelope and ruling are on disk, synced, and
    /// so is its name in the directory. After an exception nothing of it is left, or the volume is
    /// bad.
    ///
    /// @param draft one that this spool opened; it is finished here if it was not
    QueuedMessage commit(Draft draft, Envelope envelope, Ruling ruling) throws IOException;

    /// The content of a queued message. Recovery does not read contents, so this is where damage of
    /// one shows: a stream over it throws DamagedException, and the message is to be set aside.
    ///
    /// @throws IOException if there is no such message, it cannot be read, or what becomes of it
    ///   could not be recorded
    Content content(QueueId id) throws IOException;

    /// The message as last recorded; empty if it was retired or set aside. A fresh one is known,
    /// another is read from the disk.
    ///
    /// @throws org.postern.frame.DamagedException if it is to be set aside
    /// @throws IOException if the disk cannot read it now
    Optional<QueuedMessage> find(QueueId id) throws IOException;

    /// Records new states of recipients in one durable write; the other recipients keep theirs.
    ///
    /// All recipients of one remote transaction belong into one call, so that a crash in between
    /// cannot repeat a delivery for some of them.
    ///
    /// @return the message with its new states
    default QueuedMessage record(QueueId id, Map<Address, RecipientState> states)
            throws IOException {
        return change(id, _ -> states);
    }

    /// The same for states that depend on those of now: nobody else changes the message between the
    /// two.
    QueuedMessage change(QueueId id, Change change) throws IOException;

    /// Says which states are new.
    @FunctionalInterface
    interface Change {
        /// @param message as it stands
        /// @return empty for none
        Map<Address, RecipientState> of(QueuedMessage message) throws IOException;
    }

    /// Forgets a message whose recipients are all done. One that is not there was retired before.
    ///
    /// Not durable, because nothing hangs on it: after a crash it may be found again, as settled as
    /// it was, and is to be retired again.
    ///
    /// @throws IllegalStateException if something is left to do for a recipient
    void retire(QueueId id) throws IOException;

    /// Takes a message whose content is damaged out of the queue, into `corrupt/`, where it is kept
    /// for a person to look at; durable on return. One that is not there was set aside before.
    void setAside(QueueId id) throws IOException;

    /// Reads all queued messages, oldest first, one after the other: the way back after a stop or a
    /// crash. Files that are incomplete were never acknowledged and are deleted; files that are
    /// damaged are set aside into `corrupt/` and named in the result.
    ///
    /// @throws IOException if the disk fails, or the files were sealed under keys that the keystore
    ///   does not hold or written by a newer release; nothing is set aside for these reasons
    Recovered recover(Visitor visitor) throws IOException;

    /// Shows all queued messages that can be read, oldest first, one after the other. Messages may
    /// come and go meanwhile.
    void forEach(Visitor visitor) throws IOException;

    /// Takes one message after the other; what it throws ends the round.
    @FunctionalInterface
    interface Visitor {
        void visit(QueuedMessage message) throws IOException;
    }

    /// What a recovery found.
    ///
    /// @param messages how many were handed to the visitor
    /// @param corrupt were set aside, each to be audited and looked at by a person
    /// @param unread could not be read and stay where they are; `find` may have more luck later
    /// @param missing what was acknowledged and is gone, in words, each to be audited and looked at
    record Recovered(
            long messages, List<QueueId> corrupt, List<QueueId> unread, List<String> missing) {
        public Recovered {
            corrupt = List.copyOf(corrupt);
            unread = List.copyOf(unread);
            missing = List.copyOf(missing);
        }
    }

    /// A sync has failed since the start, so nothing that this volume says can be relied upon: no
    /// mail is taken any more until a person has looked at the disk and restarted the gateway.
    final class BrokenException extends IOException {
        private static final long serialVersionUID = 1;

        BrokenException(IOException cause) {
            super(
                    "the spool's disk failed ("
                            + cause.getMessage()
                            + "); look at the disk, then restart the gateway",
                    cause);
        }
    }

    /// Gives the place free for another process; all threads that use the spool have stopped.
    @Override
    void close() throws IOException;
}
