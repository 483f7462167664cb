package org.postern.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class DotStufferTest {
    private static final String END = ".\r\n";

    @Test
    void whatLeaves() throws IOException {
        good("", END);
        good("\r\n", "\r\n" + END);
        good("a\r\n", "a\r\n" + END);
        good("a", "a\r\n" + END);
        good(".", "..\r\n" + END);
        good(".\r\n", "..\r\n" + END);
        good("..\r\n", "...\r\n" + END);
        good("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n" + END);
        good("a\r\n.b\r\n..c\r\nd.\r\n", "a\r\n..b\r\n...c\r\nd.\r\n" + END);
        good("\r\n\r\n.\r\n\r\n", "\r\n\r\n..\r\n\r\n" + END);
        good("NUL \0 and TAB \t pass\r\n", "NUL \0 and TAB \t pass\r\n" + END);
        good("\u00e4\u00ff\u008d\u008a\r\n", "\u00e4\u00ff\u008d\u008a\r\n" + END);
    }

    @Test
    void bareLineEndsNeverLeave() throws IOException {
        bad("a\nb\r\n");
        bad("a\rb\r\n");
        bad("\n");
        bad("\r");
        bad("a\r\r\n"); // the first CR is bare
        bad("a\r\n\n");
        bad("a\n.\r\nMAIL FROM:<x@y>\r\n"); // the smuggling forms
        bad("a\r\n.\rMAIL FROM:<x@y>\r\n");
        bad("a\r\n.\nMAIL FROM:<x@y>\r\n");
        bad("a\n.\n");
        bad("a\r.\r");
        bad("a\r\0\n.\r\n");
        bad("0123456\n0123456789\r\n");
        bad("01234567\r0123456789\r\n");
    }

    @Test
    void eightBitOctetsLeaveOnlyWherePermitted() throws IOException {
        for (String text : new String[] {"\u0080", "0123456789\u00e4\r\n", "a\r\n\u00ff"}) {
            Run run = run(text, false, 4);
            Reply554.check(run);
            assertNull(run(text, true, 4).stuffer().refusal());
        }
    }

    @Test
    void aFailureIsRememberedWhoeverSwallowsIt() throws IOException {
        DotStuffer stuffer = new DotStuffer((_, _, _) -> {}, true);
        assertThrows(IOException.class, () -> stuffer.write(octets("a\nb")));
        assertThrows(IOException.class, () -> stuffer.write('c'));
        assertThrows(IOException.class, stuffer::finish);

        DotStuffer broken =
                new DotStuffer(
                        (_, _, _) -> {
                            throw new IOException("broken");
                        },
                        true);
        assertThrows(IOException.class, () -> broken.write(octets("a\r\n")));
        assertThrows(IOException.class, broken::finish);
        assertNull(broken.refusal());
    }

    @Test
    void theLongestLineIsKnown() throws IOException {
        assertEquals(0, run("", true, 1).stuffer().longestLine());
        assertEquals(3, run("ab\r\nabc\r\na\r\n", true, 2).stuffer().longestLine());
        assertEquals(
                1_005,
                run("ab\r\n" + "\u00e4".repeat(5) + "x".repeat(1_000), true, 7)
                        .stuffer()
                        .longestLine());
    }

    /// Any text in any blocks leaves as the one-line reference says.
    @Test
    void blockBordersDoNotMatter() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        String[] pieces = {
            ".", "..", "\r\n", "\r\n.", "\r\n.\r\n", "a", "0123456789abcdef", "\u00fc"
        };
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder();
            int count = random.nextInt(12);
            for (int i = 0; i < count; i++) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            good(text.toString(), reference(text.toString()), 1 + random.nextInt(20));
        }
    }

    /// Any text with a bare CR or LF at any place and in any blocks is refused.
    @Test
    void bareLineEndsAreFoundAtEveryPlace() throws IOException {
        String text = "0123456789\r\n.abcdefghij\r\nx";
        for (int at = 0; at <= text.length(); at++) {
            for (String bare : new String[] {"\r", "\n"}) {
                String spoilt = text.substring(0, at) + bare + text.substring(at);
                if (spoilt.replace("\r\n", "").indexOf(bare) < 0) {
                    continue; // it completed nothing else than a line end
                }
                for (int block = 1; block < 20; block++) {
                    Run run = run(spoilt, true, block);
                    assertNotNull(run.stuffer().refusal(), spoilt);
                    String left = run.left().replace("\r\n", "");
                    assertTrue(left.indexOf('\r') < 0 && left.indexOf('\n') < 0, spoilt);
                }
            }
        }
    }

    private static String reference(String text) {
        String ended = text.isEmpty() || text.endsWith("\r\n") ? text : text + "\r\n";
        return ("\r\n" + ended).replace("\r\n.", "\r\n..").substring(2) + END;
    }

    private static void good(String text, String expected) throws IOException {
        for (int block : new int[] {1, 2, 3, 7, 1_000}) {
            good(text, expected, block);
        }
    }

    private static void good(String text, String expected, int block) throws IOException {
        Run run = run(text, true, block);
        assertNull(run.stuffer().refusal(), text);
        assertEquals(expected, run.left(), text);
    }

    private static void bad(String text) throws IOException {
        for (int block : new int[] {1, 2, 3, 7, 1_000}) {
            Run run = run(text, true, block);
            assertNotNull(run.stuffer().refusal(), text);
            assertEquals("550 5.6.0", run.stuffer().refusal().toString().substring(0, 9));
            assertTrue(!run.left().endsWith("\r\n" + END) && !run.left().equals(END), text);
        }
    }

    private record Run(DotStuffer stuffer, String left) {}

    private static final class Reply554 {
        static void check(Run run) {
            assertNotNull(run.stuffer().refusal());
            assertEquals("554 5.6.3", run.stuffer().refusal().toString().substring(0, 9));
        }
    }

    private static Run run(String text, boolean eightBit, int block) throws IOException {
        ByteArrayOutputStream left = new ByteArrayOutputStream();
        DotStuffer stuffer = new DotStuffer(left::write, eightBit);
        byte[] octets = octets(text);
        try {
            for (int at = 0; at < octets.length; at += block) {
                stuffer.write(octets, at, Math.min(block, octets.length - at));
            }
            stuffer.finish();
        } catch (IOException e) {
            assertNotNull(stuffer.refusal());
        }
        return new Run(stuffer, left.toString(ISO_8859_1));
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
