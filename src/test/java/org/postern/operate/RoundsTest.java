package org.postern.operate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundsTest {
    @Test
    void aFaultEndsOneLookAndNotTheRounds() throws InterruptedException {
        CountDownLatch looks = new CountDownLatch(3);
        try (Rounds rounds =
                new Rounds(
                        "faulty",
                        Duration.ofMillis(1),
                        () -> {
                            looks.countDown();
                            throw new IllegalStateException("a fault (test)");
                        })) {
            rounds.start();
            assertTrue(looks.await(60, TimeUnit.SECONDS));
        }
    }
}
