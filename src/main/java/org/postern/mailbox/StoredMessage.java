package org.postern.mailbox;

import java.time.Instant;
import java.util.Optional;

/// A message of the secure mailbox, without its content.
///
/// @param notified whether the notice was queued
/// @param read when the patient first opened it
public record StoredMessage(
        MessageKey key,
        ThreadId thread,
        NewMessage message,
        long size,
        boolean notified,
        Optional<Instant> read) {}
