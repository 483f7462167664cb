package org.postern.door;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// What goes over a connection, deflated in both directions: RFC 1951, RFC 4978 §4.
///
/// What comes is inflated as far as it is asked for, so that a small input that grows without end
/// fills no memory and meets the same limits as any other. What is written at once is deflated by
/// itself: nothing of one answer is left by which the length of another one could tell of it, and
/// between two answers nothing is held.
final class Deflated implements AutoCloseable {
    private static final int BLOCK_OCTETS = 4 * 1024;

    private final InputStream in;
    private final OutputStream out;
    private final Inflater inflater = new Inflater(true);
    private final byte[] raw = new byte[BLOCK_OCTETS];

    Deflated(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /// How many octets can be read without waiting, at least; those that would have to be inflated
    /// first count as one.
    int available() throws IOException {
        return inflater.getRemaining() > 0 || in.available() > 0 ? 1 : 0;
    }

    /// @return -1 at the end of the stream
    /// @throws EOFException if it is not deflated
    int read(byte[] block, int from, int length) throws IOException {
        try {
            int count = inflater.inflate(block, from, length);
            while (count == 0) {
                if (inflater.finished()) {
                    return -1;
                }
                if (inflater.needsDictionary()) {
                    throw new EOFException("what came needs a dictionary that there is none of");
                }
                if (inflater.needsInput()) {
                    int read = in.read(raw);
                    if (read < 0) {
                        return -1;
                    }
                    inflater.setInput(raw, 0, read);
                }
                count = inflater.inflate(block, from, length);
            }
            return count;
        } catch (DataFormatException e) {
            // Not its message, which may tell of what was read.
            throw new EOFException("what came is not deflated");
        }
    }

    void write(byte[] octets, int from, int length) throws IOException {
        try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            deflater.setInput(octets, from, length);
            byte[] block = new byte[BLOCK_OCTETS];
            int count;
            do {
                count = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
                out.write(block, 0, count);
            } while (count == block.length);
        }
        out.flush();
    }

    /// Gives back the memory outside of the heap.
    @Override
    public void close() {
        inflater.close();
    }
}
