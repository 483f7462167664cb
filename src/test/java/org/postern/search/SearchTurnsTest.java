package org.postern.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whose turn it is, and what whoever waits hears.
@Timeout(60)
class SearchTurnsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final AtomicInteger words = new AtomicInteger();

    private static SearchTurns one(Duration most, Duration word) {
        return new SearchTurns(1, 1, new SearchTurns.Waiting(most, word));
    }

    private static void silent() {
        fail("nobody waits");
    }

    @Test
    void whoDoesNotWaitHearsNothing() {
        SearchTurns turns = one(LONG, SHORT);
        assertTrue(turns.take("anna", SearchTurnsTest::silent));
        turns.giveBack("anna");
        assertTrue(turns.take("ben", SearchTurnsTest::silent));
        assertFalse(turns.take("ben", SearchTurnsTest::silent), "two of one user");
    }

    @Test
    void whoWaitsHearsOfItUntilThereIsATurn() {
        SearchTurns turns = one(LONG, SHORT);
        assertTrue(turns.take("anna", SearchTurnsTest::silent));
        Runnable still =
                () -> {
                    if (words.incrementAndGet() == 3) {
                        turns.giveBack("anna");
                    }
                };
        assertTrue(turns.take("ben", still));
        int heard = words.get();
        assertTrue(heard >= 3, heard + " words");
        // Whoever has a turn says himself how far he is.
        turns.giveBack("ben");
        assertTrue(turns.take("anna", SearchTurnsTest::silent));
        assertEquals(heard, words.get());
    }

    @Test
    void theWaitingHasAnEnd() {
        SearchTurns turns = one(Duration.ofMillis(50), LONG);
        assertTrue(turns.take("anna", SearchTurnsTest::silent));
        assertFalse(turns.take("ben", SearchTurnsTest::silent));
        turns.giveBack("anna");
        assertTrue(turns.take("ben", SearchTurnsTest::silent), "the place of who left is free");
    }

    /// Whoever is interrupted behind his waiting has his turn, and it is not lost with him.
    @Test
    void anInterruptionLosesNoTurn() {
        SearchTurns turns = one(LONG, SHORT);
        assertTrue(turns.take("anna", SearchTurnsTest::silent));
        Thread ben = Thread.currentThread();
        Runnable still =
                () -> {
                    if (words.incrementAndGet() == 1) {
                        turns.giveBack("anna");
                        // He has his turn, and waits without a limit that nothing is said any more.
                        while (ben.getState() != Thread.State.WAITING) {
                            Thread.onSpinWait();
                        }
                        ben.interrupt();
                    }
                };
        assertTrue(turns.take("ben", still));
        assertTrue(Thread.interrupted());
        turns.giveBack("ben");
        assertTrue(turns.take("anna", SearchTurnsTest::silent));
    }
}
