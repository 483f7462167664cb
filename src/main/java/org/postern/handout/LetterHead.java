package org.postern.handout;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import org.postern.mail.Address;

/// What stands above a letter of the clinic to somebody outside (RFC 5322 §3.6).
///
/// @param id its Message-ID, without angle brackets
record LetterHead(String id, Address from, Address to, Instant date) {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final int LINE_CHARS = 76;

    /// The fields without those of the body (RFC 2045 §3), each line ended by LF.
    String fields(String subject) {
        return """
        From: %s
        To: %s
        Subject: %s
        Date: %s
        Message-ID: <%s>
        MIME-Version: 1.0
        """
                .formatted(from, to, encoded(subject), DATE.format(date), id);
    }

    private static String encoded(String subject) {
        try {
            String encoded = MimeUtility.encodeText(subject, "UTF-8", null);
            return MimeUtility.fold("Subject: ".length(), encoded).replace("\r\n", "\n");
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every Java has UTF-8", e);
        }
    }

    /// A text part, its own fields first (RFC 2045 §6.8), each line ended by LF.
    static String textPart(String... paragraphs) {
        String text = String.join("\r\n\r\n", paragraphs);
        return """
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        %s
        """
                .formatted(base64(text.getBytes(UTF_8)));
    }

    static String base64(byte[] octets) {
        return Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(octets);
    }
}
