package org.postern.mail;

import java.util.Locale;
import java.util.Optional;

/// A mailbox address as the envelope carries it: RFC 5321 §4.1.2, `Mailbox`, and nothing wider.
///
/// Policy decides on these alone, so there is one parser, it is strict, and it never decodes or
/// folds: no comments, no source routes, no encoded words, no characters beyond ASCII, no address
/// literals.
///
/// @param localPart without quotes and backslashes: `"a b"@x` and `a b` are the same local part
/// @param domain the part behind the last `@`
public record Address(String localPart, Domain domain) {
    /// RFC 5321 §4.5.3.1.1.
    public static final int LOCAL_PART_OCTETS_MAX = 64;

    /// RFC 5321 §4.5.3.1.3: a path is at most 256 octets, its two angle brackets included.
    public static final int OCTETS_MAX = 254;

    private static final String ATEXT_SPECIALS = "!#$%&'*+-/=?^_`{|}~";

    public Address {
        if (localPart.isEmpty() || !isPrintable(localPart)) {
            throw new IllegalArgumentException("not a local part");
        }
    }

    /// Reads `local-part@domain`, the local part a dot-string or a quoted string.
    ///
    /// For every address `a`, `parse(a.toString())` gives `a` again.
    ///
    /// @return empty for anything that is not exactly one address
    public static Optional<Address> parse(String text) {
        if (text.length() > OCTETS_MAX) {
            return Optional.empty();
        }
        int at = text.startsWith("\"") ? endOfQuoted(text) : text.indexOf('@');
        if (at <= 0 || at >= text.length() || text.charAt(at) != '@') {
            return Optional.empty();
        }
        String local = text.substring(0, at);
        if (local.length() > LOCAL_PART_OCTETS_MAX) {
            return Optional.empty();
        }
        Optional<String> unquoted =
                local.startsWith("\"")
                        ? unquote(local)
                        : Optional.of(local).filter(Address::isDotString);
        return unquoted.flatMap(
                part -> Domain.parse(text.substring(at + 1)).map(d -> new Address(part, d)));
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
        return localPart.toLowerCase(Locale.ROOT) + "@" + domain.name();
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
        return Optional.of(plain.toString()).filter(p -> !p.isEmpty() && isPrintable(p));
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
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || ATEXT_SPECIALS.indexOf(c) >= 0;
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c >= 0x20 && c <= 0x7E);
    }
}
