package org.postern.reach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postern.mail.Domain;

/// A slow domain has its share of the turns, and no more.
class TurnsTest {
    private static final Domain SLOW = new Domain("slow.example");
    private static final Domain OTHER = new Domain("other.example");
    private static final Duration SOON = Duration.ofMillis(20);

    private final Turns turns = new Turns(3, 2);

    @Test
    void aSlowDomainLeavesTurnsForOthers() throws Exception {
        assertTrue(turns.take(SLOW, SOON));
        assertTrue(turns.take(SLOW, SOON));
        assertFalse(turns.take(SLOW, SOON));
        assertTrue(turns.take(OTHER, SOON));
        turns.giveBack(SLOW);
        assertTrue(turns.take(SLOW, SOON));
    }

    @Test
    void allTogetherHaveABoundToo() throws Exception {
        assertTrue(turns.take(SLOW, SOON));
        assertTrue(turns.take(SLOW, SOON));
        assertTrue(turns.take(OTHER, SOON));
        assertFalse(turns.take(OTHER, SOON));
        turns.giveBack(SLOW);
        assertTrue(turns.take(OTHER, SOON), "what was not had is not kept");
        turns.giveBack(OTHER);
        turns.giveBack(OTHER);
        turns.giveBack(SLOW);
        assertEquals(0, turns.domains());
    }
}
