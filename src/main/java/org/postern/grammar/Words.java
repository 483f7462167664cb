package org.postern.grammar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;

/// Goes over the octets of one command once, word by word: RFC 3501 §9. Each literal stands in the
/// octets behind its `{n}` and line end, whole. Octets stand as characters of ISO 8859-1.
///
/// With UTF-8, quoted strings may hold it, and names of folders are written in it: RFC 9051 §4.3,
/// §5.1.
final class Words {
    /// RFC 3501 §9, `number`: 32 bits.
    static final long NUMBER_MAX = 0xFFFF_FFFFL;

    private static final String ATOM_SPECIALS = "(){ %*\"\\]";

    private final byte[] octets;
    private final boolean utf8;
    private int at;

    /// @param utf8 whether the client has switched it on
    Words(byte[] octets, boolean utf8) {
        this.octets = octets;
        this.utf8 = utf8;
    }

    /// The name of a folder.
    String folder() throws MalformedException {
        return folder(astring());
    }

    /// The same with wildcards.
    String folders() throws MalformedException {
        return folder(pattern());
    }

    private String folder(String written) throws MalformedException {
        return utf8 ? FolderName.plain(written) : FolderName.decode(written);
    }

    boolean isEnd() {
        return at >= octets.length;
    }

    void end() throws MalformedException {
        if (!isEnd()) {
            throw new MalformedException("something stands behind the command");
        }
    }

    /// Passes over the rest, which nobody looks at.
    void skip() {
        at = octets.length;
    }

    /// The next octet, or NUL at the end, which no word begins with.
    char peek() {
        return isEnd() ? 0 : (char) (octets[at] & 0xFF);
    }

    boolean take(char wanted) {
        if (!isEnd() && peek() == wanted) {
            at++;
            return true;
        }
        return false;
    }

    /// Takes these characters if all of them stand here, in any case.
    ///
    /// @param wanted in upper case
    boolean takeAhead(String wanted) {
        boolean there = wanted.length() <= octets.length - at;
        for (int i = 0; there && i < wanted.length(); i++) {
            there = Character.toUpperCase(octets[at + i] & 0xFF) == wanted.charAt(i);
        }
        at += there ? wanted.length() : 0;
        return there;
    }

    void expect(char wanted) throws MalformedException {
        if (!take(wanted)) {
            throw new MalformedException("'%c' is missing".formatted(wanted));
        }
    }

    void space() throws MalformedException {
        if (!take(' ')) {
            throw new MalformedException("an argument is missing");
        }
    }

    /// A word of the protocol, in upper case.
    String keyword() throws MalformedException {
        return atom().toUpperCase(Locale.ROOT);
    }

    String atom() throws MalformedException {
        return run("");
    }

    /// Everything that may stand in a tag but `+`: RFC 3501 §9.
    String tag() throws MalformedException {
        String tag = run("]");
        if (tag.indexOf('+') >= 0) {
            throw new MalformedException("a tag has no '+'");
        }
        return tag;
    }

    /// `list-mailbox`: an astring, or one with wildcards.
    String pattern() throws MalformedException {
        return isString() ? string() : run("]%*");
    }

    String astring() throws MalformedException {
        return isString() ? string() : run("]");
    }

    private boolean isString() {
        return peek() == '"' || peek() == '{';
    }

    private String run(String also) throws MalformedException {
        int begin = at;
        while (!isEnd() && isAtom(peek(), also)) {
            at++;
        }
        if (at == begin) {
            throw new MalformedException("a word is missing");
        }
        return new String(octets, begin, at - begin, ISO_8859_1);
    }

    private static boolean isAtom(char c, String also) {
        return c > ' ' && c < 0x7F && (ATOM_SPECIALS.indexOf(c) < 0 || also.indexOf(c) >= 0);
    }

    /// A quoted string or a literal.
    String string() throws MalformedException {
        return take('"') ? quoted() : literal();
    }

    private String quoted() throws MalformedException {
        StringBuilder text = new StringBuilder();
        while (!isEnd()) {
            char c = peek();
            at++;
            if (c == '"') {
                // RFC 9755 §3: what is no UTF-8 is BAD.
                String _ = utf8(text.toString());
                return text.toString();
            }
            if (c == '\\') {
                c = peek();
                at++;
                if (c != '"' && c != '\\') {
                    throw new MalformedException("a backslash stands before another octet");
                }
            } else if (c == 0 || c == '\r' || c == '\n' || (c >= 0x80 && !utf8)) {
                // RFC 3501 §9, `TEXT-CHAR`; what is not ASCII goes into a literal there.
                throw new MalformedException("an octet that a quoted string must not hold");
            }
            text.append(c);
        }
        throw new MalformedException("a quoted string has no end");
    }

    /// The text that these octets are: RFC 3629 §4.
    static String utf8(String octets) throws MalformedException {
        try {
            ByteBuffer written = ByteBuffer.wrap(octets.getBytes(ISO_8859_1));
            return UTF_8.newDecoder().decode(written).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("octets that are not UTF-8");
        }
    }

    /// Whether nothing stands here but the announcement of a literal.
    boolean takeAnnounced() throws MalformedException {
        expect('{');
        number();
        take('+');
        return take('}') && isEnd();
    }

    private String literal() throws MalformedException {
        expect('{');
        long length = number();
        take('+');
        if (!take('}') || !take('\r') || !take('\n') || length > octets.length - at) {
            throw new MalformedException("a string is missing");
        }
        String text = new String(octets, at, (int) length, ISO_8859_1);
        if (text.indexOf(0) >= 0) {
            throw new MalformedException("a literal must not hold a NUL");
        }
        at += (int) length;
        return text;
    }

    long number() throws MalformedException {
        int begin = at;
        long value = 0;
        while (peek() >= '0' && peek() <= '9') {
            value = value * 10 + (peek() - '0');
            at++;
            if (value > NUMBER_MAX) {
                throw new MalformedException("a number is larger than 4294967295");
            }
        }
        if (at == begin) {
            throw new MalformedException("a number is missing");
        }
        return value;
    }

    /// RFC 9051 §9, `number64`.
    long number64() throws MalformedException {
        return modseqOrZero();
    }

    /// RFC 7162 §7, `mod-sequence-valzer`: 63 bits.
    long modseqOrZero() throws MalformedException {
        int begin = at;
        long value = 0;
        while (peek() >= '0' && peek() <= '9') {
            int digit = peek() - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                throw new MalformedException("a mod-sequence has at most 63 bits");
            }
            value = value * 10 + digit;
            at++;
        }
        if (at == begin) {
            throw new MalformedException("a mod-sequence is missing");
        }
        return value;
    }

    /// RFC 7162 §7, `mod-sequence-value`.
    long modseq() throws MalformedException {
        long value = modseqOrZero();
        if (value == 0) {
            throw new MalformedException("0 is not a mod-sequence here");
        }
        return value;
    }

    long positive() throws MalformedException {
        long value = number();
        if (value == 0) {
            throw new MalformedException("0 is not a number here");
        }
        return value;
    }
}
