package org.postern.doorstep;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TypingPaceTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private final TypingPace pace = new TypingPace();

    private boolean takes(String peer) {
        return pace.take(peer, NOON).isPresent();
    }

    /// A code is counted before it is looked for, and a right one is taken back.
    @Test
    void aRightCodeCountsForNothing() {
        for (int i = 0; i < 100; i++) {
            pace.take("192.0.2.1", NOON).orElseThrow().wasRight();
        }
        for (int i = 0; i < 30; i++) {
            assertTrue(takes("192.0.2.1"));
        }
        assertTrue(takes("192.0.2.2"), "one in five seconds");
        assertFalse(takes("192.0.2.3"));
        assertTrue(pace.take("192.0.2.3", NOON.plus(TypingPace.SLOW)).isPresent());
        assertTrue(takes("198.51.100.1"), "no other network");
    }

    /// Who has a /48 hops from network to network, and has one turn in five seconds all the same.
    @Test
    void aSiteIsOneTypist() {
        for (int i = 0; i < 60; i++) {
            assertTrue(takes("2001:db8:7:%x::1".formatted(i)));
        }
        assertTrue(takes("2001:db8:7:f0::1"));
        for (int i = 0; i < 100; i++) {
            assertFalse(takes("2001:db8:7:1%02x::1".formatted(i)));
        }
        assertTrue(takes("2001:db8:8:1::1"), "no other site");
    }

    @Test
    void allTogetherAreBounded() {
        for (int i = 0; i < 300; i++) {
            assertTrue(takes("2001:db8:%x::1".formatted(i)));
        }
        assertTrue(takes("2001:db8:f001::1"), "a turn of its own");
        assertFalse(takes("2001:db8:f001:1::1"));
    }
}
