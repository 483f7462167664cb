package org.postern.bridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Where all of ten thousand messages are gone, few questions find that out.
class FirstTest {
    @Test
    void manyAreLookedForInFewSteps() {
        int[] uids = IntStream.rangeClosed(1, 10_000).toArray();
        List<int[]> parts = First.parts(uids);
        assertTrue(parts.size() <= 10, parts.size() + " questions");
        assertEquals(First.AT_FIRST, parts.getFirst().length);
        assertTrue(parts.stream().allMatch(it -> it.length <= First.AT_ONCE_MAX));
        assertArrayEquals(uids, parts.stream().flatMapToInt(Arrays::stream).toArray());
    }

    @Test
    void fewAreLookedForAtOnce() {
        assertEquals(0, First.parts(new int[0]).size());
        assertArrayEquals(new int[] {7}, First.parts(new int[] {7}).getFirst());
    }
}
