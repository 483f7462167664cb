package org.postern.octets;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The next octets of a stream, and no more. A stream that ends before them fails, because what is
/// read by its length has that length.
public final class FirstOctets extends FilterInputStream {
    private long left;

    public FirstOctets(InputStream in, long octets) {
        super(in);
        this.left = octets;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (left == 0 && length > 0) {
            return -1;
        }
        int count = super.in.read(target, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("a message became shorter while it was read");
        }
        left -= count;
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.in.skip(Math.min(count, left));
        left -= skipped;
        return skipped;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(super.in.available(), left);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
