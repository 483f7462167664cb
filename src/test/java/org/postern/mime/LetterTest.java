package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;

/// What a person reads of a message. Each table line: the message, then plain, HTML, attachments
/// and images by their content.
final class LetterTest {
    private static final String PLAIN = "Content-Type: text/plain\r\n\r\nplain";
    private static final String HTML = "Content-Type: text/html\r\n\r\nhtml";
    private static final String PDF =
            "Content-Type: application/pdf; name=a.pdf\r\n"
                    + "Content-Disposition: attachment\r\n\r\npdf";
    private static final String PNG = "Content-Type: image/png\r\nContent-ID: <i@x>\r\n\r\npng";

    @Test
    void selectsTextAndAttachments() throws Exception {
        good(PLAIN, "plain", "", "", "");
        good(HTML, "", "html", "", "");
        good(PDF, "", "", "pdf", "");
        good("Subject: none\r\n\r\ntext", "text", "", "", "");
        good(multi("alternative", PLAIN, HTML), "plain", "html", "", "");
        good(multi("mixed", PLAIN, PDF), "plain", "", "pdf", "");
        good(multi("mixed", multi("alternative", PLAIN, HTML), PDF), "plain", "html", "pdf", "");
        good(multi("related", HTML, PNG), "", "html", "", "png");
        good(multi("alternative", PLAIN, multi("related", HTML, PNG)), "plain", "html", "", "png");
        // What follows the text is not lost: it is attached.
        good(multi("mixed", HTML, PDF, PLAIN), "", "html", "pdf plain", "");
        good(multi("mixed", PLAIN, PLAIN), "plain", "", "plain", "");
        good(multi("mixed", PNG, PLAIN), "plain", "", "png", "");
        good(multi("mixed", HTML, PNG), "", "html", "png", "");
        good(
                multi("signed", PLAIN, "Content-Type: application/pkcs7-signature\r\n\r\nsig"),
                "plain",
                "",
                "",
                "");
        good(
                multi("mixed", PLAIN, "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nin"),
                "plain",
                "",
                "Subject: x\r\n\r\nin",
                "");
        good("Content-Type: multipart/mixed\r\n\r\nopaque", "", "", "opaque", "");
    }

    @Test
    void decodesText() throws Exception {
        Letter letter =
                letter(
                        "Content-Type: text/plain; charset=iso-8859-1\r\n"
                                + "Content-Transfer-Encoding: quoted-printable\r\n\r\na=E4b");
        assertEquals("a\u00e4b", letter.text(letter.plain().orElseThrow()));
    }

    @Test
    void findsImagesByTheirId() throws Exception {
        Letter letter = letter(multi("related", HTML, PNG));
        assertEquals("image/png", letter.inline("i@x").map(MimePart::type).orElse(""));
        assertEquals(Optional.empty(), letter.inline("other"));
        assertEquals(
                Optional.empty(),
                letter(multi("related", HTML, "Content-ID: <i@x>\r\n\r\ntext")).inline("i@x"));
    }

    @Test
    void veryLongTextIsNotDecodedInMemory() throws Exception {
        Letter letter = letter("\r\n" + "x".repeat(Letter.TEXT_OCTETS_MAX + 1));
        assertThrows(MimeException.class, () -> letter.text(letter.plain().orElseThrow()));
    }

    private static String multi(String subtype, String... parts) {
        String boundary = subtype + "-" + parts.length;
        StringBuilder message = new StringBuilder();
        message.append(
                "Content-Type: multipart/%s; boundary=%s\r\n\r\n".formatted(subtype, boundary));
        for (String part : parts) {
            message.append("--").append(boundary).append("\r\n").append(part).append("\r\n");
        }
        return message.append("--").append(boundary).append("--\r\n").toString();
    }

    private static void good(String message, String plain, String html, String... others)
            throws Exception {
        Letter letter = letter(message);
        assertEquals(plain, show(letter, letter.plain().stream().toList()));
        assertEquals(html, show(letter, letter.html().stream().toList()));
        assertEquals(others[0], show(letter, letter.attachments()));
        assertEquals(others[1], show(letter, letter.images()));
    }

    private static String show(Letter letter, List<MimePart> parts) throws Exception {
        StringBuilder shown = new StringBuilder();
        for (MimePart part : parts) {
            try (InputStream in = letter.decoded(part)) {
                shown.append(shown.isEmpty() ? "" : " ");
                shown.append(new String(in.readAllBytes(), ISO_8859_1));
            }
        }
        return shown.toString();
    }

    private static Letter letter(String message) throws Exception {
        Content content = Content.of(message.getBytes(ISO_8859_1));
        return Letter.of(MimeIndex.of(content), content);
    }
}
