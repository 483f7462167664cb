package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;

/// M04 and M13 of the MIME inputs: odd and hostile header sections.
final class HeaderSectionTest {
    @Test
    void readsFieldsInTheirOrder() throws Exception {
        good("A: 1\r\nB: 2\r\n\r\nbody", "A=1|B=2", 14);
        good("A:1\r\na : 2\r\n\r\n", "A=1|a=2", 14);
        good("A: one\r\n two\r\n\tthree\r\n\r\n", "A=one two\tthree", 24);
        good("A: 1\nB: 2\n\nbody", "A=1|B=2", 11);
        good("A:\r\n\r\n", "A=", 6);
        good("A: 1\r\n", "A=1", 6); // no body
        good("A: \u00e4\r\n\r\n", "A=\u00e4", 8);
    }

    @Test
    void takesWhatIsNoFieldForTheBody() throws Exception {
        odd("", "", 0);
        odd("\r\n", "", 2);
        odd("\r\n\r\n", "", 2);
        odd("Just text\r\n", "", 0, Oddity.NO_EMPTY_LINE);
        odd("A: 1\r\nJust text: x\r\nB: 2\r\n\r\n", "A=1", 6, Oddity.NO_EMPTY_LINE);
        odd(" folded\r\nA: 1\r\n\r\n", "", 0, Oddity.NO_EMPTY_LINE);
        odd(": x\r\n\r\n", "", 0, Oddity.NO_EMPTY_LINE);
        odd("From a@b Thu Jan 1\r\nA: 1\r\n\r\n", "A=1", 28, Oddity.MBOX_LINE);
    }

    @Test
    void namesWhatIsOdd() throws Exception {
        odd("A: 1\r\n \t\r\nB: 2\r\n\r\n", "A=1|B=2", 18, Oddity.BLANK_CONTINUATION);
        odd("A: 1\r2\r\n\r\n", "A=1\r2", 10, Oddity.BARE_CR);
        odd("A: 1\u00002\r\n\r\n", "A=1\u00002", 10, Oddity.NUL);
        odd("A: 1\r\r\n\r\n", "A=1\r", 9, Oddity.BARE_CR);
    }

    /// A line comes in pieces where it is longer than the buffer, and the result is the same.
    @Test
    void keepsTheOriginalOctets() throws Exception {
        String raw = "Subject: " + "x".repeat(50_000) + "\r\n  y\r\n";
        HeaderSection section = read(raw + "\r\nbody");
        assertEquals(raw, section.fields().getFirst().raw());
        assertEquals(raw.length() + 2, section.octets());
    }

    /// A CR and its LF may arrive in two pieces.
    @Test
    void readsStreamsThatGiveOneOctetAtATime() throws Exception {
        for (int length = 16_370; length < 16_390; length++) {
            String raw = "A: " + "x".repeat(length) + "\r\nB: 2\r\n\r\nbody";
            HeaderSection section = HeaderSection.read(slow(raw));
            assertEquals(2, section.fields().size());
            assertEquals(raw.length() - 4, section.octets());
            assertEquals(Set.of(), section.oddities());
        }
    }

    @Test
    void refusesWhatBreaksALimit() throws Exception {
        String field = "To: a@b\r\n";
        assertEquals(1_000, read(field.repeat(1_000)).fields().size());
        bad(field.repeat(1_001), "more than 1000 fields");
        bad("A: " + "x".repeat(102_400) + "\r\n", "field is longer than 102400 octets");
        bad("A: 1\r\n" + " y\r\n".repeat(30_000), "field is longer than 102400 octets");
        bad(("A: " + "x".repeat(90_000) + "\r\n").repeat(3), "longer than 262144 octets");
    }

    /// Not more is read than the limit and one buffer, however long the message is.
    @Test
    void readsNoFurtherThanTheLimit() {
        for (String line : List.of("To: a@b\r\n", "A: x\r\n", "A:", "From ")) {
            Endless endless = new Endless(line.getBytes(ISO_8859_1));
            assertThrows(MimeException.class, () -> HeaderSection.read(endless));
            assertTrue(endless.given <= HeaderSection.OCTETS_MAX + 16_384, line);
        }
    }

    private static void good(String text, String fields, int octets) throws Exception {
        odd(text, fields, octets);
    }

    private static void odd(String text, String fields, int octets, Oddity... oddities)
            throws Exception {
        HeaderSection section = read(text);
        assertEquals(
                fields,
                section.fields().stream()
                        .map(f -> f.name() + "=" + f.body())
                        .collect(Collectors.joining("|")));
        assertEquals(octets, section.octets());
        assertEquals(Set.of(oddities), section.oddities());
    }

    private static void bad(String text, String reason) {
        MimeException thrown = assertThrows(MimeException.class, () -> read(text));
        assertTrue(thrown.reason().contains(reason), thrown::reason);
    }

    private static HeaderSection read(String text) throws IOException, MimeException {
        return HeaderSection.read(Content.of(text.getBytes(ISO_8859_1)));
    }

    private static InputStream slow(String text) {
        return new ByteArrayInputStream(text.getBytes(ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(1, length));
            }
        };
    }

    /// The same octets over and over, counted.
    private static final class Endless extends InputStream {
        private final byte[] octets;
        private long given;

        Endless(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public int read() {
            return octets[(int) (given++ % octets.length)];
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            for (int i = 0; i < length; i++) {
                target[offset + i] = (byte) read();
            }
            return length;
        }
    }
}
