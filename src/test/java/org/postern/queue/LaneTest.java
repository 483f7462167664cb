package org.postern.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postern.mail.QueueId;
import org.postern.queue.QueueRunner.Left;
import org.postern.testkit.ManualClock;

/// How much of one destination's mail goes on beside attempts that hang.
@Timeout(60)
class LaneTest {
    private static final String HOST = "smarthost.example";

    private final SplittableRandom random = new SplittableRandom(14);
    private final Lane lane = new Lane(HOST);

    private QueueId id() {
        return QueueId.next(Instant.parse("2026-03-02T12:00:00Z"), random);
    }

    private void fill() {
        for (int i = 0; i < 200; i++) {
            lane.ready(new Lane.Item(id(), lane, 0, true));
        }
    }

    private int begin() {
        int begun = 0;
        while (lane.canBegin()) {
            lane.begin();
            begun++;
        }
        return begun;
    }

    private void hang(int count) {
        for (int i = 0; i < count; i++) {
            lane.hangs();
        }
    }

    @Test
    void twoMoreMayBeginBesideThoseThatHangUpToABound() {
        fill();
        assertEquals(Lane.ATTEMPTS_MAX, begin());
        hang(2);
        assertFalse(lane.canBegin(), "the others of the first ones are under way");
        hang(Lane.ATTEMPTS_MAX - 2);
        assertEquals(Lane.ATTEMPTS_TROUBLED, begin());
        hang(Lane.ATTEMPTS_TROUBLED);
        assertEquals(0, begin(), "each has a socket");
        lane.end(Lane.Told.NOTHING);
        lane.hangsNoMore();
        assertEquals(1, begin(), "one has ended");
    }

    @Test
    void whatIsTakenBringsAllPlacesBack() {
        fill();
        lane.begin();
        lane.begin();
        hang(2);
        assertEquals(Lane.ATTEMPTS_TROUBLED, begin());
        lane.end(Lane.Told.WELL);
        assertEquals(Lane.ATTEMPTS_MAX - 1, begin(), "one of these is under way");
    }

    /// Two large messages on a slow line, and then a short one.
    @Test
    void aMessageDoesNotWaitForTwoThatHang() throws InterruptedException {
        ManualClock clock = ManualClock.atNoon();
        Semaphore looks = new Semaphore(0);
        BlockingQueue<QueueId> begun = new LinkedBlockingQueue<>();
        CountDownLatch release = new CountDownLatch(1);
        try (QueueRunner queue = new QueueRunner(clock, looks::release)) {
            try {
                queue.start((id, _) -> {
                    begun.add(id);
                    return hang(release);
                });
                for (int i = 0; i < 2; i++) {
                    QueueId slow = id();
                    queue.add(slow, HOST, clock.instant(), true);
                    assertEquals(slow, begun.poll(10, TimeUnit.SECONDS));
                }
                clock.advance(UnderWay.HANGING_AFTER);
                looks.drainPermits();
                assertTrue(looks.tryAcquire(2, 10, TimeUnit.SECONDS), "the queue has looked");
                QueueId third = id();
                queue.add(third, HOST, clock.instant(), true);
                assertEquals(third, begun.poll(1, TimeUnit.SECONDS));
            } finally {
                release.countDown();
            }
        }
    }

    private static Left hang(CountDownLatch release) {
        try {
            assertTrue(release.await(50, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Left.Nothing();
    }
}
