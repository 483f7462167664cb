package org.postern.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// A file of a `Disk` as the streams that other code takes. Neither of them buffers.
public final class DiskStreams {
    private DiskStreams() {}

    /// Writes behind what is there. Closing it does not close the file.
    public static OutputStream out(DiskFile file) {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                file.write(ByteBuffer.wrap(octets, offset, length));
            }
        };
    }

    /// Reads from a position to the end. Closing it does not close the file.
    public static InputStream in(DiskFile file, long position) {
        return new InputStream() {
            private long at = position;

            @Override
            public int read() throws IOException {
                byte[] octet = new byte[1];
                return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xFF;
            }

            @Override
            public int read(byte[] octets, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                int n = file.read(ByteBuffer.wrap(octets, offset, length), at);
                at += n;
                return n == 0 ? -1 : n;
            }
        };
    }
}
