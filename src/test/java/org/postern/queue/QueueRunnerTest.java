package org.postern.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postern.mail.QueueId;
import org.postern.queue.QueueRunner.Left;
import org.postern.testkit.LogBook;
import org.postern.testkit.ManualClock;

/// R11 of the reliability goals, told by the order of events.
@Timeout(60)
class QueueRunnerTest {
    private static final String DEAD = "dead.example";
    private static final String GOOD = "good.example";

    private final ManualClock clock = ManualClock.atNoon();
    private final SplittableRandom random = new SplittableRandom(11);
    private final QueueRunner queue = new QueueRunner(clock, () -> {});
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void stop() {
        release.countDown();
        queue.close();
    }

    private QueueId add(String destination) {
        QueueId id = QueueId.next(clock.instant(), random);
        queue.add(id, destination, clock.instant(), true);
        return id;
    }

    private Left done() {
        return new Left.Nothing();
    }

    private Left later(Duration wait) {
        return new Left.Later(clock.instant().plus(wait));
    }

    /// Hangs at the dead destination until the test ends; relays at once elsewhere.
    private Left hanging(String destination) {
        begun.add(destination);
        if (destination.equals(DEAD)) {
            await(release);
        }
        return done();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(50, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A thousand messages for a next hop that hangs: it holds its own places, and the mail of the
    /// others goes out at once, as if they were not there.
    @Test
    void oneDestinationThatHangsHoldsUpItsOwnMailAlone() throws InterruptedException {
        queue.start((_, destination) -> hanging(destination));
        for (int i = 0; i < 1_000; i++) {
            add(DEAD);
        }
        for (int i = 0; i < Lane.ATTEMPTS_MAX; i++) {
            assertEquals(DEAD, begun.take());
        }
        for (int i = 0; i < 500; i++) {
            String other = i % 2 == 0 ? GOOD : "d" + i + ".example";
            add(other);
            assertEquals(other, begun.take(), "the next attempt that begins");
        }
        assertTrue(begun.isEmpty());
        awaitSize(1_000);
    }

    /// However many of them there are, one after the other or side by side: what they leave grows
    /// smaller, and the next destination begins at once. When they take their mail again, none of
    /// it was forgotten over that.
    @Test
    void manyThatHangLeaveRoomForTheOthers() throws InterruptedException {
        List<String> places = new ArrayList<>();
        queue.start((_, destination) -> {
            begun.add(destination);
            if (destination.startsWith("dead")) {
                await(release);
            }
            return done();
        });
        for (int i = 0; i < 5_000; i++) {
            add("dead" + i % 5);
        }
        for (int i = 0; i < 30; i++) {
            String late = "dead-late" + i;
            for (int message = 0; message < 10; message++) {
                add(late);
            }
            places.addAll(begunUntil(late));
            add(GOOD);
            places.addAll(begunUntil(GOOD));
        }
        long hanging = places.stream().filter(place -> place.startsWith("dead")).count();
        assertTrue(hanging < UnderWay.ATTEMPTS_MAX, "at a time: " + hanging);
        for (int i = 0; i < 5; i++) {
            int each = Collections.frequency(places, "dead" + i);
            assertTrue(each > 1 && each < Lane.ATTEMPTS_MAX, "dead" + i + ": " + each);
        }
        release.countDown();
        awaitSize(0);
    }

    private List<String> begunUntil(String destination) throws InterruptedException {
        List<String> others = new ArrayList<>();
        String next;
        do {
            next =
                    Objects.requireNonNull(
                            begun.poll(30, TimeUnit.SECONDS),
                            () -> destination + " does not begin");
            others.add(next);
        } while (!next.equals(destination));
        return others;
    }

    /// An operator retries all that waits: the queue is not gone through for each message.
    @Test
    void thousandsAreReplacedInFewPasses() throws InterruptedException {
        int count = 20_000;
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            QueueId id = QueueId.next(clock.instant(), random);
            ids.add(id);
            Instant due = clock.instant().plusSeconds(1 + random.nextInt(7_200));
            queue.add(id, "d" + i % 10, due, false);
        }
        try (LogBook log = LogBook.ofAll("org.postern.queue")) {
            for (int i = 0; i < count; i++) {
                queue.replace(ids.get(i), "d" + i % 10, clock.instant());
            }
            assertEquals(count, queue.size());
            long passes = log.lines().stream().filter(line -> line.contains("in one pass")).count();
            assertTrue(passes > 0 && passes < count / 100, "passes: " + passes);
        }
        Map<QueueId, Integer> attempts = new ConcurrentHashMap<>();
        queue.start((id, _) -> {
            attempts.merge(id, 1, Integer::sum);
            return done();
        });
        awaitSize(0);
        assertEquals(count, attempts.size());
        assertTrue(attempts.values().stream().allMatch(times -> times == 1));
    }

    @Test
    void aDestinationThatFailsIsTriedWithFewAtATime() throws InterruptedException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch failed = new CountDownLatch(Lane.ATTEMPTS_MAX);
        CountDownLatch tried = new CountDownLatch(200);
        queue.start((_, _) -> {
            // Looked at first: what began before they failed may be counted late.
            boolean troubled = failed.getCount() == 0;
            int together = now.incrementAndGet();
            if (troubled) {
                most.accumulateAndGet(together, Math::max);
            }
            now.decrementAndGet();
            failed.countDown();
            tried.countDown();
            return later(Duration.ofHours(1));
        });
        for (int i = 0; i < 200; i++) {
            add(DEAD);
        }
        await(tried);
        assertTrue(most.get() <= Lane.ATTEMPTS_TROUBLED + 1, "at a time: " + most.get());
        awaitSize(200);
    }

    /// What waits for a certificate says nothing about the destination: the mail beside it goes at
    /// full pace.
    @Test
    void whatWaitsForSomethingElseSlowsNobody() throws InterruptedException {
        CountDownLatch aside = new CountDownLatch(100);
        queue.start((_, _) -> {
            if (aside.getCount() > 0) {
                aside.countDown();
                return new Left.Aside(clock.instant().plus(Duration.ofHours(1)));
            }
            begun.add(GOOD);
            await(release);
            return done();
        });
        for (int i = 0; i < 100; i++) {
            add(GOOD);
        }
        await(aside);
        for (int i = 0; i < Lane.ATTEMPTS_MAX; i++) {
            add(GOOD);
        }
        for (int i = 0; i < Lane.ATTEMPTS_MAX; i++) {
            assertEquals(GOOD, begun.take(), "all at once");
        }
    }

    /// A domain comes back: its new mail does not wait until all of the backlog is out, and neither
    /// does the backlog starve.
    @Test
    void freshMailGoesBeforeTheBacklogAndTheBacklogGoesOn() throws InterruptedException {
        BlockingQueue<QueueId> order = new LinkedBlockingQueue<>();
        Map<QueueId, Boolean> old = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            QueueId id = QueueId.next(clock.instant(), random);
            queue.add(id, GOOD, clock.instant(), false);
            old.put(id, true);
        }
        for (int i = 0; i < 400; i++) {
            add(GOOD);
        }
        queue.start((id, _) -> {
            order.add(id);
            return done();
        });
        List<QueueId> first = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            first.add(order.take());
        }
        long backlog = first.stream().filter(old::containsKey).count();
        assertTrue(backlog >= 30 && backlog <= 70, "of 200, from the backlog: " + backlog);
        awaitSize(0);
    }

    @Test
    void aMessageIsAttemptedAtItsTimeAndNotBefore() throws InterruptedException {
        BlockingQueue<QueueId> order = new LinkedBlockingQueue<>();
        AtomicInteger attempts = new AtomicInteger();
        queue.start((id, _) -> {
            // Decided before it is told: the clock goes on as soon as the order shows it.
            Left left = attempts.incrementAndGet() == 1 ? later(Duration.ofMinutes(5)) : done();
            order.add(id);
            return left;
        });
        QueueId id = add(GOOD);
        assertEquals(id, order.take());
        QueueId between = add(GOOD);
        assertEquals(between, order.take());
        clock.advance(Duration.ofMinutes(4));
        QueueId other = add(GOOD);
        assertEquals(other, order.take(), "it is not yet its time");
        clock.advance(Duration.ofMinutes(1));
        assertEquals(id, order.take());
        awaitSize(0);
    }

    /// An operator's retry of a message that waits, and of one under way: never two at once, and
    /// none is forgotten.
    @Test
    void whatIsAskedForAgainIsAttemptedOnceMoreAndNotTwiceAtOnce() throws InterruptedException {
        AtomicInteger together = new AtomicInteger();
        AtomicInteger attempts = new AtomicInteger();
        BlockingQueue<Integer> ends = new LinkedBlockingQueue<>();
        queue.start((_, _) -> {
            assertEquals(1, together.incrementAndGet());
            int attempt = attempts.incrementAndGet();
            if (attempt == 2) {
                begun.add("under way");
                await(release);
            }
            together.decrementAndGet();
            ends.add(attempt);
            return attempt == 1 ? later(Duration.ofDays(1)) : done();
        });
        QueueId id = add(GOOD);
        assertEquals(1, ends.take());
        queue.replace(id, GOOD, clock.instant());
        assertEquals("under way", begun.take());
        queue.replace(id, GOOD, clock.instant());
        release.countDown();
        assertEquals(2, ends.take());
        assertEquals(3, ends.take(), "asked for while it was under way");
        awaitSize(0);
    }

    @Test
    void anErrorOfOursKeepsTheMessage() throws InterruptedException {
        AtomicInteger attempts = new AtomicInteger();
        queue.start((_, destination) -> {
            begun.add(destination);
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("as told");
            }
            return done();
        });
        add(GOOD);
        assertEquals(GOOD, begun.take());
        while (begun.poll(10, TimeUnit.MILLISECONDS) == null) {
            clock.advance(Duration.ofMinutes(1));
        }
        awaitSize(0);
    }

    /// What is under way counts, so this waits for the last attempt's end.
    private void awaitSize(int size) {
        while (queue.size() != size) {
            Thread.onSpinWait();
        }
    }
}
