package org.postern.words;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// Different values, without an object for each: a table with open addressing. No more than a given
/// number of them is kept.
public final class Distinct {
    private static final int SLOTS_MIN = 4;

    /// Odd, and another in each process, so that nobody can choose values that fall into one place.
    private static final long SALT = ThreadLocalRandom.current().nextLong() | 1;

    private final int most;

    /// Made for the first value: most tables of a message stay empty.
    private long[] slots = {};

    private int size;
    private boolean zero;

    public Distinct(int most) {
        this.most = most;
    }

    public int size() {
        return size;
    }

    public void add(long value) {
        if (size >= most) {
            return;
        }
        if (value == 0) {
            size += zero ? 0 : 1;
            zero = true;
            return;
        }
        if (slots.length == 0) {
            slots = new long[SLOTS_MIN];
        }
        int slot = slot(value);
        if (slots[slot] == 0) {
            slots[slot] = value;
            size++;
            if (2 * size > slots.length) {
                grow();
            }
        }
    }

    private int slot(long value) {
        int slot = (int) ((value * SALT) >>> (Long.numberOfLeadingZeros(slots.length) + 1));
        while (slots[slot] != 0 && slots[slot] != value) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        long[] old = Arrays.copyOf(slots, slots.length);
        slots = new long[2 * old.length];
        for (long value : old) {
            if (value != 0) {
                slots[slot(value)] = value;
            }
        }
    }
}
