package org.postern.talk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/// A literal that a line announces at its end: RFC 3501 §4.3, RFC 7888.
///
/// @param unasked whether the client does not wait for the continuation
record Announced(long octets, boolean unasked) {
    /// Digits of a literal's length that are read; with more it is too large in any case.
    private static final int LENGTH_DIGITS_MAX = 18;

    /// `{n}` or `{n+}` at the end of a line.
    ///
    /// @param lineBegin where the line begins in `octets`
    /// @return null if there is none
    static @Nullable Announced at(byte[] octets, int lineBegin) {
        int at = octets.length - 1;
        if (at < lineBegin || octets[at] != '}') {
            return null;
        }
        at--;
        boolean unasked = at >= lineBegin && octets[at] == '+';
        int end = unasked ? at : at + 1;
        int begin = end;
        while (begin > lineBegin && octets[begin - 1] >= '0' && octets[begin - 1] <= '9') {
            begin--;
        }
        if (begin == end || begin == lineBegin || octets[begin - 1] != '{') {
            return null;
        }
        String digits = new String(octets, begin, end - begin, ISO_8859_1);
        return new Announced(
                digits.length() > LENGTH_DIGITS_MAX ? Long.MAX_VALUE / 2 : Long.parseLong(digits),
                unasked);
    }
}
