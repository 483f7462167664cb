package org.postern.words;

import java.util.BitSet;

/// Which places of a sparse table are taken, and how many before each: what belongs to them stands
/// close together in an array of its own, and all of it in the caches of one core. Most of what a
/// table does not have is told by one bit. Does not change; for many threads.
public final class Ranks {
    private final long[] taken;

    /// How many are taken before the places of each element of [#taken].
    private final int[] before;

    private final int size;

    /// @param taken the places, each below `places`
    /// @param places how many there are, a multiple of 64
    public Ranks(BitSet taken, int places) {
        this.taken = new long[places / Long.SIZE];
        this.before = new int[this.taken.length];
        taken.stream().forEach(place -> this.taken[place / Long.SIZE] |= 1L << place);
        int count = 0;
        for (int i = 0; i < before.length; i++) {
            before[i] = count;
            count += Long.bitCount(this.taken[i]);
        }
        size = count;
    }

    /// How many places are taken.
    public int size() {
        return size;
    }

    public boolean isTaken(int place) {
        return ((taken[place >>> 6] >>> place) & 1) != 0;
    }

    /// How many places are taken before this one: its own number, if it is.
    public int of(int place) {
        int element = place >>> 6;
        return before[element] + Long.bitCount(taken[element] & ((1L << place) - 1));
    }
}
