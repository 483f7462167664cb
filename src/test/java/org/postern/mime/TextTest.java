package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// M07, M08, M09 and M12 of the MIME inputs: charsets, encoded words, transfer encodings, names,
/// dates.
final class TextTest {
    @Test
    void charsetsComeFromAList() {
        for (String label :
                ("utf-8 UTF8 us-ascii iso-8859-15 windows-1252 koi8-r gb2312 "
                                + "big5 shift_jis euc-jp iso-2022-jp")
                        .split(" ", -1)) {
            assertTrue(Text.charset(label).isPresent(), label);
        }
        for (String label : "utf-7 hz-gb-2312 iso-2022-cn ../../x unknown-8bit x".split(" ", -1)) {
            assertEquals(Optional.empty(), Text.charset(label), label);
        }
        assertEquals("+AGE-", Text.decode("+AGE-".getBytes(ISO_8859_1), "utf-7"));
        assertEquals("\u00fc", Text.decode(new byte[] {(byte) 0xFC}, "nonsense"));
        assertEquals("\u00fc", Text.decode("\u00fc".getBytes(UTF_8), "us-ascii"));
        // An overlong slash is no slash.
        assertEquals("\ufffd\ufffd", Text.decode(new byte[] {(byte) 0xC0, (byte) 0xAF}, "utf-8"));
    }

    @Test
    void encodedWordsAreDecoded() {
        word("plain", "plain");
        word("=?utf-8?q?a=C3=A4_b?=", "a\u00e4 b");
        word("=?UTF-8?B?w6Q=?=", "\u00e4");
        word("=?iso-8859-1*de?q?=E4?= x", "\u00e4 x");
        word("=?utf-8?q?a?= =?utf-8?q?b?=", "ab");
        word("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c");
        word("=?utf-8?b?ww==?= =?utf-8?b?pA==?=", "\u00e4"); // one character in two words
        word("=?utf-8?q?a?= =?x", "a =?x");
        word("=?utf-8?x?a?=", "=?utf-8?x?a?=");
        word("=?utf-7?q?+AGE-?=", "+AGE-");
        word("=?utf-8?q?a=0D=0Ab?=", "a  b");
        word("=?utf-8?q?a=E2=80=AEb?=", "ab"); // U+202E
        word("\u00c3\u00a4", "\u00e4"); // raw UTF-8
        word("=?", "=?");
        word("=?a?b?", "=?a?b?");
    }

    /// The time is that of the length; a decoder that starts over at each mark would not end.
    @Test
    void manyMarksTakeLinearTime() {
        String marks = "=?".repeat(50_000);
        assertEquals(marks, EncodedWords.decode(marks));
        String words = "=?utf-8?q?a?= ".repeat(7_000);
        assertEquals("a".repeat(7_000) + " ", EncodedWords.decode(words));
    }

    /// M07.
    @Test
    void base64IsLenient() throws Exception {
        base64("aGVsbG8=", "hello");
        base64("aGVs\r\nbG8=\r\n", "hello");
        base64("a!G V-s_bG8", "hello"); // junk, no padding
        base64("aGVsbG8=d29ybGQ=", "helloworld"); // padding in the middle
        base64("aGVsb", "hel"); // one digit too many
        base64("====", "");
        base64("", "");
        base64("QUJD".repeat(100_000), "ABC".repeat(100_000)); // one line
        base64("QQ=".repeat(100_000), "A".repeat(100_000));
    }

    @Test
    void quotedPrintableIsLenient() throws Exception {
        quoted("a=3Db", "a=b");
        quoted("a=e4b", "a\u00e4b");
        quoted("a=\r\nb", "ab");
        quoted("a=\nb", "ab");
        quoted("a= \t\r\nb", "ab");
        quoted("a=", "a"); // at the end
        quoted("a=4", "a=4");
        quoted("a=zb", "a=zb");
        quoted("a=4z", "a=4z");
        quoted("a==41", "a=A");
        quoted("=\r\n".repeat(1_000_000) + "a", "a");
    }

    /// M08, M09.
    @Test
    void fileNamesAreHarmless() {
        name("report.pdf", "report.pdf");
        name("../../x", "x");
        name("..\\x", "x");
        name("C:\\dir\\x.txt", "x.txt");
        name("C:x", "C_x");
        name("CON", "_CON");
        name("con.txt", "_con.txt");
        name("console.txt", "console.txt");
        name("a.pdf\u0000.exe", "a.pdf.exe");
        name("a.exe ", "a.exe");
        name("a.exe. .", "a.exe");
        name("a\u202Efdp.exe", "afdp.exe");
        name("file:///etc/passwd", "passwd");
        name("/dev/stdin", "stdin");
        name(";rm -rf", "_rm -rf");
        name("a\r\nb", "ab");
        name(".htaccess", "htaccess");
        name("x/", "x");
        name("..", "");
        name("", "");
        name("///", "");
        name("x".repeat(300) + ".pdf", "x".repeat(251) + ".pdf");
        name("\u00e4".repeat(200), "\u00e4".repeat(127));
        name("e\u0301", "\u00e9");
        assertEquals("exe", FileName.ending("a.pdf.EXE"));
        assertEquals("", FileName.ending("a"));
    }

    @Test
    void datesAreRead() {
        date("Thu, 15 Jan 2026 09:00:00 +0100", "2026-01-15T09:00+01:00");
        date("15 Jan 2026 09:00 -0530", "2026-01-15T09:00-05:30");
        date("Thu, 15 Jan 26 09:00:60 GMT (comment)", "2026-01-15T09:00:59Z");
        date("1 Feb 99 1:2:3 PST", "1999-02-01T01:02:03-08:00");
        date("Thu,15 January 2026 09:00:00", "2026-01-15T09:00Z");
        for (String none :
                new String[] {
                    "",
                    "yesterday",
                    "31 Feb 2026 09:00",
                    "1 Foo 2026 09:00",
                    "1 Jan 2026 9",
                    "1 Jan 2026 25:00",
                    "1 Jan 2026 09:00 +9999",
                    "1 Jan x 1:1"
                }) {
            assertEquals(Optional.empty(), MailDate.parse(none), none);
        }
    }

    private static void word(String body, String expected) {
        assertEquals(expected, EncodedWords.decode(body));
    }

    private static void base64(String encoded, String expected) throws Exception {
        decoded(TransferEncoding.BASE64, encoded, expected);
    }

    private static void quoted(String encoded, String expected) throws Exception {
        decoded(TransferEncoding.QUOTED_PRINTABLE, encoded, expected);
    }

    private static void decoded(TransferEncoding encoding, String encoded, String expected)
            throws Exception {
        byte[] octets = encoded.getBytes(ISO_8859_1);
        try (InputStream in = encoding.decode(new ByteArrayInputStream(octets))) {
            assertEquals(expected, new String(in.readAllBytes(), ISO_8859_1));
        }
    }

    private static void name(String suggested, String expected) {
        assertEquals(expected, FileName.sanitise(suggested).orElse(""), suggested);
    }

    private static void date(String body, String expected) {
        assertEquals(expected, MailDate.parse(body).orElseThrow().toString());
    }
}
