package org.postern.rewrap;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// How fast data keys are gone through, so that mail and pages have the disk for themselves most of
/// the time; and the end of it, when the gateway stops.
///
/// One thread goes through at this pace; any thread may end it or ask how far it is.
public final class Pace implements AutoCloseable {
    /// Looks between two rests.
    private static final int STRIDE = 50;

    private final long strideNanos;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicLong looks = new AtomicLong();
    private long next = System.nanoTime();

    /// @param perSecond looks at a data key in one second, at most
    public Pace(int perSecond) {
        this.strideNanos = Duration.ofSeconds(1).toNanos() * STRIDE / perSecond;
    }

    /// Returns when it is time for the next look.
    ///
    /// @throws InterruptedIOException if there is to be none
    public void step() throws InterruptedIOException {
        boolean over = ended.getCount() == 0;
        if (!over && looks.incrementAndGet() % STRIDE == 0) {
            long now = System.nanoTime();
            // A rest that was missed while the disk was slow is not made up for.
            next = Math.max(next, now) + strideNanos;
            over = endsWithin(next - strideNanos - now);
        }
        if (over) {
            throw new InterruptedIOException("rewrapping ends, and goes on with the next start");
        }
    }

    private boolean endsWithin(long nanos) throws InterruptedIOException {
        try {
            return ended.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("rewrapping was interrupted");
        }
    }

    /// Looks since the beginning.
    public long looks() {
        return looks.get();
    }

    /// Ends the round that is under way, and every later one.
    @Override
    public void close() {
        ended.countDown();
    }
}
