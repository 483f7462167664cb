package org.postern.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UidRangesTest {
    private static final int LAST = 40;

    @Test
    void writesSetsAsImapDoes() {
        assertEquals(List.of("1:3,5,7:8"), UidRanges.of(new int[] {8, 1, 5, 3, 2, 7}).texts(9));
        assertEquals(List.of("1:3,5", "7:8"), UidRanges.of(new int[] {8, 1, 5, 3, 2, 7}).texts(2));
        assertEquals(List.of("1,3:4,6:9"), UidRanges.gaps(new int[] {2, 5}, 9).texts(9));
        assertEquals(List.of(), UidRanges.gaps(new int[] {1, 2}, 2).texts(9));
        assertTrue(UidRanges.of(new int[0]).isEmpty());
    }

    /// The same as sets of bits do it.
    @Test
    void agreesWithBits() {
        SplittableRandom random = new SplittableRandom(7_162);
        for (int round = 0; round < 2_000; round++) {
            BitSet one = some(random);
            BitSet other = some(random);
            UidRanges both = ranges(one).and(ranges(other));
            BitSet wanted = (BitSet) one.clone();
            wanted.and(other);
            assertEquals(ranges(wanted).texts(99), both.texts(99));
            BitSet missing = (BitSet) one.clone();
            missing.flip(1, LAST + 1);
            int[] uids = one.stream().toArray();
            assertEquals(ranges(missing).texts(99), UidRanges.gaps(uids, LAST).texts(99));
            for (int uid = 0; uid <= LAST + 1; uid++) {
                assertEquals(one.get(uid), ranges(one).contains(uid));
            }
        }
    }

    private static UidRanges ranges(BitSet bits) {
        return UidRanges.of(bits.stream().toArray());
    }

    private static BitSet some(SplittableRandom random) {
        BitSet some = new BitSet();
        int one = random.nextInt(2, 6);
        for (int uid = 1; uid <= LAST; uid++) {
            some.set(uid, random.nextInt(one) == 0);
        }
        return some;
    }
}
