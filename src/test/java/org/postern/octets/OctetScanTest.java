package org.postern.octets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class OctetScanTest {
    private static final int ROUNDS = 20_000;

    private final SplittableRandom random = new SplittableRandom(7);

    @Test
    void findsWhatALoopOverSingleOctetsFinds() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] block = block();
            int from = random.nextInt(block.length + 1);
            int to = from + random.nextInt(block.length + 1 - from);
            int limit = 1 + random.nextInt(0x80);
            assertEquals(
                    simple(block, from, to, it -> it >= 0 && it < limit),
                    OctetScan.firstBelow(block, from, to, limit));
            assertEquals(
                    simple(block, from, to, it -> it < limit),
                    OctetScan.firstBelowOrHigh(block, from, to, limit));
        }
    }

    /// Mostly one value, so that a hit lies anywhere, and neighbours of the limit are frequent.
    private byte[] block() {
        byte[] block = new byte[random.nextInt(70)];
        byte usual = (byte) random.nextInt(256);
        for (int i = 0; i < block.length; i++) {
            block[i] = random.nextInt(6) == 0 ? (byte) random.nextInt(256) : usual;
        }
        return block;
    }

    private static int simple(byte[] block, int from, int to, IntPredicate wanted) {
        int at = from;
        while (at < to && !wanted.test(block[at])) {
            at++;
        }
        return at;
    }
}
