package org.postern.showing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.mime.TransferEncoding;

class DecodedTest {
    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);

    /// Between octets that are none of the part's.
    private static Decoded of(byte[] written, TransferEncoding encoding, long most)
            throws IOException {
        byte[] message = new byte[written.length + 20];
        Arrays.fill(message, (byte) 'Q');
        System.arraycopy(written, 0, message, 10, written.length);
        Decoded.Place place = new Decoded.Place(10, 10L + written.length, encoding);
        return Decoded.of(Content.of(message), place, most);
    }

    @Test
    void whatWasEncodedComesBackWithItsLength() throws IOException {
        byte[] octets = new byte[100_000];
        random.nextBytes(octets);
        Decoded decoded =
                of(Base64.getMimeEncoder().encode(octets), TransferEncoding.BASE64, Long.MAX_VALUE);
        assertEquals(octets.length, decoded.size());
        try (InputStream in = decoded.open()) {
            assertArrayEquals(octets, in.readAllBytes());
        }
        try (InputStream in = decoded.open(99_990)) {
            assertArrayEquals(Arrays.copyOfRange(octets, 99_990, 100_000), in.readAllBytes());
        }
    }

    /// The length that is told is the length that is written, whatever stands there.
    @Test
    void lengthHoldsForAnything() throws IOException {
        for (TransferEncoding encoding : TransferEncoding.values()) {
            for (int i = 0; i < 300; i++) {
                byte[] written = new byte[random.nextInt(300)];
                for (int j = 0; j < written.length; j++) {
                    written[j] = (byte) "=A0b+/\r\n \t.".charAt(random.nextInt(11));
                }
                Decoded decoded = of(written, encoding, Long.MAX_VALUE);
                try (InputStream in = decoded.open()) {
                    String shown = new String(written, ISO_8859_1);
                    assertEquals(decoded.size(), in.readAllBytes().length, shown);
                }
            }
        }
    }

    @Test
    void noMoreIsCountedThanIsAskedFor() throws IOException {
        byte[] written = Base64.getMimeEncoder().encode(new byte[1_000]);
        assertEquals(7, of(written, TransferEncoding.BASE64, 7).size());
        assertEquals(7, of(written, TransferEncoding.BINARY, 7).size());
        assertEquals(1_000, of(written, TransferEncoding.BASE64, 5_000).size());
        assertEquals(0, of(new byte[0], TransferEncoding.BASE64, 5_000).size());
    }
}
