package org.postern.surrogate;

import java.util.Optional;
import org.postern.mime.EncodedWords;

/// The addresses of a field without UTF-8: RFC 6858 §2.1. One that is not in ASCII becomes one that
/// belongs to nobody and says in its name what it was; of the others the name alone is encoded.
final class Mailboxes {
    /// RFC 2606 §2: nobody will ever have it.
    static final String NOBODY = "<invalid@internationalized-address.invalid>";

    /// As many as ENVELOPE shows of one field.
    private static final int REWRITTEN_MAX = 1_000;

    private final String gap;
    private final int most;

    /// @param gap what folds a line
    private Mailboxes(String gap, int most) {
        this.gap = gap;
        this.most = most;
    }

    /// @param body of the field, with its folding
    /// @param gap a line end, and white space
    /// @param most octets that are wanted; once there are more it does not go on
    /// @return empty if there are more, or too many to be rewritten
    static Optional<String> of(String body, String gap, int most) {
        Mailboxes mailboxes = new Mailboxes(gap, most);
        StringBuilder all = new StringBuilder();
        int rewritten = 0;
        for (Lexer.Piece piece : Lexer.mailboxes(body)) {
            String text = piece.text();
            if (!Utf8.isAscii(text)) {
                rewritten++;
                String written = mailboxes.written(text, piece.delimiter() == ':');
                String before = all.isEmpty() || written.isEmpty() ? " " : gap;
                text = before + written;
            }
            all.append(text);
            if (piece.delimiter() != 0) {
                all.append(piece.delimiter());
            }
            if (rewritten > REWRITTEN_MAX || all.length() > most) {
                return Optional.empty();
            }
        }
        return Optional.of(all.toString());
    }

    private String written(String piece, boolean group) {
        String text = Lexer.unfolded(piece);
        int open = group ? -1 : Lexer.angle(text, '<', 0);
        if (open < 0) {
            String plain = Lexer.withoutComments(text);
            return Utf8.isAscii(plain) ? plain : group ? words(plain) : named(plain, NOBODY);
        }
        String phrase = Lexer.withoutComments(text.substring(0, open));
        int close = Lexer.angle(text, '>', open);
        String whole = text.substring(open, close < 0 ? text.length() : close + 1);
        String address = Lexer.withoutComments(whole);
        if (!Utf8.isAscii(address)) {
            return named(phrase + " " + address, NOBODY);
        }
        return Utf8.isAscii(phrase) ? (phrase + " " + address).strip() : named(phrase, address);
    }

    private String named(String phrase, String address) {
        String words = words(phrase);
        return words.isEmpty() ? address : words + gap + address;
    }

    private String words(String phrase) {
        return WordWriter.write(EncodedWords.text(Lexer.unquoted(phrase)), gap, most);
    }
}
