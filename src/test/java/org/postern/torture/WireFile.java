package org.postern.torture;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// All octets of plaintext sockets, connection behind connection, in one file.
final class WireFile implements Closeable {
    private static final int AT_ONCE = 1 << 18;
    private static final byte[] END =
            "\r\n== end of connection\r\n".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;

    WireFile(Path file) throws IOException {
        out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /// What one connection brings. It is written in large pieces, which keep an overlap, so that a
    /// word is found even if another connection writes between two of them.
    final class Tape implements Closeable {
        private static final int OVERLAP = 4_096;

        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

        void take(byte[] block, int count) {
            octets.write(block, 0, count);
            if (octets.size() > AT_ONCE) {
                byte[] all = octets.toByteArray();
                flush(all);
                octets.reset();
                octets.write(all, all.length - OVERLAP, OVERLAP);
            }
        }

        @Override
        public void close() {
            flush(octets.toByteArray());
        }
    }

    Tape tape() {
        return new Tape();
    }

    private synchronized void flush(byte[] octets) {
        try {
            out.write(octets);
            out.write(END);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
