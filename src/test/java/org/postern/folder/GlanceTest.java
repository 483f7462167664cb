package org.postern.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// How old that may be which is shown while another one looks.
class GlanceTest {
    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    /// The second look stands still until a test lets it go on.
    private int look() throws InterruptedException {
        int number = looks.incrementAndGet();
        if (number == 2) {
            begun.countDown();
            goesOn.await();
        }
        return number;
    }

    @Test
    void aLookThatStandsStillHidesNoChangeForEver() throws Exception {
        Glance<Integer, InterruptedException> glance = new Glance<>(_ -> look());
        assertEquals(1, glance.at(NOON));
        Instant late = NOON.plus(Glance.LATE_MAX);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> slow = threads.submit(() -> glance.at(NOON.plus(Glance.EVERY)));
            begun.await();
            assertEquals(1, glance.at(late.minus(MOMENT)), "young enough");
            Future<Integer> waits = threads.submit(() -> glance.at(late));
            goesOn.countDown();
            assertEquals(2, slow.get());
            assertEquals(3, waits.get(), "it has waited, and looked for itself");
        } finally {
            goesOn.countDown();
        }
    }
}
