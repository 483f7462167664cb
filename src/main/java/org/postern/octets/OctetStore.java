package org.postern.octets;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Octets gathered in memory, in chunks, so that growing copies nothing and takes no more room than
/// is needed. Only the first chunk begins small, because most messages are.
///
/// One thread fills it; once nothing is put any more, any number may read.
public final class OctetStore {
    /// Octets of a chunk.
    public static final int CHUNK_OCTETS = 128 * 1024;

    private static final int FIRST_OCTETS = 8 * 1024;

    /// The first chunk grows by this factor.
    private static final int GROWTH = 4;

    private final List<byte[]> chunks = new ArrayList<>();
    private byte[] last = new byte[FIRST_OCTETS];
    private int filled;
    private long before;

    public OctetStore() {
        chunks.add(last);
    }

    /// Puts as many octets as there is room for.
    ///
    /// @return how many; 0 if all chunks are full
    public int put(byte[] octets, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, octets.length);
        if (last.length - filled < length && last.length < CHUNK_OCTETS) {
            growFirst(filled + length);
        }
        int count = Math.min(length, last.length - filled);
        System.arraycopy(octets, offset, last, filled, count);
        filled += count;
        return count;
    }

    private void growFirst(int needed) {
        int length = Math.min(CHUNK_OCTETS, Math.max(GROWTH * last.length, needed));
        last = Arrays.copyOf(last, length);
        chunks.set(0, last);
    }

    /// Makes room for another chunk, once all are full.
    public void addChunk() {
        if (filled < CHUNK_OCTETS) {
            throw new IllegalStateException("the last chunk is not full");
        }
        before += filled;
        last = new byte[CHUNK_OCTETS];
        filled = 0;
        chunks.add(last);
    }

    /// Forgets all octets, and keeps the room of the first chunk.
    public void clear() {
        last = chunks.getFirst();
        chunks.clear();
        chunks.add(last);
        filled = 0;
        before = 0;
    }

    /// Octets put so far.
    public long size() {
        return before + filled;
    }

    /// Octets of memory that it holds.
    public long room() {
        return (chunks.size() - 1L) * CHUNK_OCTETS + chunks.getFirst().length;
    }

    /// All octets in order, in pieces of `octets` each but the last; one empty piece if there are
    /// none.
    ///
    /// @param octets divides `CHUNK_OCTETS`
    public List<ByteBuffer> pieces(int octets) {
        List<ByteBuffer> pieces = new ArrayList<>();
        for (byte[] chunk : chunks) {
            int end = chunk == last ? filled : CHUNK_OCTETS;
            for (int from = 0; from < end; from += octets) {
                pieces.add(ByteBuffer.wrap(chunk, from, Math.min(octets, end - from)));
            }
        }
        if (pieces.isEmpty()) {
            pieces.add(ByteBuffer.wrap(last, 0, 0));
        }
        return pieces;
    }

    /// Reads all octets from the first.
    public InputStream open() {
        return new Reader(size());
    }

    private final class Reader extends InputStream {
        private final long end;
        private long position;

        Reader(long end) {
            this.end = end;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, to.length);
            if (length == 0) {
                return 0;
            }
            int done = 0;
            while (done < length && position < end) {
                int count = Math.min(length - done, here());
                System.arraycopy(chunk(), inChunk(), to, offset + done, count);
                done += count;
                position += count;
            }
            return done == 0 ? -1 : done;
        }

        @Override
        public long skip(long count) {
            long skipped = Math.clamp(count, 0, end - position);
            position += skipped;
            return skipped;
        }

        @Override
        public int available() {
            return (int) Math.min(Integer.MAX_VALUE, end - position);
        }

        /// Hands whole chunks over.
        @Override
        public long transferTo(OutputStream out) throws IOException {
            long from = position;
            while (position < end) {
                int count = here();
                out.write(chunk(), inChunk(), count);
                position += count;
            }
            return position - from;
        }

        private byte[] chunk() {
            return chunks.get((int) (position / CHUNK_OCTETS));
        }

        private int inChunk() {
            return (int) (position % CHUNK_OCTETS);
        }

        /// Octets from the position to the end of its chunk.
        private int here() {
            return (int) Math.min(end - position, CHUNK_OCTETS - inChunk());
        }
    }
}
