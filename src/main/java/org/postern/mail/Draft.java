package org.postern.mail;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/// A message on its way into the spool: it has an id and takes octets, but nobody has promised
/// anything for it yet.
///
/// Life: `out` is written, `finish` ends it and makes it readable, then it is committed by the
/// spool that opened it. `close` without a commit leaves nothing behind. A draft belongs to one
/// thread.
public interface Draft extends Closeable {
    /// Known before the first octet, because the trace field names it (RFC 5321 §4.4).
    QueueId id();

    /// Takes the octets of the message. Blocks of any size are welcome, single octets are slow.
    OutputStream out();

    /// Ends the writing; idempotent.
    ///
    /// @return the octets written, readable until `close`
    Content finish() throws IOException;

    /// Frees what the draft holds. Whatever was not committed is gone.
    @Override
    void close() throws IOException;

    /// Where drafts come from.
    @FunctionalInterface
    interface Source {
        /// @throws NoRoomException if there is no room now; the client is told 452
        /// @throws IOException if the volume is bad; the client is told 451
        Draft open() throws IOException;

        /// Looks whether a message of this size would find room, before it is sent. It reserves
        /// nothing.
        ///
        /// @param octets as announced; 0 if unknown
        /// @throws NoRoomException if it would not
        /// @throws IOException if the volume is bad
        default void requireRoom(long octets) throws IOException {}
    }
}
