package org.postern.queue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postern.mail.QueueId;
import org.postern.testkit.ManualClock;

/// R12 of the reliability goals: what a waiting message costs of the heap. The spool keeps nothing
/// of it, so that this is all there is.
class QueueMemoryTest {
    private static final int MESSAGES = 100_000;
    private static final int OCTETS_MAX = 200;

    @Test
    void aWaitingMessageTakesFewOctets() {
        ManualClock clock = ManualClock.atNoon();
        SplittableRandom random = new SplittableRandom(12);
        QueueRunner queue = new QueueRunner(clock, () -> {});
        long before = used();
        for (int i = 0; i < MESSAGES; i++) {
            QueueId id = QueueId.next(clock.instant().plusMillis(i), random);
            queue.add(
                    id,
                    "d" + i % 100 + ".example",
                    clock.instant().plus(Duration.ofSeconds(random.nextInt(7_200))),
                    false);
        }
        long each = (used() - before) / MESSAGES;
        assertTrue(queue.size() == MESSAGES && each < OCTETS_MAX, "octets a message: " + each);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
