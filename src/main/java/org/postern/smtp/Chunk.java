package org.postern.smtp;

import org.jspecify.annotations.Nullable;

/// The payload of one BDAT: so many octets, whatever they are (RFC 3030 §2). It is consumed whether
/// anybody wants it or not, because what is left over would run as commands.
final class Chunk implements Connection.Reader {
    private final @Nullable DataReader into;
    private long left;

    /// @param into null throws the payload away
    Chunk(long octets, @Nullable DataReader into) {
        this.left = octets;
        this.into = into;
    }

    @Override
    public int take(byte[] block, int from, int to) {
        int end = from + (int) Math.min(left, to - from);
        left -= end - from;
        if (into != null) {
            into.take(block, from, end);
        }
        return end;
    }

    @Override
    public boolean isDone() {
        return left == 0;
    }
}
