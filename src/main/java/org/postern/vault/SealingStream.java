package org.postern.vault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.postern.vault.SegmentCipher.Segment;

/// Cuts what is written into segments and seals them.
final class SealingStream extends OutputStream {
    private final OutputStream out;
    private final SegmentCipher cipher;
    private final byte[] prefix = SegmentCipher.newPrefix();
    private final byte[] plain = new byte[SegmentCipher.SEGMENT_OCTETS];
    private int filled;
    private int number;
    private boolean closed;

    SealingStream(OutputStream out, DataKey key, byte[] context) {
        this.out = out;
        this.cipher = new SegmentCipher(key, prefix, context);
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the seal is closed");
        }
        int at = offset;
        int left = length;
        while (left > 0) {
            if (filled == plain.length) {
                emit(false);
            }
            int n = Math.min(left, plain.length - filled);
            System.arraycopy(octets, at, plain, filled, n);
            filled += n;
            at += n;
            left -= n;
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            emit(true);
            closed = true;
            Arrays.fill(plain, (byte) 0);
        }
    }

    private void emit(boolean last) throws IOException {
        ByteBuffer sealed =
                ByteBuffer.allocate(Sealing.HEAD_OCTETS + filled + SegmentCipher.TAG_OCTETS);
        if (number == 0) {
            sealed.put(Sealing.VERSION).put(prefix);
        }
        cipher.seal(ByteBuffer.wrap(plain, 0, filled), new Segment(number, last), sealed);
        number++;
        filled = 0;
        // A write that fails leaves the stream closed, so that nothing can follow a gap.
        closed = true;
        out.write(sealed.array(), 0, sealed.position());
        closed = false;
    }
}
