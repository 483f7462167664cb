package org.postern.showing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;

class PreviewTest {
    private static String of(String message) throws IOException {
        String octets = Preview.of(Content.of(message.getBytes(UTF_8)));
        return new String(octets.getBytes(ISO_8859_1), UTF_8);
    }

    @Test
    void firstWordsInOneLine() throws IOException {
        assertEquals("Grüße von Anna", of("Subject: s\r\n\r\n\r\n  Grüße\r\n\tvon  Anna\r\n\r\n"));
        assertEquals("mine", of("Subject: s\r\n\r\n> yours\r\n>> and theirs\r\nmine\r\n"));
        assertEquals("", of("Subject: s\r\n\r\n"));
        assertEquals("", of(""));
        assertEquals("", of("Content-Type: image/png\r\n\r\nxxxx"));
    }

    @Test
    void plainTextBeforeHtmlAndNoAttachment() throws IOException {
        String parts =
                """
                Content-Type: multipart/mixed; boundary=b\r
                \r
                --b\r
                Content-Type: text/plain\r
                Content-Disposition: attachment\r
                \r
                attached\r
                --b\r
                Content-Type: text/html\r
                \r
                <style>p{}</style><p>rich &amp; <b>fair</b></p>\r
                """;
        assertEquals("rich & fair", of(parts + "--b--\r\n"));
        String plain = "--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b--\r\n";
        assertEquals("plain", of(parts + plain));
    }

    /// Nothing that turns or hides text, and nothing that could end a line.
    @Test
    void nothingThatDeceives() throws IOException {
        assertEquals("abc d", of("A: b\r\n\r\na\u202Eb\u200Bc\u0007d\r\n"));
        assertEquals("a b", of("A: b\r\n\r\na\u2028b\r\n"));
    }

    @Test
    void isShortWhateverTheLetterIs() throws IOException {
        assertEquals("x".repeat(200), of("A: b\r\n\r\n" + "x".repeat(1_000_000)));
        String long200 = "\uD83D\uDE00".repeat(200);
        assertEquals(long200, of("A: b\r\n\r\n" + long200 + long200));
        assertEquals("", of("A: " + "b".repeat(70_000) + "\r\n\r\nHello"));
        assertEquals("", of("A: b\r\n\r\n" + " ".repeat(70_000) + "Hello"));
        assertTrue(of("Content-Type: text/html\r\n\r\n" + "<".repeat(60_000)).length() <= 200);
    }

    @Test
    void neverFails() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        String pieces = "Content-Type: text/html;charset=;boundary=b\r\n\r\n--b\r\n<&>=?";
        for (int i = 0; i < 2_000; i++) {
            StringBuilder message = new StringBuilder();
            for (int j = random.nextInt(40); j > 0; j--) {
                int from = random.nextInt(pieces.length());
                message.append(pieces, from, random.nextInt(from, pieces.length()));
            }
            String shown = of(message.toString());
            assertTrue(shown.codePointCount(0, shown.length()) <= 200, shown);
            assertTrue(shown.chars().noneMatch(Character::isISOControl), shown);
        }
    }
}
