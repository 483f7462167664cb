package org.postern.outgoing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.postern.mail.Content;

/// A content with other octets in some places; the rest is read from where it lies.
///
/// @param cuts in their order, none over another
record Spliced(Content content, List<Cut> cuts) implements Content {
    Spliced {
        cuts = List.copyOf(cuts);
    }

    /// @param end behind the last octet that is left out
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Cut(long begin, long end, byte[] instead) {}

    @Override
    public long size() {
        long size = content.size();
        for (Cut cut : cuts) {
            size += cut.instead().length - (cut.end() - cut.begin());
        }
        return size;
    }

    @Override
    public InputStream open() throws IOException {
        return new Input(content.open(), cuts);
    }

    private static final class Input extends InputStream {
        private final InputStream in;
        private final Deque<Cut> ahead;
        private InputStream instead = InputStream.nullInputStream();
        private long position;

        Input(InputStream in, List<Cut> cuts) {
            this.in = in;
            this.ahead = new ArrayDeque<>(cuts);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (true) {
                int put = instead.read(target, offset, length);
                if (put > 0) {
                    return put;
                }
                Cut next = ahead.peek();
                if (next == null) {
                    return in.read(target, offset, length);
                }
                if (position < next.begin()) {
                    int wanted = (int) Math.min(length, next.begin() - position);
                    int read = in.read(target, offset, wanted);
                    position += Math.max(0, read);
                    return read;
                }
                in.skipNBytes(next.end() - position);
                position = next.end();
                instead = new ByteArrayInputStream(next.instead());
                ahead.remove();
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
