package org.postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.SimulatedDisk.Failure;

class SharedSyncTest {
    private static final Path HOME = Path.of("/home");
    private static final int THREADS = 20;

    private final SimulatedDisk disk = new SimulatedDisk();
    private final SharedSync shared = new SharedSync(disk, HOME);

    @Test
    void oneThreadAloneSyncsAtOnce() throws IOException {
        shared.sync();
        shared.sync();
        assertEquals(2, disk.operations());
    }

    /// The first sync is held up until all others wait: one more serves them all.
    @Test
    void threadsThatWaitAreServedByOneSync() throws InterruptedException, ExecutionException {
        syncTogether();
        assertEquals(2, disk.operations());
    }

    /// A sync that was running when a thread asked does not count for that thread.
    @Test
    void nobodyReturnsFromASyncThatBeganBeforeTheCall()
            throws InterruptedException, ExecutionException {
        AtomicInteger number = new AtomicInteger();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        disk.watch(_ -> {
            if (number.incrementAndGet() == 1) {
                running.countDown();
                await(release);
            }
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(this::sync);
            running.await();
            Thread second = Thread.ofPlatform().start(this::sync);
            while (second.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            release.countDown();
            first.get();
            second.join();
        }
        assertEquals(2, number.get());
    }

    @Test
    void aFailureReachesEverybodyWhoWaitsAndAllWhoComeLater() {
        disk.failAt(1, Failure.ONCE);
        ExecutionException failed = assertThrows(ExecutionException.class, this::syncTogether);
        assertTrue(failed.toString().contains("simulated"), failed.toString());
        assertEquals(1, disk.operations(), "it was not tried again");
        assertThrows(IOException.class, shared::sync);
        assertEquals(1, disk.operations());
    }

    /// Whoever waited for a sync that was not even tried does it himself.
    @Test
    void whatWasNotTriedIsTriedByTheNext() {
        disk.failAt(1, Failure.REFUSED);
        assertThrows(ExecutionException.class, this::syncTogether);
        assertEquals(2, disk.operations());
    }

    private void syncTogether() throws InterruptedException, ExecutionException {
        List<Thread> waiting = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger number = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        disk.watch(_ -> {
            if (number.incrementAndGet() == 1) {
                running.countDown();
                await(release);
            }
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(this::sync);
            running.await();
            for (int i = 0; i < THREADS; i++) {
                waiting.add(
                        Thread.ofPlatform()
                                .uncaughtExceptionHandler((_, _) -> failures.incrementAndGet())
                                .start(this::sync));
            }
            for (Thread thread : waiting) {
                while (thread.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
            }
            release.countDown();
            for (Thread thread : waiting) {
                thread.join();
            }
            first.get();
        } finally {
            assertTrue(failures.get() == 0 || failures.get() == THREADS, "all or none");
        }
    }

    private void sync() {
        try {
            shared.sync();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
