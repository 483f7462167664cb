package org.postern.surrogate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// The octets of a message from one on, with the header sections inside it masked. One of them is
/// in memory at a time.
final class MaskedStream extends FilterInputStream {
    private static final int SKIPPED_OCTETS_MAX = 8 * 1_024;

    private final List<Section> sections;
    private int next;
    private long at;
    private byte[] held = {};
    private int heldFrom;

    /// Where a header section lies in the message.
    record Section(long begin, long end) {}

    /// @param in begins at that octet, which lies in none of the sections but perhaps as its first
    /// @param sections ascending
    MaskedStream(InputStream in, long at, List<Section> sections) {
        super(in);
        this.sections = sections;
        this.at = at;
        while (next < sections.size() && sections.get(next).begin() < at) {
            next++;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (heldFrom == held.length && next < sections.size()) {
            mask(sections.get(next));
        }
        if (heldFrom < held.length) {
            int count = Math.min(length, held.length - heldFrom);
            System.arraycopy(held, heldFrom, target, offset, count);
            heldFrom += count;
            return count;
        }
        long most =
                next == sections.size()
                        ? length
                        : Math.min(length, sections.get(next).begin() - at);
        int count = super.in.read(target, offset, (int) most);
        at += Math.max(0, count);
        return count;
    }

    private void mask(Section section) throws IOException {
        if (section.begin() != at) {
            return;
        }
        int length = Math.toIntExact(section.end() - section.begin());
        byte[] octets = super.in.readNBytes(length);
        if (octets.length < length) {
            throw new EOFException("a message became shorter while it was read");
        }
        held = Mask.of(new String(octets, ISO_8859_1)).getBytes(ISO_8859_1);
        heldFrom = 0;
        at = section.end();
        next++;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes(Math.clamp(count, 0, SKIPPED_OCTETS_MAX)).length;
    }

    @Override
    public int available() {
        return held.length - heldFrom;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
