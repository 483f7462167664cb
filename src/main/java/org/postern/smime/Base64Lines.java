package org.postern.smime;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;

/// Writes base64 in lines of 76 characters with CRLF: RFC 2045 §6.8.
///
/// The JDK's basic encoder works on whole blocks at several times the speed of its line encoder, so
/// each block is encoded at once and its lines are then spread to make room for their CRLF. Blocks
/// begin small and grow, because most messages are small. `finish` ends the text; `out` is never
/// closed.
public final class Base64Lines extends OutputStream {
    private static final int LINE_OCTETS = 57;
    private static final int LINE_CHARS = 76;
    private static final int BLOCK_LINES_UNKNOWN = 64;
    private static final int BLOCK_LINES_MAX = 1_024;
    private static final int GROWTH = 4;

    /// What a CMS object adds to its content for one recipient or signer, roughly.
    private static final int CMS_OCTETS = 2 * 1_024;

    private final OutputStream out;
    private byte[] block;
    private byte[] encoded;
    private byte[] lines;
    private int filled;

    /// @param expected octets, roughly: a small message needs small blocks only
    public Base64Lines(OutputStream out, OptionalLong expected) {
        int blockLines = BLOCK_LINES_UNKNOWN;
        if (expected.isPresent()) {
            long needed = (expected.getAsLong() + CMS_OCTETS) / LINE_OCTETS + 1;
            blockLines = (int) Math.min(BLOCK_LINES_MAX, needed);
        }
        this.out = out;
        this.block = new byte[blockLines * LINE_OCTETS];
        this.encoded = new byte[blockLines * LINE_CHARS];
        this.lines = new byte[blockLines * (LINE_CHARS + 2)];
    }

    @Override
    public void write(int octet) throws IOException {
        block[filled++] = (byte) octet;
        if (filled == block.length) {
            writeBlock();
            grow();
        }
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int step = Math.min(end - at, block.length - filled);
            System.arraycopy(octets, at, block, filled, step);
            filled += step;
            at += step;
            if (filled == block.length) {
                writeBlock();
                grow();
            }
        }
    }

    private void grow() {
        int blockLines = block.length / LINE_OCTETS;
        if (blockLines < BLOCK_LINES_MAX) {
            int more = Math.min(BLOCK_LINES_MAX, blockLines * GROWTH);
            block = new byte[more * LINE_OCTETS];
            encoded = new byte[more * LINE_CHARS];
            lines = new byte[more * (LINE_CHARS + 2)];
        }
    }

    /// Writes what is left, with padding.
    public void finish() throws IOException {
        if (filled > 0) {
            writeBlock();
        }
    }

    private void writeBlock() throws IOException {
        byte[] input = filled == block.length ? block : Arrays.copyOf(block, filled);
        int chars = Base64.getEncoder().encode(input, encoded);
        int length = 0;
        for (int at = 0; at < chars; at += LINE_CHARS) {
            int line = Math.min(LINE_CHARS, chars - at);
            System.arraycopy(encoded, at, lines, length, line);
            length += line;
            lines[length++] = '\r';
            lines[length++] = '\n';
        }
        out.write(lines, 0, length);
        filled = 0;
    }
}
