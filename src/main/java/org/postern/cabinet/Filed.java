package org.postern.cabinet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postern.mailbox.MessageKey;
import org.postern.outline.Outline;

/// A message in a folder.
///
/// @param arrived its INTERNALDATE
/// @param octets its size
/// @param outline null where none was asked for, or the message cannot be read now
public record Filed(
        int uid, MessageKey key, Instant arrived, long octets, @Nullable Outline outline) {}
