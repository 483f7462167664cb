package org.postern.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QueueIdTest {
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void idsSortByTime() {
        Instant now = Instant.parse("2026-03-02T12:00:00Z");
        QueueId earlier = QueueId.next(now, random);
        QueueId later = QueueId.next(now.plusMillis(1), random);
        assertTrue(earlier.compareTo(later) < 0);
    }

    @Test
    void idsOfOneMillisecondDiffer() {
        Instant now = Instant.parse("2026-03-02T12:00:00Z");
        Set<QueueId> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(QueueId.next(now, random));
        }
        assertEquals(10_000, ids.size());
    }

    @Test
    void nothingElseIsAnId() {
        assertTrue(QueueId.isValid(QueueId.next(Instant.EPOCH, random).value()));
        for (String text :
                new String[] {"", "../../etc/passwd", "0123456789ABCDE", "il0123456789abcd"}) {
            assertFalse(QueueId.isValid(text), text);
        }
    }
}
