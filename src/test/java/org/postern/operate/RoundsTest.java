package org.postern.operate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundsTest {
    @Test
    void aLongLookHearsOfTheEnd() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Rounds rounds =
                new Rounds(
                        "long",
                        Duration.ofHours(1),
                        goesOn -> {
                            begun.countDown();
                            while (goesOn.getAsBoolean()) {
                                Thread.onSpinWait();
                            }
                            ended.countDown();
                        });
        rounds.start();
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        rounds.close();
        assertTrue(ended.await(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFaultEndsOneLookAndNotTheRounds(boolean ours) throws InterruptedException {
        CountDownLatch looks = new CountDownLatch(3);
        try (Rounds rounds =
                new Rounds(
                        "faulty",
                        Duration.ofMillis(1),
                        () -> {
                            looks.countDown();
                            if (ours) {
                                throw new AssertionError("a fault (test)");
                            }
                            throw new IllegalStateException("a fault (test)");
                        })) {
            rounds.start();
            assertTrue(looks.await(60, TimeUnit.SECONDS));
        }
    }
}
