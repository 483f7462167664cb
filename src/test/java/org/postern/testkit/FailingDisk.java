package org.postern.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.store.Disk;
import org.postern.store.DiskFile;

/// A disk on which the n-th changing operation fails, once or from then on. A write that fails
/// takes half of its octets, as a full disk does.
public final class FailingDisk implements Disk {
    private final Disk disk;
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private volatile Operation only = Operation.ANY;
    private volatile boolean lasting;
    private volatile boolean failed;
    private volatile boolean full;

    public FailingDisk(Disk disk) {
        this.disk = disk;
    }

    /// What can fail.
    public enum Operation {
        ANY,
        WRITE,
        SYNC,
        NAME
    }

    /// Lets the n-th operation from now on fail.
    ///
    /// @param n 1 is the next one
    /// @param of which operations count
    public void failOnce(int n, Operation of) {
        only = of;
        lasting = false;
        failed = false;
        left.set(n);
    }

    /// Lets the n-th operation from now on fail, and all that follow.
    public void failFrom(int n, Operation of) {
        failOnce(n, of);
        lasting = true;
    }

    /// Lets nothing fail any more.
    public void heal() {
        lasting = false;
        full = false;
        left.set(Integer.MAX_VALUE);
    }

    /// Reports next to no free space from now on.
    public void fill() {
        full = true;
    }

    /// Whether an operation failed since it was told to.
    public boolean hasFailed() {
        return failed;
    }

    private boolean fails(Operation operation) {
        if (only != Operation.ANY && only != operation) {
            return false;
        }
        int now = left.decrementAndGet();
        boolean fails = now == 0 || (now < 0 && lasting);
        failed |= fails;
        return fails;
    }

    private void name() throws IOException {
        if (fails(Operation.NAME)) {
            throw new IOException("a name cannot be changed (test)");
        }
    }

    @Override
    public DiskFile create(Path path) throws IOException {
        name();
        return new FailingFile(disk.create(path));
    }

    @Override
    public DiskFile append(Path path) throws IOException {
        name();
        return new FailingFile(disk.append(path));
    }

    @Override
    public DiskFile overwrite(Path path) throws IOException {
        name();
        return new FailingFile(disk.overwrite(path));
    }

    @Override
    public DiskFile read(Path path) throws IOException {
        return disk.read(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        name();
        disk.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        name();
        disk.delete(path);
    }

    @Override
    public void sync(Path directory) throws IOException {
        if (fails(Operation.SYNC)) {
            throw new IOException("input/output error at sync (test)");
        }
        disk.sync(directory);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        return full ? 1_000 : disk.freeBytes(directory);
    }

    @Override
    public Closeable lock(Path path) throws IOException {
        return disk.lock(path);
    }

    private final class FailingFile implements DiskFile {
        private final DiskFile file;

        FailingFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer octets) throws IOException {
            if (fails(Operation.WRITE)) {
                file.write(octets.slice(octets.position(), octets.remaining() / 2));
                throw new IOException("no space left on device (test)");
            }
            file.write(octets);
        }

        @Override
        public int read(ByteBuffer octets, long position) throws IOException {
            return file.read(octets, position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long length) throws IOException {
            if (fails(Operation.WRITE)) {
                throw new IOException("input/output error (test)");
            }
            file.truncate(length);
        }

        @Override
        public void sync() throws IOException {
            if (fails(Operation.SYNC)) {
                throw new IOException("input/output error at sync (test)");
            }
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
