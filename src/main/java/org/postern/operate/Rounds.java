package org.postern.operate;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Something that is looked at again and again on a thread of its own: at the start, and then after
/// each interval, until it is closed.
public final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(30);

    private final Duration interval;
    private final Look look;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    /// One look, which asks now and then whether it may go on where it is a long one.
    @FunctionalInterface
    public interface Look {
        void at(BooleanSupplier goesOn);
    }

    /// @param name of the thread, for the log
    /// @param look one look; it catches what may fail, because the next look tries again. What it
    ///   throws all the same is a fault of ours: it is logged, and ends that look alone
    public Rounds(String name, Duration interval, Runnable look) {
        this(name, interval, (Look) _ -> look.run());
    }

    /// The same with looks that may be long.
    public Rounds(String name, Duration interval, Look look) {
        this.interval = interval;
        this.look = look;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /// Begins; the first look is taken at once.
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                guarded();
            } while (!stopped.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void guarded() {
        try {
            look.at(this::goesOn);
        } catch (RuntimeException | Error e) {
            // The text of a fault of ours may quote what must not be in a log.
            LOG.error(
                    "{}: one look ended by {}; the next one tries again",
                    thread.getName(),
                    e.getClass().getName());
        }
    }

    /// Whether a look may go on; a long one asks now and then.
    public boolean goesOn() {
        return stopped.getCount() > 0;
    }

    /// Returns when the look that is under way, if any, has ended: the stores may be closed then.
    @Override
    public void close() {
        stopped.countDown();
        try {
            if (thread.getState() != Thread.State.NEW && !thread.join(CLOSE_MAX)) {
                LOG.warn("{} is still under way; the next start goes on with it", thread.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
