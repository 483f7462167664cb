package org.postern.cms;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A text with CRLF at the end of each line, whatever came: the form in which text is signed (RFC
/// 8551 §3.1.1). A file on a disk has LF alone, and is the same message.
public final class CanonicalLines extends FilterInputStream {
    private static final int PIECE_OCTETS = 16 * 1_024;

    private final byte[] raw = new byte[PIECE_OCTETS];
    private final byte[] lines = new byte[2 * PIECE_OCTETS];
    private int position;
    private int filled;
    private byte before;

    public CanonicalLines(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (position == filled) {
            int count = super.in.read(raw, 0, raw.length);
            if (count < 0) {
                return -1;
            }
            fill(count);
        }
        int count = Math.min(length, filled - position);
        System.arraycopy(lines, position, target, offset, count);
        position += count;
        return count;
    }

    private void fill(int count) {
        position = 0;
        filled = 0;
        for (int i = 0; i < count; i++) {
            if (raw[i] == '\n' && before != '\r') {
                lines[filled++] = '\r';
            }
            lines[filled++] = raw[i];
            before = raw[i];
        }
    }

    @Override
    public long skip(long count) throws IOException {
        return read(new byte[(int) Math.min(count, PIECE_OCTETS)]);
    }

    @Override
    public int available() {
        return filled - position;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
