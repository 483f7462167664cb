package org.postern.surrogate;

import java.util.ArrayList;
import java.util.List;

/// Divides an address list where quoted strings, comments and angle brackets do not hold a
/// delimiter together: RFC 5322 §3.2. Lenient, in linear time.
final class Lexer {
    /// A piece of the body.
    ///
    /// @param delimiter behind it; NUL at the end
    record Piece(String text, char delimiter) {}

    private Lexer() {}

    /// The mailboxes and names of groups of an address list.
    static List<Piece> mailboxes(String body) {
        List<Piece> pieces = new ArrayList<>();
        int begin = 0;
        int at = 0;
        boolean inAngle = false;
        while (at < body.length()) {
            char c = body.charAt(at);
            if (c == '"' || c == '(') {
                at = past(body, at);
                continue;
            }
            inAngle = c == '<' || (inAngle && c != '>');
            if (!inAngle && ",;:".indexOf(c) >= 0) {
                pieces.add(new Piece(body.substring(begin, at), c));
                begin = at + 1;
            }
            at++;
        }
        pieces.add(new Piece(body.substring(begin), (char) 0));
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

    /// Where an angle bracket stands that no quoted string and no comment holds; -1 if none does.
    ///
    /// @param bracket the opening or the closing one
    static int angle(String text, char bracket, int from) {
        int at = from;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == bracket) {
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
