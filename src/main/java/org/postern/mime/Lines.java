package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import org.postern.octets.OctetScan;

/// Walks over a stream line by line without copying and without holding more than one buffer. A
/// line that is longer than the buffer comes in pieces.
///
/// A line ends with LF or CRLF; the SMTP server lets only CRLF in, files on disk may have either.
final class Lines {
    /// With so much more room than octets a buffer serves even for none.
    static final int SPARE_OCTETS = 4;

    private final InputStream in;
    private final byte[] buffer;
    private int begin;
    private int end;
    private int filled;
    private long position;
    private boolean startsLine = true;
    private boolean endsLine = true;
    private boolean exhausted;

    /// @param octets size of the buffer, at least 4
    Lines(InputStream in, int octets) {
        this.in = in;
        this.buffer = new byte[octets];
    }

    /// Goes to the next line or piece.
    ///
    /// @return false at the end of the stream
    boolean next() throws IOException {
        position += end - begin;
        begin = end;
        startsLine = endsLine;
        int at = begin;
        while (true) {
            at = lineFeed(at);
            if (at < filled) {
                end = at + 1;
                endsLine = true;
                return true;
            }
            if (exhausted || isFull()) {
                return rest();
            }
            at -= begin;
            fill();
        }
    }

    /// Position of the first LF from `from` on, or the end of what is filled.
    private int lineFeed(int from) {
        int at = OctetScan.firstBelow(buffer, from, filled, '\n' + 1);
        while (at < filled && buffer[at] != '\n') {
            // A tab, mostly.
            at = OctetScan.firstBelow(buffer, at + 1, filled, '\n' + 1);
        }
        return at;
    }

    /// The stream's offset of the first octet of this piece.
    long offset() {
        return position;
    }

    int length() {
        return end - begin;
    }

    byte at(int index) {
        return buffer[begin + index];
    }

    boolean startsLine() {
        return startsLine;
    }

    /// Octets of the line end: 0 in the middle of a line or at the end of the stream.
    int terminator() {
        int length = length();
        if (length == 0 || at(length - 1) != '\n') {
            return 0;
        }
        return length > 1 && at(length - 2) == '\r' ? 2 : 1;
    }

    /// Octets `from` to `to` of this piece as characters of ISO 8859-1.
    String text(int from, int to) {
        return new String(buffer, begin + from, to - from, ISO_8859_1);
    }

    private boolean isFull() {
        return begin == 0 && filled == buffer.length;
    }

    private boolean rest() {
        end = filled;
        // A CR that may be half of a line end stays for the next piece.
        if (!exhausted && buffer[end - 1] == '\r') {
            end--;
        }
        endsLine = false;
        return end > begin;
    }

    private void fill() throws IOException {
        System.arraycopy(buffer, begin, buffer, 0, filled - begin);
        filled -= begin;
        end -= begin;
        begin = 0;
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
            exhausted = true;
        } else {
            filled += read;
        }
    }
}
