package org.postern.handout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.postern.language.Texts;
import org.postern.mail.Content;

/// The message that brings somebody her key: what it is, what to do with it, and the file (RFC
/// 5322, RFC 2045).
final class KeyLetter {
    /// Says nothing of whose it is.
    private static final String FILE = "key.p12";

    private KeyLetter() {}

    /// @param clinic its name, as people know it
    static Content of(LetterHead head, String clinic, Texts texts, byte[] file) {
        String text =
                LetterHead.textPart(
                        texts.say("pack.what", clinic),
                        texts.say("pack.locked"),
                        texts.say("pack.open"),
                        texts.say("pack.call"),
                        texts.say("pack.keep"));
        String boundary = head.id().substring(0, head.id().indexOf('@'));
        String body =
                """
                Content-Type: multipart/mixed; boundary="%s"

                --%s
                %s--%s
                Content-Type: application/x-pkcs12; name="%s"
                Content-Disposition: attachment; filename="%s"
                Content-Transfer-Encoding: base64

                %s
                --%s--
                """
                        .formatted(
                                boundary,
                                boundary,
                                text,
                                boundary,
                                FILE,
                                FILE,
                                LetterHead.base64(file),
                                boundary);
        String letter = head.fields(texts.say("pack.subject")) + body;
        return Content.of(letter.replace("\n", "\r\n").getBytes(US_ASCII));
    }
}
