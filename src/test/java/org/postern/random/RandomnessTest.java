package org.postern.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RandomnessTest {
    @Test
    void noTwoThreadsGetTheSame() throws Exception {
        Set<String> seen = new TreeSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> drawn = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                drawn.add(threads.submit(RandomnessTest::draw));
            }
            for (Future<List<String>> each : drawn) {
                seen.addAll(each.get());
            }
        }
        assertEquals(64 * 100, seen.size());
    }

    private static List<String> draw() {
        List<String> drawn = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            byte[] octets = new byte[16];
            Randomness.shared().nextBytes(octets);
            drawn.add(HexFormat.of().formatHex(octets));
        }
        return drawn;
    }

    /// A seed that somebody knows must not make it predictable.
    @Test
    void aSeedChangesNothing() {
        Set<Long> drawn = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            Randomness.shared().setSeed(42);
            drawn.add(Randomness.shared().nextLong());
        }
        assertEquals(100, drawn.size());
    }

    /// FIPS 140-2's monobit test, over 20,000 bits; a sound source fails it once in 10,000 times.
    @Test
    void aboutHalfOfTheBitsAreSet() {
        byte[] octets = new byte[2_500];
        Randomness.shared().nextBytes(octets);
        int set = 0;
        for (byte octet : octets) {
            set += Integer.bitCount(octet & 0xFF);
        }
        assertTrue(set > 9_500 && set < 10_500, "so many bits are set: " + set);
    }
}
