package org.postern.follow;

import java.time.Instant;
import org.postern.mailbox.MessageKey;

/// A message that is watched over.
///
/// @param notified when its notice went out
/// @param step what of the ladder is next
/// @param paused whether its links are
record Followed(MessageKey key, Instant notified, Step step, boolean paused) {
    /// The steps of the unread ladder.
    enum Step {
        FIRST_REMINDER,
        SECOND_REMINDER,
        CALL,
        NOTHING
    }
}
