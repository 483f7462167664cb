package org.postern.words;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Different values, counted without objects.
class DistinctTest {
    @Test
    void eachValueCountsOnceUpToTheMost() {
        Distinct distinct = new Distinct(1_000);
        for (int round = 0; round < 2; round++) {
            for (long value = -450; value < 450; value++) {
                distinct.add(value << 32);
            }
        }
        assertEquals(900, distinct.size(), "0 is a value as well");
        for (long value = 1; value <= 450; value++) {
            distinct.add(value);
        }
        assertEquals(1_000, distinct.size());
    }
}
