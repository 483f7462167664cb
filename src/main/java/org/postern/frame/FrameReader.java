package org.postern.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.postern.store.DiskFile;
import org.postern.vault.SegmentCipher;

/// Reads the records of a spool file one after the other, through a window, so that a small file
/// takes one read of the disk.
public final class FrameReader {
    /// One record.
    ///
    /// @param payload valid until the next call of the reader
    public record Frame(byte type, ByteBuffer payload) {}

    /// How the content's segments are opened.
    public static final class Head {
        public final byte[] prefix;
        public final byte[] wrappedKey;

        Head(byte[] prefix, byte[] wrappedKey) {
            this.prefix = prefix;
            this.wrappedKey = wrappedKey;
        }
    }

    /// A file of another release: it is whole, but not for us.
    public static final class NewerException extends IOException {
        private static final long serialVersionUID = 1;

        NewerException(String message) {
            super(message);
        }
    }

    private final DiskFile file;
    private final long size;
    private ByteBuffer window;
    private long windowAt;
    private long position;

    /// @param windowOctets how much is read at once
    public FrameReader(DiskFile file, int windowOctets) throws IOException {
        this.file = file;
        this.size = file.size();
        this.window = ByteBuffer.allocate(windowOctets).limit(0);
    }

    /// Where the next record begins.
    public long position() {
        return position;
    }

    /// Whether there is no further record.
    public boolean isAtEnd() {
        return position == size;
    }

    /// Whether the next record is of this type; false at the end of the file.
    public boolean isNext(byte type) throws IOException {
        return !isAtEnd() && view(1).get() == type;
    }

    /// The next record.
    ///
    /// @throws DamagedException if there is no whole and true record at this place
    public Frame next() throws IOException {
        int length = length();
        ByteBuffer frame = view(length + Frames.OVERHEAD);
        int end = frame.position() + Frames.PAYLOAD_AT + length;
        ByteBuffer covered = frame.duplicate().limit(end);
        if (Frames.checksum(covered) != frame.getInt(end)) {
            throw new DamagedException("the record at " + position + " has a wrong checksum");
        }
        position += length + Frames.OVERHEAD;
        ByteBuffer payload = frame.slice(frame.position() + Frames.PAYLOAD_AT, length);
        return new Frame(frame.get(), payload.asReadOnlyBuffer());
    }

    /// Reads the first record, which tells how to open the others.
    ///
    /// @throws IOException if a newer release wrote the file
    public Head head() throws IOException {
        Frame frame = next(Frames.HEAD);
        ByteBuffer payload = frame.payload();
        byte[] prefix = new byte[SegmentCipher.PREFIX_OCTETS];
        if (payload.remaining() < Integer.BYTES + Short.BYTES + prefix.length
                || payload.getInt() != Frames.MAGIC) {
            throw new DamagedException("the file does not begin like a spool file");
        }
        short version = payload.getShort();
        if (version != Frames.VERSION) {
            throw new NewerException(
                    "the spool file has the format "
                            + version
                            + ", which this release does not know; run the release that wrote it");
        }
        payload.get(prefix);
        return new Head(prefix, octets(payload));
    }

    /// The next record, of a known type.
    ///
    /// @throws DamagedException if the next record is not of this type, whole and true
    public Frame next(byte type) throws IOException {
        if (!isNext(type)) {
            throw new DamagedException("there is no record " + (char) type + " at " + position);
        }
        return next();
    }

    /// A payload that stays.
    public static byte[] octets(ByteBuffer payload) {
        byte[] octets = new byte[payload.remaining()];
        payload.get(octets);
        return octets;
    }

    /// Passes over a record without reading its payload.
    public void skip() throws IOException {
        position += length() + Frames.OVERHEAD;
    }

    /// Whether a whole and true record of this type begins anywhere behind the position.
    public boolean finds(byte type) throws IOException {
        long from = position;
        try {
            for (long at = from + 1; at + Frames.OVERHEAD <= size; at++) {
                position = at;
                if (isNext(type) && isWhole()) {
                    return true;
                }
            }
            return false;
        } finally {
            position = from;
        }
    }

    private boolean isWhole() throws IOException {
        try {
            next();
            return true;
        } catch (DamagedException _) {
            return false;
        }
    }

    private int length() throws IOException {
        ByteBuffer start = view(Frames.PAYLOAD_AT);
        int length = start.getInt(start.position() + 1);
        if (length < 0
                || length > Frames.PAYLOAD_MAX
                || length + Frames.OVERHEAD > size - position) {
            throw new DamagedException("the record at " + position + " is cut short");
        }
        return length;
    }

    /// The octets at the position, as many as asked for.
    private ByteBuffer view(int octets) throws IOException {
        if (octets > size - position) {
            throw new DamagedException("the file ends within the record at " + position);
        }
        if (position < windowAt || position + octets > windowAt + window.limit()) {
            if (octets > window.capacity()) {
                window = ByteBuffer.allocate(octets);
            }
            window.clear();
            file.read(window, position);
            window.flip();
            windowAt = position;
            if (octets > window.limit()) {
                throw new DamagedException("the file became shorter while it was read");
            }
        }
        int at = (int) (position - windowAt);
        return window.duplicate().limit(at + octets).position(at);
    }
}
