package org.postern.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postern.vault.SegmentCipher.Segment;

/// Opens one sealed segment after the other. It reads one octet ahead, to know the last one.
final class OpeningStream extends InputStream {
    private static final int SEALED_OCTETS =
            SegmentCipher.SEGMENT_OCTETS + SegmentCipher.TAG_OCTETS;

    private final InputStream in;
    private final Head head;
    private final byte[] sealed = new byte[SEALED_OCTETS + 1];
    private final byte[] plain = new byte[SegmentCipher.SEGMENT_OCTETS];
    private @Nullable SegmentCipher cipher;
    private int at;
    private int end;
    private int number;
    private int ahead;
    private boolean finished;
    private @Nullable SealBrokenException broken;

    /// What the head of the sealed octets says.
    @FunctionalInterface
    private interface Head {
        SegmentCipher cipher() throws IOException;
    }

    OpeningStream(InputStream in, DataKey key, byte[] context) {
        byte[] whose = context.clone();
        this.in = in;
        this.head = () -> Sealing.cipher(in.readNBytes(Sealing.HEAD_OCTETS), key, whose);
    }

    /// Begins behind the head.
    ///
    /// @param number of the first segment
    OpeningStream(InputStream in, SegmentCipher cipher, int number) {
        this.in = in;
        this.head = () -> cipher;
        this.number = number;
    }

    @Override
    public int read() throws IOException {
        return fill() ? plain[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] octets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, octets.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, end - at);
        System.arraycopy(plain, at, octets, offset, n);
        at += n;
        return n;
    }

    @Override
    public int available() {
        return end - at;
    }

    @Override
    public void close() throws IOException {
        finished = true;
        at = 0;
        end = 0;
        Arrays.fill(plain, (byte) 0);
        in.close();
    }

    /// Whether there is an octet to hand out.
    private boolean fill() throws IOException {
        if (broken != null) {
            throw broken;
        }
        while (at == end && !finished) {
            try {
                openSegment();
            } catch (SealBrokenException e) {
                broken = e;
                throw e;
            }
        }
        return at < end;
    }

    private void openSegment() throws IOException {
        SegmentCipher opening = cipher;
        if (opening == null) {
            opening = head.cipher();
            cipher = opening;
        }
        int total = ahead + in.readNBytes(sealed, ahead, sealed.length - ahead);
        boolean last = total <= SEALED_OCTETS;
        int length = Math.min(total, SEALED_OCTETS);
        opening.open(
                ByteBuffer.wrap(sealed, 0, length),
                new Segment(number, last),
                ByteBuffer.wrap(plain));
        number++;
        at = 0;
        end = length - SegmentCipher.TAG_OCTETS;
        finished = last;
        if (!last) {
            sealed[0] = sealed[SEALED_OCTETS];
            ahead = 1;
        }
    }
}
