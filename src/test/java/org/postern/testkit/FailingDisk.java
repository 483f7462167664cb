package org.postern.testkit;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.store.Disk;

/// A disk on which the n-th changing operation fails, once or from then on. A write that fails
/// takes half of its octets, as a full disk does.
public final class FailingDisk extends InterposedDisk {
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private volatile Operation only = Operation.ANY;
    private volatile boolean lasting;
    private volatile boolean failed;
    private volatile boolean full;
    private final AtomicInteger operations = new AtomicInteger();
    private final Queue<Path> failedSyncs = new ConcurrentLinkedQueue<>();

    public FailingDisk(Disk disk) {
        super(disk);
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

    /// Changing operations so far.
    public int operations() {
        return operations.get();
    }

    /// What could not be synced.
    public List<Path> failedSyncs() {
        return List.copyOf(failedSyncs);
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

    @Override
    protected void pass(Call call) throws IOException {
        operations.incrementAndGet();
        Operation kind =
                switch (call.act()) {
                    case CREATE, APPEND, OVERWRITE, RENAME, DELETE -> Operation.NAME;
                    case WRITE, TRUNCATE -> Operation.WRITE;
                    case SYNC -> Operation.SYNC;
                };
        if (!fails(kind)) {
            call.step().run();
            return;
        }
        if (call.octets() != null) {
            call.step().run(2);
        }
        switch (kind) {
            case SYNC -> {
                failedSyncs.add(call.path());
                throw new SyncFailedException("input/output error at sync (test)");
            }
            case WRITE -> throw new IOException("no space left on device (test)");
            case NAME, ANY -> throw new IOException("a name cannot be changed (test)");
        }
    }

    @Override
    protected long free(long octets) {
        return full ? 1_000 : octets;
    }
}
