package org.postern.search;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postern.net.PerSource;

/// Whose turn it is to search, over all sessions: each search has letters or their outlines in
/// memory. Everybody gets a turn in the order of asking.
public final class SearchTurns {
    private final Semaphore all;
    private final PerSource users;
    private final Waiting waiting;

    /// How somebody waits for a turn.
    ///
    /// @param most after it there is none
    /// @param word how often it is said meanwhile that it is still waited for
    public record Waiting(Duration most, Duration word) {}

    /// @param atOnce searches, of all users together
    /// @param perUser that run or wait, of one user
    public SearchTurns(int atOnce, int perUser, Waiting waiting) {
        this.all = new Semaphore(atOnce, true);
        this.users = new PerSource(perUser);
        this.waiting = waiting;
    }

    /// Waits for a turn; it is to be given back.
    ///
    /// @param still called now and then while it is waited for, by another thread and never after
    ///   the return; it must not wait
    /// @return false if there was none in time
    public boolean take(String user, Runnable still) {
        if (!users.take(user)) {
            return false;
        }
        boolean taken = false;
        try {
            // In the order of asking, even if nobody waits.
            taken = all.tryAcquire(0, TimeUnit.NANOSECONDS) || await(still);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!taken) {
            users.giveBack(user);
        }
        return taken;
    }

    /// Waits at one place in the row: whoever asked again and again would stand behind all others
    /// each time. So somebody else says that it is waited for.
    private boolean await(Runnable still) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Thread teller = Thread.startVirtualThread(() -> tell(still, over));
        try {
            return all.tryAcquire(waiting.most().toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            over.countDown();
            end(teller);
        }
    }

    /// Not by an interruption: a turn that was taken must not be lost by it.
    private static void end(Thread teller) {
        boolean interrupted = false;
        while (teller.isAlive()) {
            try {
                teller.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Runnable still, CountDownLatch over) {
        try {
            while (!over.await(waiting.word().toNanos(), TimeUnit.NANOSECONDS)) {
                still.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void giveBack(String user) {
        all.release();
        users.giveBack(user);
    }
}
