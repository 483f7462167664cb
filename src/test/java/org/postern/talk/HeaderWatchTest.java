package org.postern.talk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postern.mime.HeaderSection;

/// A header section ends for APPEND where it ends for everybody else.
class HeaderWatchTest {
    private static final String[] WORDS = {
        "é", "From ", "a", ":", " ", "\t", "\r\n", "\r\n", "\n", "\r", "foo bar", "\u007f", "b: c"
    };

    private static void look(String text) throws Exception {
        byte[] octets = text.getBytes(UTF_8);
        HeaderWatch watch = new HeaderWatch();
        for (byte octet : octets) {
            watch.pass(octet);
        }
        int end = HeaderSection.read(new ByteArrayInputStream(octets)).octets();
        boolean held = false;
        for (byte octet : Arrays.copyOf(octets, end)) {
            held |= octet < 0;
        }
        assertEquals(held, watch.holdsEightBits(), text);
    }

    @Test
    void itEndsWhereTheHeaderSectionEnds() throws Exception {
        for (String text : new String[] {" é", "foo bar: é", "From é\r\n é", "a: b\r\n é"}) {
            look(text);
        }
        SplittableRandom random = new SplittableRandom(20260304);
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int word = random.nextInt(14); word > 0; word--) {
                text.append(WORDS[random.nextInt(WORDS.length)]);
            }
            look(text.toString());
        }
    }
}
