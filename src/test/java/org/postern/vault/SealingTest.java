package org.postern.vault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postern.testkit.TestVault;

class SealingTest {
    private static final int SEGMENT = SegmentCipher.SEGMENT_OCTETS;
    private static final int[] SIZES = {
        0, 1, 100, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 3 * SEGMENT + 17
    };
    private static final byte[] CONTEXT = "body 1".getBytes(UTF_8);

    private final DataKey key = TestVault.one().newDataKey();

    @Test
    void whatIsSealedOpensInBothWays() throws IOException {
        for (int size : SIZES) {
            byte[] plain = random(size);
            byte[] streamed = sealInPieces(plain, 1_000);
            byte[] atOnce = Sealing.seal(plain, key, CONTEXT);
            assertEquals(streamed.length, atOnce.length);
            for (byte[] sealed : new byte[][] {streamed, atOnce}) {
                assertArrayEquals(plain, Sealing.open(sealed, key, CONTEXT));
                assertArrayEquals(plain, openStream(sealed, CONTEXT));
            }
        }
    }

    @Test
    void singleOctetsWorkToo() throws IOException {
        byte[] plain = random(SEGMENT + 3);
        byte[] sealed = sealInPieces(plain, 1);
        try (InputStream in = Sealing.open(new ByteArrayInputStream(sealed), key, CONTEXT)) {
            for (byte octet : plain) {
                assertEquals(octet & 0xFF, in.read());
            }
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(new byte[10]));
        }
    }

    @Test
    void everyTruncationIsDetected() {
        for (int size : SIZES) {
            byte[] sealed = Sealing.seal(random(size), key, CONTEXT);
            SplittableRandom random = new SplittableRandom(size);
            for (int i = 0; i < 50; i++) {
                broken(Arrays.copyOf(sealed, random.nextInt(sealed.length)));
            }
            // Exactly between two segments: here the last flag alone can tell.
            int step = SEGMENT + SegmentCipher.TAG_OCTETS;
            for (int at = Sealing.HEAD_OCTETS; at < sealed.length; at += step) {
                broken(Arrays.copyOf(sealed, at));
            }
            broken(Arrays.copyOf(sealed, sealed.length + 1));
            broken(Arrays.copyOf(sealed, sealed.length + step));
        }
    }

    @Test
    void everyFlippedBitIsDetected() {
        byte[] small = Sealing.seal(random(20), key, CONTEXT);
        for (int bit = 0; bit < small.length * 8; bit++) {
            broken(flip(small, bit));
        }
        byte[] large = Sealing.seal(random(2 * SEGMENT + 5), key, CONTEXT);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            broken(flip(large, random.nextInt(large.length * 8)));
        }
    }

    @Test
    void swappedSegmentsAreDetected() {
        byte[] sealed = Sealing.seal(random(3 * SEGMENT), key, CONTEXT);
        int step = SEGMENT + SegmentCipher.TAG_OCTETS;
        byte[] swapped = sealed.clone();
        System.arraycopy(sealed, Sealing.HEAD_OCTETS, swapped, Sealing.HEAD_OCTETS + step, step);
        System.arraycopy(sealed, Sealing.HEAD_OCTETS + step, swapped, Sealing.HEAD_OCTETS, step);
        broken(swapped);
    }

    @Test
    void anotherKeyOrContextDoesNotOpen() {
        byte[] sealed = Sealing.seal(random(10), key, CONTEXT);
        byte[] other = "body 2".getBytes(UTF_8);
        assertThrows(SealBrokenException.class, () -> Sealing.open(sealed, key, other));
        try (DataKey wrong = TestVault.one().newDataKey()) {
            assertThrows(SealBrokenException.class, () -> Sealing.open(sealed, wrong, CONTEXT));
        }
    }

    @Test
    void aBrokenStreamHandsOutWhatIsAuthenticAndThenFailsForEver() throws IOException {
        byte[] plain = random(2 * SEGMENT);
        byte[] sealed = Sealing.seal(plain, key, CONTEXT);
        sealed[sealed.length - 1] ^= 1;
        try (InputStream in = Sealing.open(new ByteArrayInputStream(sealed), key, CONTEXT)) {
            assertArrayEquals(Arrays.copyOf(plain, SEGMENT), in.readNBytes(SEGMENT));
            assertThrows(SealBrokenException.class, in::read);
            assertThrows(SealBrokenException.class, in::read);
            assertThrows(SealBrokenException.class, in::readAllBytes);
        }
    }

    @Test
    void sealedOctetsDoNotShowWhatTheyHold() {
        byte[] plain = "Dear Mrs Sample, your results".repeat(100).getBytes(UTF_8);
        byte[] sealed = Sealing.seal(plain, key, CONTEXT);
        String text = new String(sealed, ISO_8859_1);
        assertFalse(text.contains("Sample"));
        assertFalse(Arrays.equals(sealed, Sealing.seal(plain, key, CONTEXT)));
    }

    @Test
    void aStreamThatFailedCannotBeMadeToLookWhole() {
        OutputStream failing =
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        throw new IOException("full");
                    }
                };
        OutputStream sealing = Sealing.seal(failing, key, CONTEXT);
        assertThrows(IOException.class, () -> sealing.write(new byte[2 * SEGMENT]));
        assertThrows(IOException.class, () -> sealing.write(new byte[1]));
    }

    private byte[] sealInPieces(byte[] plain, int piece) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream sealing = Sealing.seal(out, key, CONTEXT)) {
            for (int at = 0; at < plain.length; at += piece) {
                sealing.write(plain, at, Math.min(piece, plain.length - at));
            }
        }
        return out.toByteArray();
    }

    private byte[] openStream(byte[] sealed, byte[] context) throws IOException {
        try (InputStream in = Sealing.open(new ByteArrayInputStream(sealed), key, context)) {
            return in.readAllBytes();
        }
    }

    private void broken(byte[] sealed) {
        assertThrows(SealBrokenException.class, () -> Sealing.open(sealed, key, CONTEXT));
        assertThrows(SealBrokenException.class, () -> openStream(sealed, CONTEXT));
    }

    private static byte[] flip(byte[] octets, int bit) {
        byte[] flipped = octets.clone();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        return flipped;
    }

    private static byte[] random(int size) {
        byte[] octets = new byte[size];
        new SplittableRandom(size).nextBytes(octets);
        return octets;
    }
}
