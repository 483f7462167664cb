package org.postern.talk;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.postern.door.Wire;

/// What is said in a session, gathered until somebody waits. It takes memory only meanwhile:
/// thousands of connections have nothing to say.
final class Outgoing {
    private static final int GATHERED_OCTETS = 8 * 1024;
    private static final int BLOCK_OCTETS = 32 * 1024;
    private static final byte[] NOTHING = new byte[0];

    private final Wire wire;
    private byte[] gathered = NOTHING;
    private int pending;

    Outgoing(Wire wire) {
        this.wire = wire;
    }

    /// Adds to what is written at the next wait.
    void write(byte[] octets, int length) throws IOException {
        if (length > GATHERED_OCTETS - pending) {
            send();
        }
        if (length > GATHERED_OCTETS) {
            wire.write(octets, 0, length);
            return;
        }
        if (gathered.length == 0) {
            gathered = new byte[GATHERED_OCTETS];
        }
        System.arraycopy(octets, 0, gathered, pending, length);
        pending += length;
    }

    /// @throws EOFException if the stream has fewer
    void write(InputStream stream, long octets) throws IOException {
        byte[] block = new byte[Math.clamp(octets, 1, BLOCK_OCTETS)];
        long left = octets;
        while (left > 0) {
            int read = stream.read(block, 0, (int) Math.min(block.length, left));
            if (read < 0) {
                throw new EOFException("a body is shorter than it was");
            }
            write(block, read);
            left -= read;
        }
    }

    /// Writes what was gathered; more follows.
    void send() throws IOException {
        if (pending > 0) {
            int length = pending;
            pending = 0;
            wire.write(gathered, 0, length);
        }
    }

    /// The same, behind which somebody waits.
    void flush() throws IOException {
        send();
        gathered = NOTHING;
    }
}
