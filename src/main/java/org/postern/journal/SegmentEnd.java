package org.postern.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.postern.store.DiskFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far a segment was acknowledged: the file `00000001.end` beside it gets a record behind each
/// batch, so that a segment that became shorter shows, even if it ends between two batches now.
///
/// The record is written behind the sync of the batch and not synced itself, which costs the hot
/// path one write of a few octets and no sync. So it is never ahead of what is durable. It is there
/// after the death of the process; after a loss of power it may lag behind, and batches that it
/// does not know could be cut off unseen then. A segment that is gone together with this file shows
/// no more than one that was removed.
final class SegmentEnd implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentEnd.class);

    /// The end in octets, and the CRC-32C of it and of the segment's number.
    private static final int RECORD_OCTETS = Long.BYTES + Integer.BYTES;

    private final long segment;
    private final ByteBuffer buffer = ByteBuffer.allocate(RECORD_OCTETS);
    private @Nullable DiskFile file;
    private long octets;

    private SegmentEnd(long segment, DiskFile file) {
        this.segment = segment;
        this.file = file;
    }

    /// Makes the file; its name is durable with the next sync of the folder.
    static SegmentEnd begin(JournalFolder folder, long segment) throws IOException {
        // A file of that name can only be left from a try that failed, and is empty.
        return new SegmentEnd(segment, folder.disk().append(folder.end(segment)));
    }

    /// Notes an end. The batch is durable with or without it, so a failure is no more than logged;
    /// the next note tells this end as well.
    void note(long end) {
        DiskFile open = file;
        if (open == null) {
            return;
        }
        try {
            open.write(record(buffer.clear(), segment, end));
            octets += RECORD_OCTETS;
        } catch (IOException e) {
            LOG.warn("the end of segment {} is noted later: {}", segment, e.getMessage());
            cutBack(open);
        }
    }

    /// Behind half a record no other one would be found.
    private void cutBack(DiskFile open) {
        try {
            open.truncate(octets);
        } catch (IOException e) {
            LOG.warn("the end of segment {} is noted no more: {}", segment, e.getMessage());
            file = null;
            closeQuietly(open);
        }
    }

    private void closeQuietly(DiskFile open) {
        try {
            open.close();
        } catch (IOException e) {
            LOG.warn("the end of segment {} is not closed: {}", segment, e.getMessage());
        }
    }

    /// The end that was noted last and is still as it was written.
    ///
    /// @return 0 if none is
    static long read(JournalFolder folder, long segment) throws IOException {
        try (DiskFile file = folder.disk().read(folder.end(segment))) {
            ByteBuffer record = ByteBuffer.allocate(RECORD_OCTETS);
            for (long n = file.size() / RECORD_OCTETS; n > 0; n--) {
                file.read(record.clear(), (n - 1) * RECORD_OCTETS);
                long end = record.getLong(0);
                if (record.clear()
                        .equals(record(ByteBuffer.allocate(RECORD_OCTETS), segment, end))) {
                    return end;
                }
            }
            return 0;
        } catch (NoSuchFileException _) {
            return 0;
        }
    }

    /// @return the buffer, to be read from its begin
    private static ByteBuffer record(ByteBuffer buffer, long segment, long end) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.putLong(0, segment).limit(Long.BYTES).duplicate());
        crc.update(buffer.putLong(0, end).duplicate());
        return buffer.clear().putInt(Long.BYTES, (int) crc.getValue());
    }

    @Override
    public void close() throws IOException {
        DiskFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }
}
