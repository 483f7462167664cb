package org.postern.journal;

import java.nio.ByteBuffer;
import org.postern.mail.QueueId;

/// One record of the journal.
///
/// @param kind what happened
/// @param id of the message that it happened to
/// @param payload what the spool writes for it; empty for `GONE`
public record JournalRecord(Kind kind, QueueId id, ByteBuffer payload) {
    /// What a record tells.
    public enum Kind {
        /// A message was taken over; the payload is all that its spool file would hold.
        MESSAGE('M'),
        /// States of its recipients changed; the payload is what its spool file would get behind.
        RESULT('R'),
        /// It is no longer here: retired, or in a file of its own.
        GONE('G');

        private final byte letter;

        Kind(char letter) {
            this.letter = (byte) letter;
        }

        byte letter() {
            return letter;
        }
    }

    /// Says that a message is no longer here.
    public static JournalRecord gone(QueueId id) {
        return new JournalRecord(Kind.GONE, id, ByteBuffer.allocate(0));
    }
}
