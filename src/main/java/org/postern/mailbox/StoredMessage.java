package org.postern.mailbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A message of the secure mailbox, without its content.
///
/// @param kept from when on its age counts
/// @param notified whether the notice was queued
/// @param read when the patient first opened it
/// @param recalled when its author took it back; its body is destroyed then
public record StoredMessage(
        MessageKey key,
        ThreadId thread,
        NewMessage message,
        Kept kept,
        long size,
        boolean notified,
        Optional<Instant> read,
        Optional<Instant> recalled) {
    /// What is destroyed goes by this, and not by when it came: it may have waited for people for
    /// long, or come while the clock was wrong.
    ///
    /// @param since when it was stored, as the store counts time
    /// @param lasts how much time a rule gave it from then on; empty where it stays as long as all
    public record Kept(Instant since, Optional<Duration> lasts) {
        /// Where it is not known: as old as the message.
        static Kept since(NewMessage message) {
            return new Kept(message.arrived(), Optional.empty());
        }
    }

    /// One that nobody took back, and nobody has read.
    StoredMessage(MessageKey key, ThreadId thread, NewMessage message, Kept kept, long size) {
        this(key, thread, message, kept, size, false, Optional.empty(), Optional.empty());
    }
}
