package org.postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// How many octets a form may cost, whoever sends it.
class FormPartsTest {
    private static final int ROOM = 256 * 1024;
    private static final long DRAINED_MAX = 104L << 20;
    private static final int BLOCK = 16 * 1024;
    private static final byte[] HEAD =
            "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private long taken;

    /// One part that never ends.
    private static final class Endless extends InputStream {
        private long read;

        @Override
        public int read() {
            return read < HEAD.length ? HEAD[(int) read++] : x();
        }

        private int x() {
            read++;
            return 'x';
        }

        @Override
        public int read(byte[] octets, int offset, int length) {
            if (read < HEAD.length) {
                octets[offset] = (byte) read();
                return 1;
            }
            Arrays.fill(octets, offset, offset + length, (byte) 'x');
            read += length;
            return length;
        }
    }

    @Test
    void ofAFormThatNeverEndsSoMuchIsTakenAndNoMore() {
        Endless body = new Endless();
        BadRequest thrown =
                assertThrows(
                        BadRequest.class,
                        () ->
                                FormParts.read(
                                        "multipart/form-data; boundary=b",
                                        body,
                                        () -> ROOM,
                                        _ -> counting()));
        assertEquals(413, thrown.status());
        assertTrue(taken <= ROOM, "handed on: " + taken);
        assertTrue(taken > ROOM / 2, "handed on: " + taken);
        assertTrue(body.read <= ROOM + DRAINED_MAX + 2 * BLOCK, "read: " + body.read);
    }

    private OutputStream counting() {
        return new OutputStream() {
            @Override
            public void write(int octet) {
                taken++;
            }

            @Override
            public void write(byte[] octets, int offset, int length) {
                taken += length;
            }
        };
    }
}
