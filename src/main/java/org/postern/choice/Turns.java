package org.postern.choice;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Lets one thread after the other do something, none of which waits for ever.
///
/// @param max so long is waited for whoever came before
/// @param why what is said when that was too long
record Turns(Duration max, String why, ReentrantLock lock) {
    Turns(Duration max, String why) {
        this(max, why, new ReentrantLock());
    }

    /// A turn, until it is closed by the thread that took it.
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits for a turn.
    ///
    /// @throws IOException if it took too long, or this thread shall end
    Turn take() throws IOException {
        try {
            if (lock.tryLock(max.toMillis(), TimeUnit.MILLISECONDS)) {
                return lock::unlock;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IOException(why);
    }
}
