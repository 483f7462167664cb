package org.postern.files;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class CodedTextTest {
    private static final String WEB_ARCHIVE =
            """
            From: <Saved by a browser>
            MIME-Version: 1.0
            Content-Type: text/html
            Content-Transfer-Encoding: base64

            TVJOIDQ3MTE=
            """;

    @Test
    void whatHidesItsWordsIsTold() {
        for (String coded :
                List.of(
                        "{\\rtf1\\ansi \\'4d\\'52\\'4e}",
                        "\uFEFF \n{\\rtf1}",
                        "%!PS-Adobe-3.0\n",
                        "Hello\n-----BEGIN PGP MESSAGE-----\n\nhQEM",
                        "> -----BEGIN PGP MESSAGE-----\n",
                        "-----BEGIN CMS-----\n",
                        "-----BEGIN AGE ENCRYPTED FILE-----",
                        "text\nbegin 644 list.xlsx\nM",
                        "=ybegin line=128 size=1 name=a\n",
                        "(This file must be converted with BinHex 4.0)\n",
                        WEB_ARCHIVE,
                        WEB_ARCHIVE.replace("\n", "\r\n").toLowerCase(Locale.ROOT),
                        "<a href=\"data:text/html;charset=utf-8;base64,TVJO\">x</a>",
                        "BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:=4D\n")) {
            assertTrue(CodedText.isIn(coded), coded);
        }
    }

    @Test
    void whatShowsItsWordsIsNot() {
        for (String plain :
                List.of(
                        "",
                        "Dear Maria, your MRN is 4711.",
                        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n",
                        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
                        "-----BEGIN CERTIFICATE-----\n",
                        "We begin 644 studies",
                        "The field MIME-Version: 1.0 is needed.",
                        "<img src=\"data:image/png;base64,iVBO\">",
                        "BEGIN:VCARD\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/\n")) {
            assertFalse(CodedText.isIn(plain), plain);
        }
    }

    /// CWE-1333: a text is a stranger's, and may be long.
    @Test
    void longTextsTakeLinearTime() {
        for (String piece :
                List.of("> ", "A;", "data:", "MIME-Version:", "\n-----BEGIN ", "x;y;")) {
            String text = piece.repeat((2 << 20) / piece.length());
            Assertions.assertTimeout(Duration.ofSeconds(10), () -> CodedText.isIn(text));
        }
    }
}
