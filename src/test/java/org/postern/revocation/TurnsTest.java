package org.postern.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// L6: a server that is silent takes its own turns and nobody else's.
@Timeout(120)
class TurnsTest {
    @Test
    void aSilentHostKeepsNobodyElseWaiting() throws InterruptedException {
        Turns turns = new Turns(4, 2, Duration.ofSeconds(60));
        Semaphore silent = new Semaphore(0);
        CountDownLatch begun = new CountDownLatch(2);
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String host = i % 2 == 0 ? "silent.example" : "Silent.example";
            threads.add(
                    Thread.ofVirtual()
                            .start(() ->
                                    turns.take(
                                            host,
                                            () -> {
                                                most.incrementAndGet();
                                                begun.countDown();
                                                silent.acquireUninterruptibly();
                                            })));
        }
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        AtomicInteger others = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            turns.take("other" + i + ".example", others::incrementAndGet);
        }
        assertEquals(20, others.get());
        assertEquals(2, most.get());
        assertFalse(turns.isIdle());
        silent.release(20);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(20, most.get());
        assertTrue(turns.isIdle());
    }

    @Test
    void nobodyWaitsForEver() throws InterruptedException {
        for (String host : List.of("silent.example", "other.example")) {
            Turns turns = new Turns(1, 1, Duration.ofMillis(20));
            Semaphore silent = new Semaphore(0);
            CountDownLatch begun = new CountDownLatch(1);
            Thread first =
                    Thread.ofVirtual()
                            .start(() ->
                                    turns.take(
                                            "silent.example",
                                            () -> {
                                                begun.countDown();
                                                silent.acquireUninterruptibly();
                                            }));
            assertTrue(begun.await(60, TimeUnit.SECONDS));
            AtomicInteger done = new AtomicInteger();
            assertFalse(turns.take(host, done::incrementAndGet));
            assertEquals(0, done.get());
            silent.release();
            first.join();
            assertTrue(turns.isIdle());
            assertTrue(turns.take(host, done::incrementAndGet), "it held no turn back");
        }
    }

    @Test
    void aFaultGivesTheTurnBack() {
        Turns turns = new Turns(1, 1, Duration.ofSeconds(60));
        for (int i = 0; i < 3; i++) {
            try {
                turns.take(
                        "a.example",
                        () -> {
                            throw new IllegalStateException("as told");
                        });
            } catch (IllegalStateException e) {
                assertEquals("as told", e.getMessage());
            }
        }
        assertTrue(turns.isIdle());
    }
}
