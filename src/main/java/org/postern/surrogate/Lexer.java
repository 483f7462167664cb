package org.postern.surrogate;

import java.util.ArrayList;
import java.util.List;

/// Divides the body of a structured field where quoted strings, comments and, in addresses, angle
/// brackets do not hold a delimiter together: RFC 5322 §3.2. Lenient, in linear time.
final class Lexer {
    private final String text;
    private final String delimiters;
    private final boolean angles;

    /// A piece of the body.
    ///
    /// @param delimiter behind it; NUL at the end
    record Piece(String text, char delimiter) {}

    private Lexer(String text, String delimiters, boolean angles) {
        this.text = text;
        this.delimiters = delimiters;
        this.angles = angles;
    }

    /// The mailboxes and names of groups of an address list.
    static List<Piece> mailboxes(String body) {
        return new Lexer(body, ",;:", true).pieces();
    }

    /// A value and its parameters: RFC 2045 §5.1.
    static List<Piece> parameters(String body) {
        return new Lexer(body, ";", false).pieces();
    }

    private List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        int begin = 0;
        int at = 0;
        boolean inAngle = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"' || c == '(') {
                at = past(text, at);
                continue;
            }
            inAngle = angles && (c == '<' || (inAngle && c != '>'));
            if (!inAngle && delimiters.indexOf(c) >= 0) {
                pieces.add(new Piece(text.substring(begin, at), c));
                begin = at + 1;
            }
            at++;
        }
        pieces.add(new Piece(text.substring(begin), (char) 0));
        return pieces;
    }

    /// Behind the quoted string or comment that begins there.
    static int past(String text, int begin) {
        boolean quoted = text.charAt(begin) == '"';
        int depth = 0;
        int at = begin;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                at++;
            } else if (quoted ? c == '"' && at > begin : c == ')' && --depth == 0) {
                return at + 1;
            } else if (!quoted && c == '(') {
                depth++;
            }
            at++;
        }
        return text.length();
    }

    /// Without comments, and unfolded.
    static String withoutComments(String text) {
        StringBuilder left = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int next = c == '"' || c == '(' ? past(text, at) : at + 1;
            if (c != '(') {
                left.append(text, at, next);
            }
            at = next;
        }
        return unfolded(left.toString()).strip();
    }

    static String unfolded(String text) {
        return text.replace("\r", "").replace("\n", "");
    }

    /// Where an angle bracket opens; -1 if none does.
    static int angle(String text) {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '<') {
                return at;
            }
            at = c == '"' || c == '(' ? past(text, at) : at + 1;
        }
        return -1;
    }

    /// Without the marks of quoted strings.
    static String unquoted(String text) {
        StringBuilder plain = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                plain.append(text.charAt(at));
            } else if (c != '"') {
                plain.append(c);
            }
        }
        return plain.toString().strip();
    }
}
