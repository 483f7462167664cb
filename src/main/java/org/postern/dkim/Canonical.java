package org.postern.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import org.postern.mime.HeaderField;

/// How octets are written before they are hashed, so that a relay may change what means nothing:
/// RFC 6376 §3.4. The form of a body is in [BodyHash].
enum Canonical {
    SIMPLE,
    RELAXED;

    /// A header field with its line end.
    byte[] header(HeaderField field) {
        return switch (this) {
            case SIMPLE -> field.octets();
            case RELAXED -> (relaxed(field) + "\r\n").getBytes(ISO_8859_1);
        };
    }

    /// A signature field as it stands in its own hash: without the value of `b=`, and without its
    /// line end (§3.7).
    byte[] signature(HeaderField unsigned) {
        String text =
                switch (this) {
                    case SIMPLE -> withoutLineEnd(unsigned.raw());
                    case RELAXED -> relaxed(unsigned);
                };
        return text.getBytes(ISO_8859_1);
    }

    /// §3.4.2.
    private static String relaxed(HeaderField field) {
        String body = field.body();
        StringBuilder text = new StringBuilder(field.name().length() + body.length() + 1);
        text.append(field.name().toLowerCase(Locale.ROOT)).append(':');
        boolean white = false;
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == ' ' || c == '\t') {
                white = true;
            } else {
                if (white) {
                    text.append(' ');
                    white = false;
                }
                text.append(c);
            }
        }
        return text.toString();
    }

    private static String withoutLineEnd(String raw) {
        return raw.endsWith("\r\n") ? raw.substring(0, raw.length() - 2) : raw;
    }
}
