package org.postern.surrogate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/// Octets, given as characters of ISO 8859-1, and the text that they are.
final class Utf8 {
    private Utf8() {}

    static boolean isAscii(String octets) {
        // Of each message that is listed, and so without a stream.
        for (int at = 0; at < octets.length(); at++) {
            if (octets.charAt(at) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /// Whether UTF-8 stands there (RFC 6532 §3), and not ASCII alone. What is no UTF-8 was never
    /// meant so: it is damaged, or in an older charset.
    ///
    /// @param octets a NUL counts as what stands for it in an outline, where none can be
    static boolean isMeant(String octets) {
        return !isAscii(octets) && text(octets.replace('\0', '\u0080')).isPresent();
    }

    /// With an `x` in the place of each octet beyond ASCII.
    static String crossed(String octets) {
        return octets.replaceAll("[^\\x00-\\x7F]", "x");
    }

    /// The text, if it is UTF-8: RFC 3629 §4.
    static Optional<String> text(String octets) {
        try {
            ByteBuffer written = ByteBuffer.wrap(octets.getBytes(ISO_8859_1));
            return Optional.of(UTF_8.newDecoder().decode(written).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
