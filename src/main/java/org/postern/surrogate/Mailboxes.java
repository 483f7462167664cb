package org.postern.surrogate;

import org.postern.mime.EncodedWords;

/// The addresses of a field without UTF-8: RFC 6858 §2.1. One that is not in ASCII becomes one that
/// belongs to nobody and says in its name what it was; of the others the name alone is encoded.
final class Mailboxes {
    /// RFC 2606 §2: nobody will ever have it.
    static final String NOBODY = "<invalid@internationalized-address.invalid>";

    private final String gap;

    /// @param gap what folds a line
    private Mailboxes(String gap) {
        this.gap = gap;
    }

    /// @param body of the field, with its folding
    /// @param gap a line end, and white space
    static String of(String body, String gap) {
        Mailboxes mailboxes = new Mailboxes(gap);
        StringBuilder all = new StringBuilder();
        for (Lexer.Piece piece : Lexer.mailboxes(body)) {
            if (Utf8.isAscii(piece.text())) {
                all.append(piece.text());
            } else {
                all.append(all.isEmpty() ? " " : gap);
                all.append(mailboxes.written(piece.text(), piece.delimiter() == ':'));
            }
            if (piece.delimiter() != 0) {
                all.append(piece.delimiter());
            }
        }
        return all.toString();
    }

    private String written(String piece, boolean group) {
        String text = Lexer.unfolded(piece);
        int open = Lexer.angle(text);
        String phrase = Lexer.withoutComments(open < 0 ? "" : text.substring(0, open));
        if (group) {
            return words(Lexer.withoutComments(text));
        }
        if (open < 0) {
            String address = Lexer.withoutComments(text);
            return Utf8.isAscii(address) ? address : words(address) + gap + NOBODY;
        }
        int close = text.indexOf('>', open);
        String address = text.substring(open, close < 0 ? text.length() : close + 1);
        if (!Utf8.isAscii(address)) {
            return words(phrase + " " + address) + gap + NOBODY;
        }
        if (Utf8.isAscii(phrase)) {
            return (phrase + " " + address).strip();
        }
        return words(phrase) + gap + address;
    }

    private String words(String phrase) {
        return WordWriter.write(EncodedWords.decode(Lexer.unquoted(phrase)), gap);
    }
}
