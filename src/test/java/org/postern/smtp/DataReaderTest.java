package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.postern.allowance.SmtpLimits;
import org.postern.mail.Reply;

class DataReaderTest {
    private static final long NO_LIMIT = 1L << 40;

    /// What a message reads as.
    ///
    /// @param reply the refusal, or "ok"
    /// @param rest what stands behind the end, or "no end"
    private record Reading(String reply, String message, String rest) {}

    @Test
    void anOrdinaryMessageIsHandedOnWithoutStuffingAndFinalDot() {
        good("a\r\nb\r\n.\r\n", "a\r\nb\r\n");
        good(".\r\n", "");
        good("\r\n.\r\n", "\r\n");
        good("..\r\n.\r\n", ".\r\n");
        good("...\r\n..a\r\n. b\r\n.\r\n", "..\r\n.a\r\n b\r\n");
        good("a.\r\n.b\r\n.\r\n", "a.\r\nb\r\n");
        good(
                "tab\tform\fesc\u001b\u00e9\u00ff\u0080\r\n.\r\n",
                "tab\tform\fesc\u001b\u00e9\u00ff\u0080\r\n");
    }

    @Test
    void whatFollowsTheEndIsLeft() {
        Reading reading = read("a\r\n.\r\nQUIT\r\n", 1_000, NO_LIMIT);
        assertEquals(new Reading("ok", "a\r\n", "QUIT\r\n"), reading);
    }

    @Test
    void bareCrAndLfAndNulAreRefusedAfterTheTrueEnd() {
        bad("a\nb\r\n", "550 5.5.2");
        bad("a\rb\r\n", "550 5.5.2");
        bad("a\r\r\n", "550 5.5.2");
        bad("\n", "550 5.5.2");
        bad("\r\r\n", "550 5.5.2");
        bad("a\0b\r\n", "550 5.6.0");
        bad("\0\r\n", "550 5.6.0");
        bad(".\0\r\n", "550 5.6.0");
        bad(".\n", "550 5.5.2");
        bad(".\rx\r\n", "550 5.5.2");
        bad(".\r.\r\n", "550 5.5.2");
    }

    @Test
    void theSizeLimitCountsTheMessageAndNotItsStuffing() {
        assertEquals("ok", read("..23\r\n678\r\n.\r\n", 7, 10).reply());
        assertEquals("552 5.3.4", read("..23\r\n6789\r\n.\r\n", 7, 10).reply());
        Reading reading = read("x".repeat(5_000) + "\r\n.\r\nNOOP\r\n", 64, 10);
        assertEquals("552 5.3.4", reading.reply());
        assertEquals("NOOP\r\n", reading.rest());
        assertEquals("", reading.message().replace("x", ""));
    }

    @Test
    void aLineHasALimit() {
        int most = SmtpLimits.TEXT_LINE_OCTETS_MAX - 2;
        assertEquals("ok", read("x".repeat(most) + "\r\n.\r\n", 4_096, NO_LIMIT).reply());
        assertEquals(
                "550 5.6.0", read("x".repeat(most + 1) + "\r\n.\r\n", 4_096, NO_LIMIT).reply());
        String many = ("x".repeat(most) + "\r\n").repeat(3);
        assertEquals("ok", read(many + ".\r\n", 65_536, NO_LIMIT).reply());
    }

    @Test
    void drainingHasALimitToo() {
        DataReader reader =
                new DataReader(DataReader.Framing.DOT, OutputStream.nullOutputStream(), 10);
        byte[] block = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 64; i++) {
            reader.take(block, 0, block.length);
            assertFalse(reader.isDone());
        }
        reader.take(block, 0, block.length);
        assertTrue(reader.isEndless());
        assertTrue(reader.isDone());
    }

    @Test
    void aStoreThatFailsIsNotWrittenAgainAndTheMessageIsDrained() {
        OutputStream full =
                new OutputStream() {
                    private boolean failed;

                    @Override
                    public void write(int octet) throws IOException {
                        assertFalse(failed, "written again");
                        failed = true;
                        throw new IOException("No space left on device");
                    }
                };
        DataReader reader = new DataReader(DataReader.Framing.DOT, full, NO_LIMIT);
        byte[] octets = "a\r\n..b\r\n.\r\nQ".getBytes(StandardCharsets.US_ASCII);
        assertEquals(octets.length - 1, reader.take(octets, 0, octets.length));
        assertEquals(451, reader.refusal().map(Reply::code).orElse(0));
        assertTrue(reader.storeFailure().isPresent());
    }

    @Test
    void aMessageReadsTheSameHoweverItIsCut() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_260_302);
        for (int round = 0; round < 2_000; round++) {
            String octets = octets(random) + "\r\n.\r\n" + "rest";
            Reading whole = read(octets, octets.length(), NO_LIMIT);
            assertEquals(reference(octets), whole, () -> escaped(octets));
            for (int border = 1; border < octets.length(); border++) {
                int at = border;
                assertEquals(whole, readCut(octets, at), () -> escaped(octets) + " at " + at);
            }
            assertEquals(whole, read(octets, 1, NO_LIMIT), () -> escaped(octets) + " octetwise");
        }
    }

    /// Made of what matters, with stretches long enough for the scan by words.
    private static String octets(RandomGenerator random) {
        String[] pieces = {
            "\r\n",
            "\r\n",
            "\r\n",
            "\r\n.",
            "\r\n..",
            "\r",
            "\n",
            "\0",
            ".",
            "\t",
            "\u00ff\u0080",
            "x",
            "eleven text",
            "\u000e\u000f\u007f"
        };
        // Half of them without the forbidden ones, or nearly all would be refused.
        boolean clean = random.nextBoolean();
        StringBuilder octets = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            String piece = pieces[random.nextInt(pieces.length)];
            boolean forbidden = piece.length() == 1 && "\r\n\0".contains(piece);
            octets.append(clean && forbidden ? "y" : piece);
        }
        return octets.toString();
    }

    /// The same by the simplest means: find the end in the whole text, then look at it.
    private static Reading reference(String octets) {
        String begun = "\r\n" + octets;
        int end = begun.indexOf("\r\n.\r\n");
        String lines = begun.substring(0, end + 2);
        String left = lines.replace("\r\n", "");
        int nul = left.indexOf('\0') < 0 ? -1 : firstNul(lines);
        int bare = firstBare(lines);
        String rest = begun.substring(end + 5);
        if (nul >= 0 && (bare < 0 || nul < bare)) {
            return new Reading("550 5.6.0", "", rest);
        }
        if (bare >= 0) {
            return new Reading("550 5.5.2", "", rest);
        }
        return new Reading("ok", lines.replace("\r\n.", "\r\n").substring(2), rest);
    }

    private static int firstNul(String lines) {
        return lines.indexOf('\0');
    }

    private static int firstBare(String lines) {
        String masked = lines.replace("\r\n", "__");
        for (int i = 0; i < masked.length(); i++) {
            if (masked.charAt(i) == '\r' || masked.charAt(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static void good(String octets, String message) {
        for (int block = 1; block <= octets.length(); block++) {
            assertEquals(new Reading("ok", message, ""), read(octets, block, NO_LIMIT));
        }
    }

    /// Whatever is wrong, the end is the true one, and nothing behind it is touched.
    private static void bad(String octets, String reply) {
        String whole = octets + "MAIL FROM:<x@y.example>\r\n.\r\nRSET\r\n";
        for (int block = 1; block <= whole.length(); block++) {
            Reading reading = read(whole, block, NO_LIMIT);
            assertEquals(reply, reading.reply(), escaped(octets));
            assertEquals("RSET\r\n", reading.rest(), escaped(octets));
        }
    }

    private static Reading read(String octets, int block, long limit) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DataReader reader = new DataReader(DataReader.Framing.DOT, out, limit);
        byte[] all = octets.getBytes(StandardCharsets.ISO_8859_1);
        int position = 0;
        while (position < all.length && !reader.isDone()) {
            position = reader.take(all, position, Math.min(all.length, position + block));
        }
        return reading(reader, out, octets.substring(position));
    }

    private static Reading readCut(String octets, int border) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DataReader reader = new DataReader(DataReader.Framing.DOT, out, NO_LIMIT);
        byte[] all = octets.getBytes(StandardCharsets.ISO_8859_1);
        int position = reader.take(all, 0, border);
        if (!reader.isDone()) {
            position = reader.take(all, border, all.length);
        }
        return reading(reader, out, octets.substring(position));
    }

    private static Reading reading(DataReader reader, ByteArrayOutputStream out, String rest) {
        String reply =
                reader.refusal()
                        .map(refused -> refused.code() + " " + refused.enhanced())
                        .orElse("ok");
        // What was handed on before a refusal is thrown away with the draft, and may differ.
        boolean kept = reply.equals("ok") || reply.startsWith("552");
        String message = kept ? out.toString(StandardCharsets.ISO_8859_1) : "";
        return new Reading(reply, message, reader.isDone() ? rest : "no end");
    }

    private static String escaped(String octets) {
        return octets.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0");
    }
}
