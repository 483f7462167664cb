package org.postern.mailbox;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.rewrap.SealedPlace;
import org.postern.store.Database;

/// The messages that wait in, or went through, the secure mailbox, and the threads they form.
///
/// Bodies are sealed files; the metadata beside them can be rebuilt from the sealed heads of the
/// bodies. All methods may be called by many threads at once. An IOException means that the store
/// is not to be had now: what was asked for is not promised, and may be asked for again.
public interface MailboxStore extends SealedPlace, AutoCloseable {
    /// Stores a message; durable on return. It is stored once: a second call with the same queue
    /// id, patient and direction returns what the first one stored.
    ///
    /// The message joins the thread of the same clinician and patient that holds one of the
    /// Message-IDs it refers to; otherwise it begins a thread. Times are kept to the millisecond.
    /// Of the references the last hundred are kept, and none that is no Message-ID.
    StoredMessage store(NewMessage message, Content content) throws IOException;

    /// Keeps a letter of a clinician's own, which nobody else reads; durable on return. The content
    /// is read once and may come slowly: nobody waits for it meanwhile. Nobody finds the letter
    /// before `enter`; after a stop before that it is there, and whoever filed it nowhere discards
    /// it at the next start.
    ///
    /// @throws IOException if the content cannot be read to its end, too; nothing is kept then
    StoredMessage keep(Address owner, Content content) throws IOException;

    /// Enters letters that were kept, in the transaction that gives them a place: one sync less for
    /// each letter, and none is entered that lies nowhere.
    void enter(Handle handle, Collection<StoredMessage> kept);

    /// Destroys letters that were kept and not entered, also while the database is not to be had.
    void drop(Collection<StoredMessage> kept) throws IOException;

    /// Destroys letters of clinicians' own, as `forget` does with old ones; a message of a patient,
    /// or to one, is left alone.
    ///
    /// @throws IOException if some are not gone yet; ask again, or the next start finishes them
    void discard(Collection<MessageKey> keys) throws IOException;

    Optional<StoredMessage> message(MessageKey key) throws IOException;

    /// All messages of a thread, oldest first, without those whose own time has ended.
    List<StoredMessage> thread(ThreadId thread) throws IOException;

    /// The newest message to a patient, whoever wrote it, that was not taken back, has not ended
    /// and whose links are not paused; empty for an address that has none.
    Optional<StoredMessage> newest(Address patient) throws IOException;

    /// @throws IOException if the body is gone, damaged or sealed under an unknown key
    Content content(MessageKey key) throws IOException;

    /// The same for one who reads as a clinician: what the body says itself counts, not its row.
    ///
    /// @param clinician the key of her address
    /// @throws IOException also if it is another clinician's
    Content content(MessageKey key, String clinician) throws IOException;

    /// Notes that the patient's notice is in the queue; it is not composed again after this. A
    /// message that is not there (any more) takes no mark.
    void markNotified(MessageKey key) throws IOException;

    /// Notes the first opening after a passed check; later calls keep the first time.
    void markRead(MessageKey key, Instant at) throws IOException;

    /// Notes that the patient answered by mail that does not lie here; later calls keep the first
    /// time.
    void markAnswered(MessageKey key, Instant at) throws IOException;

    /// Tells the authors of messages whose links ended after one instant and not after the other:
    /// the clock does what nobody does.
    void tellEnded(Instant after, Instant until) throws IOException;

    /// Notes how a letter of a patient stands, also before her copy of it is stored.
    ///
    /// @param fate empty if nothing is known any more but that it was taken
    void noteFate(QueueId letter, Optional<Fate> fate, Instant at) throws IOException;

    /// How the patient's letters of a thread stand; those of which no more is known than that they
    /// were taken are left out. It may be lost with the database.
    Map<QueueId, Fate> fates(ThreadId thread) throws IOException;

    // -- who is told --

    /// Tells of every change of what the store holds, from now on.
    void listen(Listener listener);

    /// Called by the thread that changes something: but for `coming` after it is durable, and then
    /// it must not wait.
    interface Listener {
        /// A message is being stored: its body is there, and nobody finds it yet. It may take as
        /// long as reading the body, and fails for nobody.
        ///
        /// @return what is done in the transaction that enters the message
        default Database.Change coming(StoredMessage message) {
            return _ -> {};
        }

        /// A message to or from this clinician was stored, or became something else: it was opened,
        /// answered, or its links end at another time.
        void changed(Address clinician);

        /// Messages of anybody were destroyed.
        void changed();
    }

    // -- retention: nothing is kept longer than it was promised --

    /// Whose time is over: what came and was stored before one instant, and what has an end of its
    /// own and ended by another. Of a message that waited before it was stored, or came while the
    /// clock was wrong, the time goes by when it was stored, and by no clock that was set since.
    record Over(Instant arrivedBefore, Instant endedBy) {
        /// By age alone.
        public static Over before(Instant arrived) {
            return new Over(arrived, Instant.EPOCH);
        }

        /// By ends of their own alone.
        public static Over ended(Instant by) {
            return new Over(Instant.EPOCH, by);
        }
    }

    /// How far the time by which messages grow old is ahead of the wall clock now; negative where
    /// it is behind. That time less this is what the wall clock showed, had nobody set it since.
    Duration ahead();

    /// How many messages there are that `forget` destroys.
    int count(Over over) throws IOException;

    /// By age alone.
    default int countBefore(Instant arrived) throws IOException {
        return count(Over.before(arrived));
    }

    /// By age alone.
    default int forget(Instant arrivedBefore) throws IOException {
        return forget(Over.before(arrivedBefore));
    }

    /// Destroys the messages whose time is over, a bounded number of them, the oldest first, with
    /// their links; call it until it returns 0. What it destroyed is gone for good on return:
    /// without its data key a body is noise, wherever a copy of the rest lies.
    ///
    /// In this order, each step durable before the next: the body loses its name, so that nobody
    /// can read it and the next start knows what was begun; the wrapped data key in its head is
    /// written over; the row and the links are deleted; the file is deleted. So a crash at any
    /// place leaves a message that is whole, or one that cannot be read and is forgotten by the
    /// next start. Backups, and a volume that writes elsewhere instead of over, keep the wrapped
    /// key as long as they keep the old block.
    ///
    /// @return how many were destroyed
    /// @throws IOException if some of them are not gone yet; they are still counted, or the next
    ///   start finishes them
    int forget(Over over) throws IOException;

    // -- recall and pause --

    /// Takes a message back for good: its body is destroyed as by `forget`, its row stays until
    /// retention ends, so that its links can say what happened. The mark goes first: after a crash
    /// the next start finishes the rest. A second call changes nothing.
    ///
    /// @throws IOException if it is not certain that the body is gone; call it again
    void recall(MessageKey key, Instant at) throws IOException;

    /// Pauses all links to a patient's messages: they open nothing, and no fresh one is made, until
    /// `resumeLinks`. Messages that are stored later are not concerned.
    void pauseLinks(Address patient, Instant at) throws IOException;

    void resumeLinks(Address patient) throws IOException;

    /// Whether links of a patient pause so, to any of her messages: then nobody reads for her
    /// either, not even what came later.
    boolean isPaused(Address patient) throws IOException;

    // -- grants: the right to fetch, behind a link --

    /// Makes a link for a message. Only the hash of its token is stored. Older links of the message
    /// stay alive.
    PickupToken grant(MessageKey key, Instant expires) throws IOException;

    /// The message behind a link, if the link is alive. Unknown, expired, paused and revoked look
    /// the same. The message may have been recalled.
    Optional<Grant> grant(PickupToken token, Instant now) throws IOException;

    /// Lets the links of a message that open it now live until then; none ends earlier for it.
    /// Those that are over, pause or were replaced stay as they are.
    ///
    /// @return when the last of them ends now; empty if there was none
    Optional<Instant> extendGrants(MessageKey key, Instant now, Instant expires) throws IOException;

    /// The message behind a link, in whatever state the link is: for a reader who is known by other
    /// means than the link. Unknown and revoked look the same.
    Optional<Link> link(PickupToken token, Instant now) throws IOException;

    /// Kills every link of a message; durable on return.
    void revokeGrants(MessageKey key) throws IOException;

    /// A fresh link takes the place of the others of a message: they open nothing by themselves any
    /// more; durable on return.
    void replaceGrants(MessageKey key, PickupToken fresh) throws IOException;

    /// Lets a link open nothing until a fresh one was asked for; durable on return.
    void pauseGrant(PickupToken token) throws IOException;

    /// @param message the newest message the link was made for
    /// @param thread all that the link opens
    record Grant(StoredMessage message, ThreadId thread, Instant expires) {}

    /// @param thread all that the link opens
    record Link(StoredMessage message, ThreadId thread, LinkState state) {}

    /// What a link opens by itself: only an active one opens anything.
    enum LinkState {
        ACTIVE,
        /// By wrong answers; a fresh link takes its place.
        PAUSED,
        /// All links of the patient wait until the clinic says otherwise.
        HELD,
        REPLACED,
        EXPIRED
    }

    @Override
    void close() throws IOException;
}
