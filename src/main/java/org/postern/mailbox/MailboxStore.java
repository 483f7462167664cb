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
/// is not to be had now; nothing was done.
public interface MailboxStore extends AutoCloseable {
    /// Stores a message; durable on return. It is stored once: a second call with the same queue
    /// id, patient and direction returns what the first one stored.
    ///
    /// The message joins the thread of the same clinician and patient that holds one of the
    /// Message-IDs it refers to; otherwise it begins a thread.
    StoredMessage store(NewMessage message, Content content) throws IOException;

    Optional<StoredMessage> message(MessageKey key) throws IOException;

    /// All messages of a thread, oldest first.
    List<StoredMessage> thread(ThreadId thread) throws IOException;

    /// @throws IOException if the body is gone, damaged or sealed under an unknown key
    Content content(MessageKey key) throws IOException;

    /// Notes that the patient's notice is in the queue; it is not composed again after this.
    void markNotified(MessageKey key) throws IOException;

    /// Notes the first opening after a passed check; later calls keep the first time.
    void markRead(MessageKey key, Instant at) throws IOException;

    // -- grants: the right to fetch, behind a link --

    /// Makes a link for a message. Only the hash of its token is stored.
    PickupToken grant(MessageKey key, Instant expires) throws IOException;

    /// The message behind a link, if the link is alive. Unknown, expired and revoked look the same.
    Optional<Grant> grant(PickupToken token, Instant now) throws IOException;

    // -- checks: tries that never reset with a new link or a new code --

    /// What stands against this patient's check now.
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

    @Override
    void close() throws IOException;
}
