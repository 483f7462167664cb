package org.postern.store;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A file of this machine, open.
///
/// A `FileChannel` closes itself when its thread is interrupted, and hides the true result of a
/// sync by that. So an interrupt that is pending is put off until the operation is over; one that
/// comes in the middle of it makes the operation fail, which is the safe side.
final class ChannelFile implements DiskFile {
    private final FileChannel channel;

    ChannelFile(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(ByteBuffer octets) throws IOException {
        uninterrupted(() -> {
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
        });
    }

    @Override
    public int read(ByteBuffer octets, long position) throws IOException {
        int before = octets.position();
        uninterrupted(() -> {
            long at = position;
            while (octets.hasRemaining()) {
                int n = channel.read(octets, at);
                if (n < 0) {
                    break;
                }
                at += n;
            }
        });
        return octets.position() - before;
    }

    @Override
    public long size() throws IOException {
        long[] size = new long[1];
        uninterrupted(() -> size[0] = channel.size());
        return size[0];
    }

    @Override
    public void truncate(long length) throws IOException {
        uninterrupted(() -> channel.truncate(length));
    }

    @Override
    public void sync() throws IOException {
        // Without the times of the file: they are not worth a second write of the disk.
        force(channel, false);
    }

    /// Any failure, an interrupt too, leaves open what the disk did.
    static void force(FileChannel channel, boolean metadata) throws SyncFailedException {
        try {
            uninterrupted(() -> channel.force(metadata));
        } catch (IOException e) {
            SyncFailedException failed = new SyncFailedException("sync failed: " + e.getMessage());
            failed.initCause(e);
            throw failed;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @FunctionalInterface
    interface Operation {
        void run() throws IOException;
    }

    static void uninterrupted(Operation operation) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            operation.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
