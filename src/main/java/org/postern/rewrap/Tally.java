package org.postern.rewrap;

/// What was found in a place.
///
/// @param looked how many wrapped data keys were looked at
/// @param rewrapped how many of them came under the active KEK by this
/// @param damaged how many open under no key; they are left as they are
/// @param busy how many may still come under an old KEK, because they are being written now: the
///   place has to be gone through again
public record Tally(long looked, long rewrapped, long damaged, long busy) {
    public static final Tally NONE = new Tally(0, 0, 0, 0);

    public static Tally ofCurrent() {
        return new Tally(1, 0, 0, 0);
    }

    public static Tally ofRewrapped() {
        return new Tally(1, 1, 0, 0);
    }

    public static Tally ofDamaged() {
        return new Tally(1, 0, 1, 0);
    }

    public static Tally ofBusy(long busy) {
        return new Tally(0, 0, 0, busy);
    }

    public Tally plus(Tally other) {
        return new Tally(
                looked + other.looked,
                rewrapped + other.rewrapped,
                damaged + other.damaged,
                busy + other.busy);
    }
}
