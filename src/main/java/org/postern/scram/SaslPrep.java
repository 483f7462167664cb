package org.postern.scram;

import java.text.Normalizer;
import java.util.Optional;

/// One way to write a name: RFC 4013, as a query, so that what Unicode has given no character yet
/// is let through. What characters are is told by the Unicode of this Java and not by 3.2.
final class SaslPrep {
    private SaslPrep() {}

    /// @return empty for a name that holds what none may
    static Optional<String> prepared(String name) {
        StringBuilder mapped = new StringBuilder();
        name.codePoints()
                .filter(c -> !isNothing(c))
                .map(SaslPrep::blank)
                .forEach(mapped::appendCodePoint);
        String normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        boolean allowed = normal.codePoints().noneMatch(SaslPrep::isProhibited);
        return allowed && !normal.isEmpty() && isOfOneDirection(normal)
                ? Optional.of(normal)
                : Optional.empty();
    }

    /// RFC 3454, table B.1.
    private static boolean isNothing(int c) {
        return c == 0xAD
                || c == 0x34F
                || c == 0x1806
                || (c >= 0x180B && c <= 0x180D)
                || (c >= 0x200B && c <= 0x200D)
                || c == 0x2060
                || (c >= 0xFE00 && c <= 0xFE0F)
                || c == 0xFEFF;
    }

    /// RFC 3454, table C.1.2.
    private static int blank(int c) {
        return Character.getType(c) == Character.SPACE_SEPARATOR ? ' ' : c;
    }

    /// RFC 4013 §2.3.
    private static boolean isProhibited(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default ->
                    (c & 0xFFFE) == 0xFFFE
                            || (c >= 0xFDD0 && c <= 0xFDEF)
                            || (c >= 0xFFF9 && c <= 0xFFFD)
                            || (c >= 0x2FF0 && c <= 0x2FFB)
                            || c == 0x340
                            || c == 0x341;
        };
    }

    /// RFC 3454 §6.
    private static boolean isOfOneDirection(String text) {
        if (text.codePoints().noneMatch(SaslPrep::isFromTheRight)) {
            return true;
        }
        return text.codePoints()
                        .noneMatch(c ->
                                Character.getDirectionality(c)
                                        == Character.DIRECTIONALITY_LEFT_TO_RIGHT)
                && isFromTheRight(text.codePointAt(0))
                && isFromTheRight(text.codePointBefore(text.length()));
    }

    private static boolean isFromTheRight(int c) {
        byte direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }
}
