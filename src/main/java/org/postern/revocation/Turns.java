package org.postern.revocation;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;

/// Who may ask now: so many at once, and fewer of one host, so that one that does not answer takes
/// no turns of the others. Who waits, waits for the host first and holds no turn meanwhile.
///
/// Safe for use by many threads.
final class Turns {
    private final int all;
    private final int ofHost;
    private final Semaphore free;
    private final Map<String, Host> hosts = new HashMap<>();

    /// @param waiting those who wait or ask
    private record Host(Semaphore free, int waiting) {}

    /// @param all at once
    /// @param ofHost of them
    Turns(int all, int ofHost) {
        this.all = all;
        this.ofHost = ofHost;
        this.free = new Semaphore(all);
    }

    /// Does something when its turn has come. It blocks until then.
    void take(String host, Runnable what) {
        String name = host.toLowerCase(Locale.ROOT);
        Semaphore own = enter(name);
        try {
            own.acquireUninterruptibly();
            try {
                free.acquireUninterruptibly();
                try {
                    what.run();
                } finally {
                    free.release();
                }
            } finally {
                own.release();
            }
        } finally {
            leave(name);
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
