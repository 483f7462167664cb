package org.postern.mailbox;

import java.time.Instant;
import java.util.Optional;

/// A message of the secure mailbox, without its content.
///
/// @param notified whether the notice was queued
/// @param read when the patient first opened it
/// @param recalled when its author took it back; its body is destroyed then
public record StoredMessage(
        MessageKey key,
        ThreadId thread,
        NewMessage message,
        long size,
        boolean notified,
        Optional<Instant> read,
        Optional<Instant> recalled) {
    /// One that nobody took back.
    public StoredMessage(
            MessageKey key,
            ThreadId thread,
            NewMessage message,
            long size,
            boolean notified,
            Optional<Instant> read) {
        this(key, thread, message, size, notified, read, Optional.empty());
    }
}
