package org.postern.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file of a `Disk`. It belongs to one thread.
public interface DiskFile extends Closeable {
    /// Writes all remaining octets of the buffer behind what was written before.
    ///
    /// @throws IOException if not all of them could be written; some may have been
    void write(ByteBuffer octets) throws IOException;

    /// Reads at a position until the buffer is full or the file ends.
    ///
    /// @return how many octets were read; 0 at or behind the end of the file
    int read(ByteBuffer octets, long position) throws IOException;

    /// Octets in the file.
    long size() throws IOException;

    /// Cuts the file to a length that is not greater than its own.
    void truncate(long length) throws IOException;

    /// Makes the octets and the length durable. After a failure the content of the file is unknown
    /// for ever: see `Disk`.
    ///
    /// @throws java.io.SyncFailedException if the disk failed, or nobody knows whether it did
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
