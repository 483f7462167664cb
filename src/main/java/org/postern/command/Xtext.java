package org.postern.command;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// The encoding in which DSN parameters carry what a parameter could not hold: RFC 3461 §4.
final class Xtext {
    private static final char FIRST_GRAPHIC = 0x21;
    private static final char LAST_GRAPHIC = 0x7E;

    private Xtext() {}

    /// @return empty if it is no xtext, or if what it encodes is not printable ASCII (§4.4)
    static Optional<String> decode(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < FIRST_GRAPHIC || c > LAST_GRAPHIC || c == '=') {
                return Optional.empty();
            }
            if (c == '+') {
                if (i + 2 >= text.length() || !isHex(text.substring(i + 1, i + 3))) {
                    return Optional.empty();
                }
                c = (char) HexFormat.fromHexDigits(text, i + 1, i + 3);
                i += 2;
                if (c < ' ' || c > LAST_GRAPHIC) {
                    return Optional.empty();
                }
            }
            plain.append(c);
        }
        return Optional.of(plain.toString());
    }

    /// §4 has capital letters only.
    private static boolean isHex(String pair) {
        return pair.chars().allMatch(HexFormat::isHexDigit)
                && pair.equals(pair.toUpperCase(Locale.ROOT));
    }
}
