package org.postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.http.WebResponse.Field;

class DispositionTest {
    @Test
    void hostileNamesBecomeHarmless() {
        good("report.pdf", "report.pdf");
        good("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf");
        good("../../etc/passwd", "passwd");
        good("C:\\Users\\me\\scan.pdf", "scan.pdf");
        good("\u202Efdp.exe", "fdp.exe");
        good("CON", "_CON");
        good("con.txt", "_con.txt");
        good("COM1", "_COM1");
        good("name. . .", "name");
        good("...hidden", "hidden");
        good("photo.pdf.exe", "photo.pdf.exe");
        good("", "file");
        good("/", "file");
        good("a\u0000b\u200Bc.txt", "abc.txt");
        good("a<b>:\"|?*c.txt", "abc.txt");
        good("niña – año.png", "niña – año.png");
        assertEquals(120, Disposition.clean("x".repeat(300) + ".pdf").length());
        assertTrue(Disposition.clean("x".repeat(300) + ".pdf").endsWith(".pdf"));
    }

    @Test
    void theFieldHoldsBothForms() {
        assertEquals(
                "attachment; filename=\"ni_a 100_.png\"; filename*=UTF-8''ni%C3%B1a%20100%25.png",
                Disposition.attachment("niña 100%.png"));
        assertTrue(Disposition.inline("a.png").startsWith("inline; "));
        for (String name : List.of("\"; x=\"", "\u0085\u2028", "\uD83D", "😀.png", "a;b,c'd")) {
            new Field("Content-Disposition", Disposition.attachment(name));
        }
    }

    private static void good(String given, String clean) {
        assertEquals(clean, Disposition.clean(given));
    }
}
