package org.postern.rewrap;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/// What was found in a place.
///
/// @param looked how many wrapped data keys were looked at
/// @param rewrapped how many of them came under the active KEK by this
/// @param damaged how many open under no key; they are left as they are
/// @param busy how many may still come under an old KEK, because they are being written now: the
///   place has to be gone through again
/// @param damagedUnder of the damaged ones, those that name a KEK, by its id
public record Tally(
        long looked, long rewrapped, long damaged, long busy, Map<Integer, Long> damagedUnder) {
    public static final Tally NONE = new Tally(0, 0, 0, 0);

    public Tally {
        damagedUnder = Map.copyOf(damagedUnder);
    }

    public Tally(long looked, long rewrapped, long damaged, long busy) {
        this(looked, rewrapped, damaged, busy, Map.of());
    }

    public static Tally ofCurrent() {
        return new Tally(1, 0, 0, 0);
    }

    public static Tally ofRewrapped() {
        return new Tally(1, 1, 0, 0);
    }

    /// @param kek the id of the KEK that it names; empty if it names none
    public static Tally ofDamaged(OptionalInt kek) {
        Map<Integer, Long> under =
                kek.isPresent() ? Map.of(kek.getAsInt(), 1L) : Map.<Integer, Long>of();
        return new Tally(1, 0, 1, 0, under);
    }

    public static Tally ofBusy(long busy) {
        return new Tally(0, 0, 0, busy);
    }

    public Tally plus(Tally other) {
        Map<Integer, Long> under = damagedUnder;
        if (!other.damagedUnder.isEmpty()) {
            under = new HashMap<>(damagedUnder);
            for (Map.Entry<Integer, Long> each : other.damagedUnder.entrySet()) {
                under.merge(each.getKey(), each.getValue(), Long::sum);
            }
        }
        return new Tally(
                looked + other.looked,
                rewrapped + other.rewrapped,
                damaged + other.damaged,
                busy + other.busy,
                under);
    }

    /// How many of the damaged ones name that KEK.
    public long damagedUnder(int kek) {
        return damagedUnder.getOrDefault(kek, 0L);
    }
}
