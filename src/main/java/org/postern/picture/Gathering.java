package org.postern.picture;

import java.io.IOException;
import java.io.OutputStream;

/// A run of octets of a file, as its pieces come in: gathered to be looked at together, or passed
/// on, left out or zeroed as they come.
final class Gathering {
    private static final byte[] NONE = {};

    private final Fate fate;
    private final byte[] octets;
    private long left;

    /// What becomes of the octets.
    enum Fate {
        GATHERED,
        PASSED,
        ZEROED,
        LEFT_OUT
    }

    private Gathering(Fate fate, byte[] octets, long length) {
        this.fate = fate;
        this.octets = octets;
        this.left = length;
    }

    /// To be looked at when all of them are there.
    static Gathering of(int length) {
        return new Gathering(Fate.GATHERED, new byte[length], length);
    }

    /// Not to be looked at.
    ///
    /// @param fate any other than `GATHERED`
    static Gathering of(Fate fate, long length) {
        if (fate == Fate.GATHERED) {
            throw new IllegalArgumentException("what is gathered fits into memory");
        }
        return new Gathering(fate, NONE, length);
    }

    /// Takes what belongs to it of a piece.
    ///
    /// @return where it stopped
    int take(byte[] piece, int from, int end, OutputStream out) throws IOException {
        int taken = (int) Math.min(end - from, left);
        switch (fate) {
            case GATHERED ->
                    System.arraycopy(piece, from, octets, octets.length - (int) left, taken);
            case PASSED -> out.write(piece, from, taken);
            case ZEROED -> out.write(new byte[taken]);
            case LEFT_OUT -> {
                // They go nowhere.
            }
        }
        left -= taken;
        return from + taken;
    }

    boolean isWhole() {
        return left == 0;
    }

    /// What was gathered, not a copy; nothing of what was not.
    byte[] octets() {
        return octets;
    }
}
