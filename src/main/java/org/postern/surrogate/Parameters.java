package org.postern.surrogate;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Fields with MIME parameters (RFC 2045 §5.1, RFC 2183) without those that hold UTF-8: RFC 6858
/// §2.2.
final class Parameters {
    private static final Set<String> FIELDS = Set.of("content-type", "content-disposition");

    private Parameters() {}

    static boolean hasThem(String field) {
        return FIELDS.contains(field.toLowerCase(Locale.ROOT));
    }

    /// @param body of the field, with its folding
    /// @return empty if the value itself holds UTF-8
    static String without(String body) {
        List<Lexer.Piece> pieces = Lexer.parameters(body);
        return Utf8.isAscii(pieces.getFirst().text())
                ? pieces.stream()
                        .map(Lexer.Piece::text)
                        .filter(Utf8::isAscii)
                        .collect(Collectors.joining(";"))
                : "";
    }

    /// The same, with another parameter of the same length in the place of each: it has a name that
    /// nobody looks for, and says nothing.
    ///
    /// @return empty if the value itself holds UTF-8
    static String masked(String body) {
        List<Lexer.Piece> pieces = Lexer.parameters(body);
        return Utf8.isAscii(pieces.getFirst().text())
                ? pieces.stream()
                        .map(Lexer.Piece::text)
                        .map(text -> Utf8.isAscii(text) ? text : mask(text))
                        .collect(Collectors.joining(";"))
                : "";
    }

    /// Folding, quotation marks and parentheses stay, so that it is read as one parameter.
    private static String mask(String parameter) {
        StringBuilder masked = new StringBuilder();
        int equals = parameter.indexOf('=');
        char quote = 0;
        for (int at = 0; at < parameter.length(); at++) {
            char c = parameter.charAt(at);
            char shown = at < equals || equals < 0 ? 'x' : '-';
            if (quote != 0 && c == '\\' && at + 1 < parameter.length()) {
                at++;
                char escaped = parameter.charAt(at);
                masked.append(shown).append(Mask.isFolding(escaped) ? escaped : shown);
                continue;
            }
            boolean begins = quote == 0 && (c == '"' || c == '(');
            boolean ends = quote != 0 && c == (quote == '"' ? '"' : ')');
            boolean stays = begins || ends || at == equals || Mask.isFolding(c);
            masked.append(stays ? c : shown);
            quote = begins ? c : ends ? 0 : quote;
        }
        return masked.toString();
    }
}
