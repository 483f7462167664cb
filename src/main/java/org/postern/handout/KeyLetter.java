package org.postern.handout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.Content;

/// The message that brings somebody her key: what it is, what to do with it, and the file (RFC
/// 5322, RFC 2045).
final class KeyLetter {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final int LINE_CHARS = 76;

    /// Says nothing of whose it is.
    private static final String FILE = "key.p12";

    private KeyLetter() {}

    /// @param id its Message-ID, without angle brackets
    /// @param clinic its name, as people know it
    record Head(String id, Address from, Address to, Instant date, String clinic) {}

    static Content of(Head head, Texts texts, byte[] file) {
        String text =
                String.join(
                        "\r\n\r\n",
                        texts.say("pack.what", head.clinic()),
                        texts.say("pack.locked"),
                        texts.say("pack.open"),
                        texts.say("pack.call"),
                        texts.say("pack.keep"));
        String boundary = head.id().substring(0, head.id().indexOf('@'));
        String letter =
                """
                From: %s
                To: %s
                Subject: %s
                Date: %s
                Message-ID: <%s>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="%s"

                --%s
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: base64

                %s
                --%s
                Content-Type: application/x-pkcs12; name="%s"
                Content-Disposition: attachment; filename="%s"
                Content-Transfer-Encoding: base64

                %s
                --%s--
                """
                        .formatted(
                                head.from(),
                                head.to(),
                                subject(texts),
                                DATE.format(head.date()),
                                head.id(),
                                boundary,
                                boundary,
                                base64(text.getBytes(UTF_8)),
                                boundary,
                                FILE,
                                FILE,
                                base64(file),
                                boundary);
        return Content.of(letter.replace("\n", "\r\n").getBytes(US_ASCII));
    }

    private static String subject(Texts texts) {
        try {
            String encoded = MimeUtility.encodeText(texts.say("pack.subject"), "UTF-8", null);
            return MimeUtility.fold("Subject: ".length(), encoded).replace("\r\n", "\n");
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every Java has UTF-8", e);
        }
    }

    private static String base64(byte[] octets) {
        return Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(octets);
    }
}
