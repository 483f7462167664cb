package org.postern.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.postern.mail.QueueId;
import org.postern.vault.SegmentCipher;
import org.postern.vault.SegmentCipher.Segment;

/// Composes the records of a spool file: type (1 octet) | length of the payload (4) | payload |
/// CRC-32C of all that (4).
///
/// In the order of the file: HEAD; SEGMENT for each part of the content but the last; LAST; META;
/// END; and one RESULT for each change of the recipients' states. A checksum is kept although the
/// payloads are sealed, because it tells damage without a key and costs nothing.
public final class Frames {
    public static final byte HEAD = 'H';
    public static final byte SEGMENT = 'S';
    public static final byte LAST = 'L';
    public static final byte META = 'M';
    public static final byte END = 'E';
    public static final byte RESULT = 'R';

    public static final int PAYLOAD_AT = 1 + Integer.BYTES;
    public static final int OVERHEAD = PAYLOAD_AT + Integer.BYTES;

    /// Room for the envelope and ruling of 1,000 recipients, several times.
    public static final int PAYLOAD_MAX = 8 * 1024 * 1024;

    public static final int END_PAYLOAD = Long.BYTES + Integer.BYTES;
    public static final int MAGIC = 0x50535452;
    public static final short VERSION = 1;

    private ByteBuffer buffer;

    /// @param octets expected; more room is made if it does not suffice
    public Frames(int octets) {
        buffer = ByteBuffer.allocate(octets);
    }

    /// The first record: how the others are opened.
    public Frames head(byte[] prefix, byte[] wrappedKey) {
        begin(HEAD, Integer.BYTES + Short.BYTES + prefix.length + wrappedKey.length);
        int from = buffer.position() - PAYLOAD_AT;
        buffer.putInt(MAGIC).putShort(VERSION).put(prefix).put(wrappedKey);
        return end(from);
    }

    /// A part of the content.
    public Frames segment(SegmentCipher cipher, ByteBuffer plain, Segment segment) {
        begin(segment.last() ? LAST : SEGMENT, plain.remaining() + SegmentCipher.TAG_OCTETS);
        int from = buffer.position() - PAYLOAD_AT;
        cipher.seal(plain, segment, buffer);
        return end(from);
    }

    /// @param payload sealed already
    public Frames sealed(byte type, byte[] payload) {
        begin(type, payload.length);
        int from = buffer.position() - PAYLOAD_AT;
        buffer.put(payload);
        return end(from);
    }

    /// The record that ends a message.
    ///
    /// @param at where in the file this record begins
    public Frames endOfMessage(long at, int segments) {
        begin(END, END_PAYLOAD);
        int from = buffer.position() - PAYLOAD_AT;
        buffer.putLong(at).putInt(segments);
        return end(from);
    }

    /// Octets of all records so far.
    public int length() {
        return buffer.position();
    }

    /// All records so far, ready to be written.
    public ByteBuffer take() {
        return buffer.flip();
    }

    /// What is authenticated with a sealed part, so that it opens in no other place.
    public static byte[] context(String part, QueueId id) {
        return ("postern spool 1 " + part + " " + id).getBytes(StandardCharsets.US_ASCII);
    }

    /// CRC-32C of a record without its checksum.
    public static int checksum(ByteBuffer frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame);
        return (int) crc.getValue();
    }

    private void begin(byte type, int payload) {
        if (payload > PAYLOAD_MAX) {
            throw new IllegalArgumentException("a record of " + payload + " octets is too long");
        }
        int needed = payload + OVERHEAD;
        if (buffer.remaining() < needed) {
            int room = Math.max(buffer.position() + needed, 2 * buffer.capacity());
            buffer = ByteBuffer.allocate(room).put(buffer.flip());
        }
        buffer.put(type).putInt(payload);
    }

    private Frames end(int from) {
        ByteBuffer frame = buffer.duplicate().flip().position(from);
        buffer.putInt(checksum(frame));
        return this;
    }
}
