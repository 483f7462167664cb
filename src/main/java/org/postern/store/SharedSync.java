package org.postern.store;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Makes the names of one directory durable for many threads at once: while one thread's sync runs,
/// the others gather, and the next sync serves them all. All threads must come here for it: a sync
/// beside this one could be told of a failure in its place.
public final class SharedSync {
    private final Disk disk;
    private final Path directory;

    private long asked;
    private long done;
    private boolean running;
    private @Nullable IOException failure;

    public SharedSync(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /// Returns after a sync that began after this call.
    ///
    /// @throws SyncFailedException if the disk failed; so do all later calls
    /// @throws IOException if nothing was tried; the next call tries again
    public void sync() throws IOException {
        long upTo;
        synchronized (this) {
            long mine = ++asked;
            boolean interrupted = false;
            while (running && done < mine && failure == null) {
                try {
                    wait();
                } catch (InterruptedException _) {
                    // The answer is needed whatever happens: without it nobody knows what is kept.
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure != null) {
                SyncFailedException again = new SyncFailedException(failure.getMessage());
                again.initCause(failure);
                throw again;
            }
            if (done >= mine) {
                return;
            }
            running = true;
            upTo = asked;
        }
        lead(upTo);
    }

    private void lead(long upTo) throws IOException {
        @Nullable IOException failed =
                new IOException("the sync of " + directory + " was broken off");
        boolean served = true;
        try {
            disk.sync(directory);
            failed = null;
        } catch (SyncFailedException e) {
            failed = e;
            throw e;
        } catch (IOException e) {
            // Those who wait find that nothing was done for them, and try it themselves.
            served = false;
            failed = null;
            throw e;
        } finally {
            synchronized (this) {
                running = false;
                failure = failed;
                if (failed == null && served) {
                    done = upTo;
                }
                notifyAll();
            }
        }
    }
}
