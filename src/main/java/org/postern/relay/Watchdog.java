package org.postern.relay;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes the connections whose time is over. A socket time-out would bound single reads, and no
/// write at all; this bounds each step as a whole, reading, writing and TLS handshake alike.
final class Watchdog implements AutoCloseable {
    /// How late a deadline may be noticed.
    private static final long ROUND_MILLIS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService rounds =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().daemon().name("relay-watchdog").unstarted(task));

    /// @param also what else is done in each round; it does not block
    Watchdog(Runnable also) {
        var _ =
                rounds.scheduleWithFixedDelay(
                        () -> round(also), ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void round(Runnable also) {
        try {
            long now = System.nanoTime();
            wires.forEach(wire -> wire.expire(now));
            also.run();
        } catch (RuntimeException e) {
            // A round that ends so would be the last one, and no deadline would hold any more.
            LOG.error("a round over the connections broke off", e);
        }
    }

    void watch(Wire wire) {
        wires.add(wire);
        if (rounds.isShutdown()) {
            wire.close();
        }
    }

    void forget(Wire wire) {
        wires.remove(wire);
    }

    /// Breaks every connection that still stands: without the rounds nothing would bound it.
    @Override
    public void close() {
        rounds.shutdownNow();
        wires.forEach(Wire::close);
    }
}
