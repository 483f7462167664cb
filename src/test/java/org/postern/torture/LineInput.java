package org.postern.torture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Lines ended by CRLF, as a sink reads them, with every octet shown to whoever records the wire.
final class LineInput {
    private final InputStream in;
    private final BiConsumer<byte[], Integer> wire;
    private final byte[] block = new byte[16 * 1024];
    private int at;
    private int end;

    /// @param wire takes each block that came, and its length
    LineInput(InputStream in, BiConsumer<byte[], Integer> wire) {
        this.in = in;
        this.wire = wire;
    }

    /// Whether the peer has sent nothing beyond what was read.
    boolean isEmpty() {
        return at == end;
    }

    /// @return null at the end of the connection
    @Nullable String command() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        return line(line) ? text(line) : null;
    }

    private static String text(ByteArrayOutputStream line) {
        return line.toString(StandardCharsets.ISO_8859_1).replaceFirst("\r\n$", "");
    }

    /// The content of DATA, its dots taken away.
    ///
    /// @param half is run once when this many octets have come
    byte[] content(int halfOctets, Runnable half) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream(4096);
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        boolean isHalf = false;
        while (true) {
            line.reset();
            if (!line(line)) {
                throw new IOException("the connection ended inside the data");
            }
            byte[] octets = line.toByteArray();
            if (octets.length == 3 && octets[0] == '.') {
                return content.toByteArray();
            }
            int from = octets[0] == '.' ? 1 : 0;
            content.write(octets, from, octets.length - from);
            if (!isHalf && content.size() > halfOctets) {
                isHalf = true;
                half.run();
            }
        }
    }

    /// One line with its CRLF; a bare LF ends none.
    private boolean line(ByteArrayOutputStream line) throws IOException {
        byte before = 0;
        while (true) {
            if (at == end && !fill()) {
                return false;
            }
            int begin = at;
            while (at < end) {
                byte octet = block[at++];
                if (octet == '\n' && before == '\r') {
                    line.write(block, begin, at - begin);
                    return true;
                }
                before = octet;
            }
            line.write(block, begin, at - begin);
        }
    }

    private boolean fill() throws IOException {
        int count = in.read(block);
        if (count <= 0) {
            return false;
        }
        wire.accept(block, count);
        at = 0;
        end = count;
        return true;
    }
}
