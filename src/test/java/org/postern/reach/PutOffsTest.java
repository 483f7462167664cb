package org.postern.reach;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// How long a message is put off, and no longer.
class PutOffsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final PutOffs putOffs = new PutOffs(now::get, 2);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void itIsEnoughFromTheFirstTimeOn() {
        assertFalse(putOffs.isEnough("a"));
        pass(PutOffs.LONGEST.minusSeconds(1));
        assertFalse(putOffs.isEnough("a"));
        pass(Duration.ofSeconds(1));
        assertTrue(putOffs.isEnough("a"));
        assertFalse(putOffs.isEnough("b"));
        pass(Duration.ofDays(8));
        assertFalse(putOffs.isEnough("a"), "another matter");
    }

    @Test
    void onlySoManyAreRemembered() {
        for (String each : new String[] {"a", "b", "c"}) {
            assertFalse(putOffs.isEnough(each));
        }
        pass(PutOffs.LONGEST);
        assertTrue(putOffs.isEnough("b"));
        assertTrue(putOffs.isEnough("c"));
        assertFalse(putOffs.isEnough("a"));
    }
}
