package org.postern.surrogate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A parameter of a MIME field (RFC 2045 §5.1) or the value before the first, with all its octets.
/// It begins and ends where `ContentField` has it, so that nothing else is taken for it.
///
/// @param equals where the name ends; -1 if nothing is named
record Parameter(String text, int equals) {
    private static final char NAME = 'x';
    private static final char VALUE = '-';

    /// The value of the field, and the parameters behind it.
    ///
    /// @param body with its folding
    static List<Parameter> divide(String body) {
        List<Parameter> all = new ArrayList<>();
        int begin = 0;
        int at = 0;
        int equals = -1;
        // Only directly behind the equals sign a quoted string begins.
        boolean direct = false;
        while (at < body.length()) {
            char c = body.charAt(at);
            if (c == '(' || (c == '"' && direct)) {
                at = Lexer.past(body, at);
                direct = false;
                continue;
            }
            boolean sign = c == '=' && equals < 0 && !all.isEmpty();
            if (c == ';') {
                all.add(new Parameter(body.substring(begin, at), equals));
                begin = at + 1;
                equals = -1;
            } else if (sign) {
                equals = at - begin;
            }
            direct = sign || (direct && Mask.isFolding(c));
            at++;
        }
        all.add(new Parameter(body.substring(begin), equals));
        return all;
    }

    boolean isNamed() {
        return equals >= 0;
    }

    /// What is said, about as the outline has it.
    String said() {
        return Lexer.unquoted(Lexer.withoutComments(text));
    }

    /// The name that its forms share.
    String base() {
        return base(Lexer.withoutComments(text.substring(0, Math.max(0, equals))));
    }

    /// RFC 2231 §7: `name`, `name*`, `name*0` and `name*0*` are one.
    static String base(String name) {
        String plain = name.replaceAll("[ \t\r\n]", "").toLowerCase(Locale.ROOT);
        int star = plain.indexOf('*');
        return star < 0 ? plain : plain.substring(0, star);
    }

    /// Another one of the same length, with a name that nobody looks for, which says nothing.
    /// Folding stays, and quotation marks around the value.
    String masked() {
        int open = equals + 1;
        while (open < text.length() && Mask.isFolding(text.charAt(open))) {
            open++;
        }
        boolean quoted = isNamed() && open < text.length() && text.charAt(open) == '"';
        int close = quoted ? Lexer.past(text, open) - 1 : -1;
        boolean closed = close > open && text.charAt(close) == '"';
        StringBuilder masked = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            boolean mark = closed && (at == open || at == close);
            boolean stays = at == equals || mark || Mask.isFolding(c);
            masked.append(stays ? c : at < equals || equals < 0 ? NAME : VALUE);
        }
        return masked.toString();
    }
}
