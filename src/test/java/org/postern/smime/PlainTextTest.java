package org.postern.smime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Text is what Java's own decoder reads without an error and what holds no control characters.
class PlainTextTest {
    private static final int ROUNDS = 300_000;

    /// Every octet behind every other one, and random ones that are nearly right.
    @Test
    void itAgreesWithADecoder() {
        for (int pair = 0; pair < 0x10000; pair++) {
            compare(new byte[] {(byte) (pair >> 8), (byte) pair, (byte) 0x80});
        }
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder();
            for (int c = random.nextInt(12); c > 0; c--) {
                text.appendCodePoint(codePoint(random));
            }
            byte[] octets = text.toString().getBytes(UTF_8);
            if (octets.length > 0 && random.nextBoolean()) {
                octets[random.nextInt(octets.length)] ^= (byte) (1 << random.nextInt(8));
            }
            compare(Arrays.copyOf(octets, octets.length - random.nextInt(2) * (octets.length / 3)));
        }
    }

    private static int codePoint(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(0x80);
            case 1 -> random.nextInt(0x80, 0x800);
            case 2 -> random.nextInt(0xE000, 0x10000);
            case 3 -> random.nextInt(0x10000, 0x110000);
            default -> random.nextInt(' ', 0x7F);
        };
    }

    private static void compare(byte[] octets) {
        PlainText text = new PlainText();
        int half = octets.length / 2;
        text.take(Arrays.copyOf(octets, half));
        text.take(null);
        text.take(Arrays.copyOfRange(octets, half, octets.length));
        assertEquals(octets.length, text.octets());
        assertEquals(isText(octets), text.isText(), () -> HexFormat.of().formatHex(octets));
    }

    private static boolean isText(byte[] octets) {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .chars()
                    .allMatch(c ->
                            c >= 0x20
                                    ? c != 0x7F
                                    : c == '\t' || c == '\n' || c == '\r' || c == '\f');
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
