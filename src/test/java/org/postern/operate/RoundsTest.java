package org.postern.operate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundsTest {
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
