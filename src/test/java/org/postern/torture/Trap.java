package org.postern.torture;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The trap that the peers of the gateway stand around: it is set for the n-th time that a moment
/// comes, and then kills the process before the peer does anything more.
final class Trap {
    private Runnable kill = () -> {};
    private @Nullable Moment moment;
    private int left;
    private CountDownLatch sprung = new CountDownLatch(1);

    /// Sets the trap for one life.
    ///
    /// @param occurrence 1 is the next one
    synchronized void set(Moment chosen, int occurrence, Runnable how) {
        moment = chosen;
        left = occurrence;
        kill = how;
        sprung = new CountDownLatch(1);
    }

    synchronized void clear() {
        moment = null;
    }

    /// A peer says that a moment has come.
    ///
    /// @return whether the gateway is dead by now
    synchronized boolean reached(Moment now) {
        if (moment != now || --left > 0) {
            return false;
        }
        moment = null;
        kill.run();
        sprung.countDown();
        return true;
    }

    /// Whether a peer should take the trouble to bring this moment about.
    synchronized boolean isSetFor(Moment which) {
        return moment == which;
    }

    /// @return whether the moment came in time
    boolean await(long millis) throws InterruptedException {
        CountDownLatch latch;
        synchronized (this) {
            latch = sprung;
        }
        return latch.await(millis, TimeUnit.MILLISECONDS);
    }
}
