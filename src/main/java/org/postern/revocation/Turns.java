package org.postern.revocation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Who may ask now: so many at once, and fewer of one host, so that one that does not answer takes
/// no turns of the others. Who waits, waits for the host first and holds no turn meanwhile.
///
/// Safe for use by many threads.
final class Turns {
    private final int all;
    private final int ofHost;
    private final Duration wait;
    private final Semaphore free;
    private final Map<String, Host> hosts = new HashMap<>();

    /// @param waiting those who wait or ask
    private record Host(Semaphore free, int waiting) {}

    /// @param all at once
    /// @param ofHost of them
    /// @param wait for how long somebody waits at most
    Turns(int all, int ofHost, Duration wait) {
        this.all = all;
        this.ofHost = ofHost;
        this.wait = wait;
        this.free = new Semaphore(all);
    }

    /// Does something when its turn has come. It blocks until then, but not for ever.
    ///
    /// @return false if no turn came, and nothing was done
    boolean take(String host, Runnable what) {
        long end = System.nanoTime() + wait.toNanos();
        String name = host.toLowerCase(Locale.ROOT);
        Semaphore own = enter(name);
        try {
            return acquired(own, end) && takeFree(own, end, what);
        } finally {
            leave(name);
        }
    }

    private boolean takeFree(Semaphore own, long end, Runnable what) {
        try {
            if (!acquired(free, end)) {
                return false;
            }
            try {
                what.run();
                return true;
            } finally {
                free.release();
            }
        } finally {
            own.release();
        }
    }

    private static boolean acquired(Semaphore semaphore, long end) {
        try {
            return semaphore.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized Semaphore enter(String name) {
        Host known = hosts.getOrDefault(name, new Host(new Semaphore(ofHost), 0));
        hosts.put(name, new Host(known.free(), known.waiting() + 1));
        return known.free();
    }

    private synchronized void leave(String name) {
        Host known = Objects.requireNonNull(hosts.remove(name), "who leaves has entered");
        if (known.waiting() > 1) {
            hosts.put(name, new Host(known.free(), known.waiting() - 1));
        }
    }

    /// Whether nobody asks.
    boolean isIdle() {
        return free.availablePermits() == all;
    }
}
