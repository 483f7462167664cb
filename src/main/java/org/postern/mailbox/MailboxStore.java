package org.postern.mailbox;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.Content;

/// The messages that wait in, or went through, the secure mailbox, and the threads they form.
///
/// Bodies are sealed files; the metadata beside them can be rebuilt from the sealed heads of the
/// bodies. All methods may be called by many threads at once. An IOException means that the store
/// is not to be had now: what was asked for is not promised, and may be asked for again.
public interface MailboxStore extends AutoCloseable {
    /// How long a mailed code is good: NIST SP 800-63B-4 §3.1.3.2.
    Duration CODE_LIFE = Duration.ofMinutes(10);

    /// Stores a message; durable on return. It is stored once: a second call with the same queue
    /// id, patient and direction returns what the first one stored.
    ///
    /// The message joins the thread of the same clinician and patient that holds one of the
    /// Message-IDs it refers to; otherwise it begins a thread. Times are kept to the millisecond.
    /// Of the references the last hundred are kept, and none that is no Message-ID.
    StoredMessage store(NewMessage message, Content content) throws IOException;

    Optional<StoredMessage> message(MessageKey key) throws IOException;

    /// All messages of a thread, oldest first.
    List<StoredMessage> thread(ThreadId thread) throws IOException;

    /// The newest message to a patient, whoever wrote it, that was not taken back and whose links
    /// are not paused; empty for an address that has none.
    Optional<StoredMessage> newest(Address patient) throws IOException;

    /// @throws IOException if the body is gone, damaged or sealed under an unknown key
    Content content(MessageKey key) throws IOException;

    /// Notes that the patient's notice is in the queue; it is not composed again after this. A
    /// message that is not there (any more) takes no mark.
    void markNotified(MessageKey key) throws IOException;

    /// Notes the first opening after a passed check; later calls keep the first time.
    void markRead(MessageKey key, Instant at) throws IOException;

    // -- retention: nothing is kept longer than it was promised --

    /// How many messages arrived before an instant: those that `forget` destroys.
    int countBefore(Instant arrived) throws IOException;

    /// Destroys the messages that arrived before an instant, a bounded number of them, the oldest
    /// first, with their links and codes; call it until it returns 0. What it destroyed is gone for
    /// good on return: without its data key a body is noise, wherever a copy of the rest lies.
    ///
    /// In this order, each step durable before the next: the body loses its name, so that nobody
    /// can read it and the next start knows what was begun; the wrapped data key in its head is
    /// written over; the row, the links and the codes are deleted; the file is deleted. So a crash
    /// at any place leaves a message that is whole, or one that cannot be read and is forgotten by
    /// the next start. Backups, and a volume that writes elsewhere instead of over, keep the
    /// wrapped key as long as they keep the old block.
    ///
    /// @return how many were destroyed
    /// @throws IOException if some of them are not gone yet; they are still counted, or the next
    ///   start finishes them
    int forget(Instant arrivedBefore) throws IOException;

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

    // -- grants: the right to fetch, behind a link --

    /// Makes a link for a message. Only the hash of its token is stored. Older links of the message
    /// stay alive.
    PickupToken grant(MessageKey key, Instant expires) throws IOException;

    /// The message behind a link, if the link is alive. Unknown, expired, paused and revoked look
    /// the same. The message may have been recalled.
    Optional<Grant> grant(PickupToken token, Instant now) throws IOException;

    /// Gives the links of a message that are alive another end.
    ///
    /// @return how many there were
    int extendGrants(MessageKey key, Instant now, Instant expires) throws IOException;

    /// Kills every link of a message; durable on return. A fresh link asked for by the patient is
    /// this, followed by a new grant.
    void revokeGrants(MessageKey key) throws IOException;

    // -- mailed codes: the check of last resort --

    /// Makes a code of six digits for the message behind a link; the one before it dies. Only a
    /// keyed hash is stored.
    ///
    /// @param at from then on it is valid for ten minutes (NIST SP 800-63B-4 §3.1.3.2)
    MailedCode issueCode(MessageKey key, Instant at) throws IOException;

    /// Takes the answer to a mailed code. A right one is used up, durable before it returns. The
    /// caller counts wrong ones; a new code does not reset that count.
    CodeAnswer redeemCode(MessageKey key, String answer, Instant at) throws IOException;

    // -- checks: tries that never reset with a new link or a new code --

    /// What stands against this patient's check now; zero wrong answers for a patient never seen.
    ///
    /// @param check its word, such as `birth-date`, `pin`, `code`
    Tries tries(Address patient, String check) throws IOException;

    /// Counts a wrong answer, durable before it is answered.
    ///
    /// @param pause how long the next answer has to wait from `at` on
    Tries countWrong(Address patient, String check, Instant at, Duration pause) throws IOException;

    /// A right answer clears the count.
    void clearTries(Address patient, String check) throws IOException;

    /// @param wrong answers since the last right one
    /// @param notBefore when the next answer is taken
    record Tries(int wrong, Instant notBefore) {}

    /// @param message the newest message the link was made for
    /// @param thread all that the link opens
    record Grant(StoredMessage message, ThreadId thread, Instant expires) {}

    /// A code on its way into a mail; `toString` hides it.
    ///
    /// @param digits six of them
    record MailedCode(String digits) {
        @Override
        public String toString() {
            return "MailedCode[hidden]";
        }
    }

    /// What an answer to a mailed code was.
    enum CodeAnswer {
        RIGHT,
        WRONG,
        /// No code is alive, whatever the answer: none was issued, it was used, or its ten minutes
        /// are over. Not a wrong try.
        EXPIRED
    }

    @Override
    void close() throws IOException;
}
