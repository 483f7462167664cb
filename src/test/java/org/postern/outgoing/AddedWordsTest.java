package org.postern.outgoing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Content;
import org.postern.mime.Letter;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.policy.Extras.Added;

/// Words above and below a text, read again by ours and by another library.
class AddedWordsTest {
    private static final Added BOTH =
            new Added("Ward 3: <call>", "Not for you?\nDelete it & call.");
    private static final String ABOVE = "Ward 3: <call>\r\n\r\n";
    private static final String BELOW = "\r\nNot for you?\r\nDelete it & call.\r\n";
    private static final Charset LATIN = StandardCharsets.ISO_8859_1;

    private static Content content(String text) {
        return Content.of(text.replace("\n", "\r\n").getBytes(LATIN));
    }

    private static byte[] octets(Content content) throws IOException {
        try (InputStream in = content.open()) {
            byte[] all = in.readAllBytes();
            assertEquals(all.length, content.size(), "the size is told before");
            return all;
        }
    }

    private static String added(String message) throws IOException, MimeException {
        Content written = AddedWords.to(content(message), BOTH);
        byte[] octets = octets(written);
        ByteArrayOutputStream slowly = new ByteArrayOutputStream();
        try (InputStream in = written.open()) {
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                slowly.write(octet);
            }
        }
        assertArrayEquals(octets, slowly.toByteArray(), "octet by octet");
        return new String(octets, LATIN);
    }

    private static String plain(String message) throws IOException, MimeException {
        Content content = Content.of(message.getBytes(LATIN));
        Letter letter = Letter.of(MimeIndex.of(content), content);
        return letter.text(letter.plain().orElseThrow());
    }

    private static String html(String message) throws IOException, MimeException {
        Content content = Content.of(message.getBytes(LATIN));
        Letter letter = Letter.of(MimeIndex.of(content), content);
        return letter.text(letter.html().orElseThrow());
    }

    @Test
    void aPlainTextHasThemAboveAndBelow() throws Exception {
        String written =
                added(
                        """
                        Subject: a
                        Content-Type: text/plain; charset=iso-8859-1; format=flowed
                        Content-Transfer-Encoding: 8bit

                        ma\u00F1ana
                        """);
        assertEquals(ABOVE + "ma\u00F1ana\r\n" + BELOW, plain(written));
        assertTrue(written.startsWith("Subject: a\r\nMIME-Version: 1.0\r\n"), written);
        assertTrue(written.contains("; charset=utf-8; format=flowed\r\n"), written);
        MimeMessage read =
                new MimeMessage(
                        Session.getInstance(new Properties()),
                        new ByteArrayInputStream(written.getBytes(LATIN)));
        assertEquals(ABOVE + "ma\u00F1ana\r\n" + BELOW, read.getContent());
    }

    /// No fields at all, and no line end behind the text (RFC 2045 §5.2: it is plain text).
    @Test
    void aMessageWithoutAnyFormHasThem() throws Exception {
        assertEquals(ABOVE + "x\r\n" + BELOW, plain(added("Subject: a\n\nx")));
    }

    private static final String BOTH_FORMS =
            """
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=o

            preamble
            --o
            Content-Type: multipart/alternative; boundary=i

            --i
            Content-Type: text/plain
            Content-Language: en

            x
            --i
            Content-Type: text/html
            Content-Transfer-Encoding: base64

            PGh0bWw+PGJvZHkgY2xhc3M9Ij4iPjxwPng8L3A+PCEtLSA8L2JvZHk+IC0tPjwvYm9keT48L2h0bWw+
            --i--
            --o
            Content-Type: text/plain; name=a.txt
            Content-Disposition: attachment

            attached
            --o--
            epilogue
            """;

    @Test
    void bothFormsHaveThemAndFilesStay() throws Exception {
        String written = added(BOTH_FORMS);
        assertEquals(ABOVE + "x\r\n" + BELOW, plain(written));
        String html = html(written);
        assertTrue(
                html.matches("(?s)<html><body class=\">\"><div [^>]*>Ward 3: &lt;call&gt;<.*"),
                html);
        assertTrue(
                html.matches("(?s).*<!-- </body> --><div [^>]*>Not for you\\?<br>.*</body></html>"),
                html);
        String end = BOTH_FORMS.substring(BOTH_FORMS.indexOf("\n--i--")).replace("\n", "\r\n");
        assertTrue(written.endsWith(end), "all behind the texts is as it was");
        assertTrue(written.contains("Content-Language: en\r\n"), written);
    }

    /// What a browser shows of HTML that is not closed.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<p>x</p>",
                "<p>x</p><!-- no end",
                "<p>x</p><style> no end",
                "<p>x</p><img alt='no end",
                "<!DOCTYPE html><html><head><title></body></title></head><p>x</p>",
                "<BODY onload='a>b'><p>x</p></BODY></HTML>",
                "<p>x</p>1 < 2 <"
            })
    void wordsInHtmlAreShown(String html) {
        String written = HtmlWords.with(html, BOTH);
        String shown = org.postern.texts.HtmlText.of(written).strip().replaceAll("\\s+", " ");
        assertTrue(
                shown.matches(".*Ward 3: <call> x.*Not for you\\? Delete it & call\\..*"),
                shown + " in " + written);
    }

    /// A hostile text takes as long as any.
    @Test
    void manyTagsThatNeverEndTakeNoTime() {
        String hostile = "<a '".repeat(500_000);
        assertTrue(HtmlWords.with(hostile, BOTH).length() > hostile.length());
        String open = "<!--".repeat(500_000);
        assertTrue(HtmlWords.with(open, BOTH).length() > open.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: multipart/signed; boundary=b; micalg=sha-256;"
                        + " protocol=\"application/pkcs7-signature\"\n\n--b\n\nx\n--b--\n",
                "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx\n",
                "Content-Type: application/octet-stream; name=smime.p7m\n\nx\n",
                "Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n",
                "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n",
                "Content-Type: message/rfc822\n\nSubject: b\n\nx\n"
            })
    void whatTheAuthorProtectedOrProgramsActOnIsNotTouched(String message) throws Exception {
        Content content = content(message);
        assertSame(content, AddedWords.to(content, BOTH));
    }

    /// The words stand beside what cannot be written anew, and that is as it was.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/plain; charset=utf-7\n\n+AGE-\n",
                """
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                \u00E9
                """,
                "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n",
                "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/signed;"
                        + " boundary=s\n\n--s\n\nx\n--s\nContent-Type:"
                        + " application/pkcs7-signature\n\nAA\n--s--\n--b--\n",
                "Content-Type: text/plain\n\nx\n-----BEGIN PGP SIGNED MESSAGE-----\n",
                "Content-Language: ja\n\n\u001B$B%F\u001B(B\n",
                """
                Content-Type: multipart/alternative; boundary=a

                --a

                x
                --a
                Content-Type: multipart/mixed; boundary=m

                --m
                Content-Type: text/html

                <p>x
                --m
                Content-Type: application/pdf

                x
                --m
                Content-Type: text/html

                <p>y
                --m--
                --a--
                """,
                "Content-Type: text/plain\nContent-Type: text/html\n\nx\n"
            })
    void theyStandBesideWhatCannotBeWrittenAnew(String form) throws Exception {
        String written = added("Subject: a\n" + form);
        Content content = Content.of(written.getBytes(LATIN));
        MimeIndex index = MimeIndex.of(content);
        assertEquals("multipart/mixed", index.root().type());
        assertEquals(3, index.root().children().size(), written);
        String kept = form.replace("\n", "\r\n");
        assertTrue(written.contains("\r\n" + kept + "\r\n--=_added_"), written);
        assertTrue(plain(written).startsWith("Ward 3: <call>"), written);
        assertTrue(written.contains("Delete it & call.\r\n"), written);
    }

    /// Many large texts at once would take all memory.
    @Test
    void aLongTextStaysAsItIs() throws Exception {
        String line = "0123456789abcdef".repeat(4) + "\n";
        String below = line.repeat(256 * 1_024 / (line.length() + 1));
        String above = below + line + line;
        assertTrue(plain(added("Subject: a\n\n" + below)).startsWith(ABOVE + "0123"));
        assertTrue(added("Subject: a\n\n" + above).contains("multipart/mixed"));
    }

    /// Each letter of this would be written in nine.
    @Test
    void aTextThatWouldGrowStaysAsItIs() throws Exception {
        String form = "Content-Type: text/plain; charset=iso-8859-1\n\n";
        assertTrue(
                added(form + "\u00F1".repeat(100).concat("\n").repeat(1_000))
                        .contains("multipart/mixed"));
        assertEquals(ABOVE + "\u00F1\r\n" + BELOW, plain(added(form + "\u00F1\n")), "a short one");
    }

    /// Whoever writes from outside chooses the names in his mail.
    @Test
    void aNameAloneProtectsNothing() throws Exception {
        String written = added("Content-Type: text/html; name=x.p7m\n\n<p>x</p>\n");
        assertTrue(html(written).contains("Ward 3: &lt;call&gt;"), written);
    }

    /// More parts than are looked at: it could never be let go.
    @Test
    void theyStandBesideWhatIsTooMuchToRead() throws Exception {
        String form = "Content-Type: multipart/%s; boundary=b\n\n";
        String parts = "--b\n\nx\n".repeat(MimeIndex.PARTS_MAX + 1) + "--b--\n";
        String written = added(form.formatted("mixed") + parts);
        assertTrue(written.contains("Ward 3: <call>\r\n--=_added_"));
        assertTrue(written.contains((form.formatted("mixed") + parts).replace("\n", "\r\n")));
        Content signed = content(form.formatted("signed") + parts);
        assertSame(signed, AddedWords.to(signed, BOTH));
    }

    @Test
    void withoutWordsNothingIsRead() throws Exception {
        Content content = content("not even a header");
        assertSame(content, AddedWords.to(content, Added.NOTHING));
    }
}
