package org.postern.reach;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postern.mail.Domain;

/// Turns to ask about people, of all together and of each domain: one whose servers are slow keeps
/// nobody waiting but those who ask about it. First come, first served.
///
/// Safe for use by many threads.
final class Turns {
    private final int each;
    private final Semaphore all;

    // Guarded by this; only domains of which somebody has a turn, or waits for one.
    private final Map<Domain, Queue> queues = new HashMap<>();

    private static final class Queue {
        private final Semaphore turns;
        private int inside;

        Queue(int turns) {
            this.turns = new Semaphore(turns, true);
        }
    }

    /// @param all at the same time
    /// @param each of them about one domain
    Turns(int all, int each) {
        this.all = new Semaphore(all, true);
        this.each = each;
    }

    /// Waits for a turn, to be given back.
    ///
    /// @return whether there was one in time
    boolean take(Domain domain, Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        Queue queue = enter(domain);
        boolean taken = false;
        try {
            if (queue.turns.tryAcquire(within.toNanos(), TimeUnit.NANOSECONDS)) {
                try {
                    taken = all.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } finally {
                    if (!taken) {
                        queue.turns.release();
                    }
                }
            }
        } finally {
            if (!taken) {
                leave(domain, queue);
            }
        }
        return taken;
    }

    void giveBack(Domain domain) {
        all.release();
        Queue queue = of(domain);
        queue.turns.release();
        leave(domain, queue);
    }

    private synchronized Queue of(Domain domain) {
        return queues.computeIfAbsent(domain, _ -> new Queue(each));
    }

    private synchronized Queue enter(Domain domain) {
        Queue queue = of(domain);
        queue.inside++;
        return queue;
    }

    private synchronized void leave(Domain domain, Queue queue) {
        queue.inside--;
        if (queue.inside == 0) {
            queues.remove(domain);
        }
    }

    /// Domains about which somebody asks, or waits to ask.
    synchronized int domains() {
        return queues.size();
    }
}
