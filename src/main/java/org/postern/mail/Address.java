package org.postern.mail;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A mailbox address as the envelope carries it: RFC 5321 §4.1.2, `Mailbox`, and nothing wider.
///
/// Policy decides on these alone, so there is one parser, it is strict, and it never decodes or
/// folds: no comments, no source routes, no encoded words, no address literals.
///
/// A local part may hold UTF-8 (RFC 6531 §3.3): letters, digits and marks that are their own NFKC
/// form, which is the IdentifierClass of RFC 8264 §4.2 without its joiners. So there is one way to
/// write it, and nothing in it can be taken for an `@`, a dot, a blank or a line end by somebody
/// who normalises. Whether a client may use it, the edge decides.
///
/// @param localPart without quotes and backslashes: `"a b"@x` and `a b` are the same local part
/// @param domain the part behind the last `@`
public record Address(String localPart, Domain domain) {
    /// RFC 5321 §4.5.3.1.1.
    public static final int LOCAL_PART_OCTETS_MAX = 64;

    /// RFC 5321 §4.5.3.1.3: a path is at most 256 octets, its two angle brackets included.
    public static final int OCTETS_MAX = 254;

    private static final String ATEXT_SPECIALS = "!#$%&'*+-/=?^_`{|}~";

    /// RFC 2047 §2, as loosely as anybody reads it: inside other text, of any charset and encoding.
    private static final Pattern ENCODED_WORD =
            Pattern.compile("=\\?[^?]*\\?[^?]*\\?.*\\?=", Pattern.DOTALL);

    /// What no shell takes for anything else, and no command for an option.
    private static final Pattern SHELL_WORD = Pattern.compile("[A-Za-z0-9._+@][A-Za-z0-9._+@-]*");

    public Address {
        if (!isLocalPart(localPart)) {
            throw new IllegalArgumentException("not a local part");
        }
    }

    /// Reads `local-part@domain`, the local part a dot-string or a quoted string.
    ///
    /// For every address `a`, `parse(a.toString())` gives `a` again.
    ///
    /// @return empty for anything that is not exactly one address
    public static Optional<Address> parse(String text) {
        if (octets(text) > OCTETS_MAX) {
            return Optional.empty();
        }
        int at = text.startsWith("\"") ? endOfQuoted(text) : text.indexOf('@');
        if (at <= 0 || at >= text.length() || text.charAt(at) != '@') {
            return Optional.empty();
        }
        String local = text.substring(0, at);
        if (octets(local) > LOCAL_PART_OCTETS_MAX) {
            return Optional.empty();
        }
        Optional<String> unquoted =
                local.startsWith("\"")
                        ? unquote(local)
                        : Optional.of(local).filter(Address::isDotString);
        return unquoted.filter(Address::isLocalPart)
                .flatMap(part ->
                        Domain.parse(text.substring(at + 1))
                                // A-labels are longer than the letters that they stand for.
                                .filter(d -> octets(local) + 1 + d.name().length() <= OCTETS_MAX)
                                .map(d -> new Address(part, d)));
    }

    /// Reads an address that the program's own text or a checked file holds.
    ///
    /// @throws IllegalArgumentException if it is none
    public static Address of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("not an address: " + text));
    }

    /// The form under which an address is looked up: case of the local part does not count. Two
    /// addresses that differ in case alone could by RFC 5321 §2.4 be two mailboxes; no provider
    /// does so.
    public String key() {
        // Asked by each rule that names addresses, for each recipient.
        String local = isAscii() ? localPart.toLowerCase(Locale.ROOT) : folded();
        return local + "@" + domain.name();
    }

    /// Whether it can be written without SMTPUTF8; the domain always can.
    public boolean isAscii() {
        for (int i = 0; i < localPart.length(); i++) {
            if (localPart.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /// Whether it is a dot-string of ASCII: nothing in quotes, in which anything could be said.
    public boolean isPlain() {
        return isAscii() && isDotString(localPart);
    }

    /// Whether the local part is or holds what RFC 2047 §2 calls an encoded word, also in quotes.
    /// It has no meaning in an address, but programs behind us decode it there, and read another
    /// address: `=?utf-8?q?eve=40evil.example=3e?=@clinic.example`. Nobody who is unknown may have
    /// one; what is stored may.
    public boolean holdsEncodedWord() {
        return ENCODED_WORD.matcher(localPart).find();
    }

    /// Each character by itself, so that the end of a word does not matter (Greek sigma), and never
    /// from beyond ASCII into it (a dotless i is not an i).
    private String folded() {
        StringBuilder folded = new StringBuilder();
        localPart
                .codePoints()
                .forEach(c -> {
                    int lower = Character.toLowerCase(Character.toUpperCase(c));
                    folded.appendCodePoint(c >= 0x80 && lower < 0x80 ? c : lower);
                });
        return folded.toString();
    }

    /// The address as it is written in a command or a header field, quoted where it must be.
    @Override
    public String toString() {
        if (isDotString(localPart)) {
            return localPart + "@" + domain.name();
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < localPart.length(); i++) {
            char c = localPart.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append("\"@").append(domain.name()).toString();
    }

    /// The address as the last word of a command that a person is to type into a POSIX shell:
    /// between apostrophes where the shell would see anything in it but a word. So
    /// `'$(reboot)'@x.example` runs nothing when it is pasted (POSIX.1, Shell Command Language,
    /// §2.2.2). Before one that begins as an option does stands `--`, which ends the options (Base
    /// Definitions, §12.2, guideline 10); so the command's own options stand before it.
    public String lastShellWord() {
        String text = toString();
        String word =
                SHELL_WORD.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
        return text.startsWith("-") ? "-- " + word : word;
    }

    /// Position of the `@` behind a quoted string that begins the text, or -1.
    private static int endOfQuoted(String text) {
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                return i + 1 < text.length() ? i + 1 : -1;
            }
        }
        return -1;
    }

    private static Optional<String> unquote(String quoted) {
        StringBuilder plain = new StringBuilder();
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c == '\\') {
                c = quoted.charAt(++i);
            }
            plain.append(c);
        }
        return Optional.of(plain.toString());
    }

    private static boolean isDotString(String text) {
        boolean dotAllowed = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (!dotAllowed) {
                    return false;
                }
                dotAllowed = false;
            } else if (isAtext(c)) {
                dotAllowed = true;
            } else {
                return false;
            }
        }
        return dotAllowed;
    }

    private static boolean isAtext(char c) {
        return c >= 0x80
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || ATEXT_SPECIALS.indexOf(c) >= 0;
    }

    private static int octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean isLocalPart(String text) {
        boolean ascii = true;
        int before = '.';
        for (int i = 0; i < text.length(); i += Character.charCount(before)) {
            int c = text.codePointAt(i);
            if (c < 0x80 ? c < 0x20 || c == 0x7F : !isIdentifier(c, before)) {
                return false;
            }
            ascii &= c < 0x80;
            before = c;
        }
        return !text.isEmpty() && (ascii || Normalizer.isNormalized(text, Normalizer.Form.NFKC));
    }

    /// A mark belongs to a letter, and not to a quote, a dot or a bracket before it.
    private static boolean isIdentifier(int c, int before) {
        return switch (Character.getType(c)) {
            case Character.LOWERCASE_LETTER,
                    Character.UPPERCASE_LETTER,
                    Character.OTHER_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.DECIMAL_DIGIT_NUMBER ->
                    true;
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK ->
                    before >= 0x80 || Character.isLetterOrDigit(before);
            default -> false;
        };
    }
}
