package org.postern.opening;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.postern.mail.Content;
import org.postern.mime.MimePart;

/// One part of a message, as an entity of its own.
///
/// @param part of that message, as the index found it
record PartContent(Content message, MimePart part) implements Content {
    @Override
    public long size() {
        return part.span().end() - part.span().begin();
    }

    @Override
    public InputStream open() throws IOException {
        InputStream in = message.open();
        try {
            in.skipNBytes(part.span().begin());
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return new FirstOctets(in, size());
    }

    /// No content is shown.
    @Override
    public String toString() {
        return "a part of " + size() + " octets";
    }

    /// Ends where the part ends.
    private static final class FirstOctets extends FilterInputStream {
        private long left;

        FirstOctets(InputStream in, long octets) {
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
            if (left == 0) {
                return -1;
            }
            int count = super.in.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(0, count);
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
}
