package org.postern.vault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.postern.vault.SegmentCipher.Segment;

/// Seals whole things: AES-256-GCM in segments of 64 KiB, behind a format version and a random
/// nonce prefix. What was damaged, cut short, lengthened or swapped does not open, and not one
/// octet that is not authentic is handed out.
public final class Sealing {
    static final byte VERSION = 1;
    static final int HEAD_OCTETS = 1 + SegmentCipher.PREFIX_OCTETS;

    private Sealing() {}

    /// A stream that seals what is written to it.
    ///
    /// `close` writes the last segment and does not close `out`. So it must not be closed after a
    /// failure, or a part would look like the whole: whoever keeps the sealed octets keeps them
    /// only if all of the writing went well.
    ///
    /// @param context what is sealed and whose it is; the same is needed to open it
    public static OutputStream seal(OutputStream out, DataKey key, byte[] context) {
        return new SealingStream(out, key, context);
    }

    /// A stream over what was sealed; closing it closes `in`. The key must stay open as long.
    ///
    /// Its reads throw SealBrokenException at the first segment that is not authentic, and at once
    /// where the sealed octets end too early.
    public static InputStream open(InputStream in, DataKey key, byte[] context) {
        return new OpeningStream(in, key, context);
    }

    /// Sealed octets that can be read from any place on.
    @FunctionalInterface
    public interface Sealed {
        InputStream from(long position) throws IOException;
    }

    /// A stream over what was sealed, from one octet of the plain text on: the segments before that
    /// are not opened. Closing it closes the stream that it reads.
    ///
    /// @param begin below the length of the plain text
    public static InputStream open(Sealed sealed, long begin, DataKey key, byte[] context)
            throws IOException {
        int segment = Math.toIntExact(begin / SegmentCipher.SEGMENT_OCTETS);
        long step = SegmentCipher.SEGMENT_OCTETS + SegmentCipher.TAG_OCTETS;
        byte[] head;
        try (InputStream in = sealed.from(0)) {
            head = in.readNBytes(HEAD_OCTETS);
        }
        SegmentCipher cipher = cipher(head, key, context);
        InputStream in = sealed.from(HEAD_OCTETS + segment * step);
        OpeningStream opening = new OpeningStream(in, cipher, segment);
        try {
            opening.skipNBytes(begin % SegmentCipher.SEGMENT_OCTETS);
            return opening;
        } catch (IOException | RuntimeException e) {
            opening.close();
            throw e;
        }
    }

    /// Seals something small in one call; `open` of a stream opens it as well.
    public static byte[] seal(byte[] plain, DataKey key, byte[] context) {
        byte[] prefix = SegmentCipher.newPrefix();
        SegmentCipher cipher = new SegmentCipher(key, prefix, context);
        int segments = Math.max(1, Math.ceilDiv(plain.length, SegmentCipher.SEGMENT_OCTETS));
        ByteBuffer sealed =
                ByteBuffer.allocate(
                        Math.addExact(
                                HEAD_OCTETS + plain.length, segments * SegmentCipher.TAG_OCTETS));
        sealed.put(VERSION).put(prefix);
        for (int i = 0; i < segments; i++) {
            int from = i * SegmentCipher.SEGMENT_OCTETS;
            int length = Math.min(SegmentCipher.SEGMENT_OCTETS, plain.length - from);
            Segment segment = new Segment(i, i == segments - 1);
            cipher.seal(ByteBuffer.wrap(plain, from, length), segment, sealed);
        }
        return sealed.array();
    }

    /// Opens something small in one call.
    ///
    /// @throws SealBrokenException if it is not exactly what was sealed
    public static byte[] open(byte[] sealed, DataKey key, byte[] context)
            throws SealBrokenException {
        SegmentCipher cipher = cipher(sealed, key, context);
        int step = SegmentCipher.SEGMENT_OCTETS + SegmentCipher.TAG_OCTETS;
        int body = sealed.length - HEAD_OCTETS;
        int segments = Math.max(1, Math.ceilDiv(body, step));
        if (body - (segments - 1) * step < SegmentCipher.TAG_OCTETS) {
            throw new SealBrokenException("sealed octets are cut short");
        }
        byte[] plain = new byte[body - segments * SegmentCipher.TAG_OCTETS];
        ByteBuffer out = ByteBuffer.wrap(plain);
        for (int i = 0; i < segments; i++) {
            int from = HEAD_OCTETS + i * step;
            int length = Math.min(step, sealed.length - from);
            Segment segment = new Segment(i, i == segments - 1);
            cipher.open(ByteBuffer.wrap(sealed, from, length), segment, out);
        }
        return plain;
    }

    /// @param head begins with version and prefix
    static SegmentCipher cipher(byte[] head, DataKey key, byte[] context)
            throws SealBrokenException {
        if (head.length < HEAD_OCTETS) {
            throw new SealBrokenException("sealed octets are cut short in their head");
        }
        if (head[0] != VERSION) {
            throw new SealBrokenException("sealed octets of the unknown format " + head[0]);
        }
        return new SegmentCipher(key, Arrays.copyOfRange(head, 1, HEAD_OCTETS), context);
    }
}
