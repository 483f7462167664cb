package org.postern.mailfolder;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.ThreadId;
import org.postern.outline.Outline;

/// A message in a folder.
///
/// @param thread the conversation that it belongs to
/// @param arrived its INTERNALDATE
/// @param saved when it came into this folder: RFC 8514
/// @param octets its size, or `OCTETS_UNKNOWN`
/// @param ascii whether its header section is in ASCII, so that it is shown alike to everybody;
///   null where nobody has looked yet
/// @param outline null where none was asked for, or the message cannot be read now
public record Filed(
        int uid,
        MessageKey key,
        ThreadId thread,
        Instant arrived,
        Instant saved,
        long octets,
        @Nullable Boolean ascii,
        @Nullable Outline outline) {
    /// Of a message that cannot be read now, where it would be told otherwise than it lies.
    public static final long OCTETS_UNKNOWN = -1;

    /// RFC 8474 §5.1: the same in each folder in which the message lies.
    public String emailId() {
        return "M" + key;
    }

    /// RFC 8474 §5.2.
    public String threadId() {
        return "T" + thread;
    }

    /// Whether it has one size, to whomever it is shown.
    public boolean hasOneSize() {
        return Boolean.TRUE.equals(ascii);
    }

    /// The same with an outline that was made.
    public Filed with(@Nullable Outline made) {
        return new Filed(uid, key, thread, arrived, saved, octets, ascii, made);
    }
}
