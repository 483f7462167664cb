package org.postern.words;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RanksTest {
    private static final int PLACES = 256;

    @Test
    void eachPlaceIsTakenOrNotAndHasTheNumberOfThoseBeforeIt() {
        SplittableRandom random = new SplittableRandom(5);
        for (int share = 0; share <= 4; share++) {
            BitSet taken = new BitSet();
            for (int place = 0; place < PLACES; place++) {
                taken.set(place, random.nextInt(4) < share);
            }
            Ranks ranks = new Ranks(taken, PLACES);
            assertEquals(taken.cardinality(), ranks.size());
            for (int place = 0; place < PLACES; place++) {
                assertEquals(taken.get(place), ranks.isTaken(place));
                assertEquals(taken.get(0, place).cardinality(), ranks.of(place));
            }
        }
    }
}
