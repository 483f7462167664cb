package org.postern.search;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postern.net.PerSource;

/// Whose turn it is to search, over all sessions: each search has letters or their outlines in
/// memory. Everybody gets a turn in the order of asking.
public final class SearchTurns {
    private final Semaphore all;
    private final PerSource users;
    private final Duration wait;

    /// @param atOnce searches, of all users together
    /// @param perUser that run or wait, of one user
    /// @param wait for a turn
    public SearchTurns(int atOnce, int perUser, Duration wait) {
        this.all = new Semaphore(atOnce, true);
        this.users = new PerSource(perUser);
        this.wait = wait;
    }

    /// Waits for a turn; it is to be given back.
    ///
    /// @return false if there was none in time
    public boolean take(String user) {
        if (!users.take(user)) {
            return false;
        }
        boolean taken = false;
        try {
            taken = all.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!taken) {
            users.giveBack(user);
        }
        return taken;
    }

    public void giveBack(String user) {
        all.release();
        users.giveBack(user);
    }
}
