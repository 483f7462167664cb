package org.postern.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/// What strangers wrote takes no more memory than one command may have.
class AllowanceTest {
    @Test
    void longTextsAreCutAndCounted() throws Exception {
        Allowance allowance = new Allowance(1_150);
        assertEquals("a".repeat(500), allowance.text("a".repeat(55_000)));
        assertEquals("b".repeat(500), allowance.text("b".repeat(501)));
        assertThrows(LimitException.class, () -> allowance.text("c"));
        // Of two octets each.
        Allowance small = new Allowance(1_050);
        assertThrows(LimitException.class, () -> small.text("\u0431".repeat(500)));
    }

    @Test
    void anIdIsKeptOnce() throws Exception {
        Allowance allowance = new Allowance(3_000);
        String first = allowance.id("x".repeat(300));
        assertEquals(250, first.length());
        for (int i = 0; i < 200; i++) {
            assertSame(first, allowance.id("x".repeat(260)));
        }
        assertThrows(
                LimitException.class,
                () -> {
                    for (int i = 0; i < 3; i++) {
                        allowance.id(i + "@x");
                    }
                });
    }
}
