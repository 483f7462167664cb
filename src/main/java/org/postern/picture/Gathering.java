package org.postern.picture;

/// Octets of a file that are looked at together, gathered from the pieces in which they come.
final class Gathering {
    private final byte[] octets;
    private int filled;

    Gathering(int length) {
        octets = new byte[length];
    }

    /// @return where it stopped
    int take(byte[] piece, int from, int end) {
        int taken = Math.min(end - from, octets.length - filled);
        System.arraycopy(piece, from, octets, filled, taken);
        filled += taken;
        return from + taken;
    }

    boolean isWhole() {
        return filled == octets.length;
    }

    /// Not a copy.
    byte[] octets() {
        return octets;
    }
}
