package org.postern.command;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postern.mail.Address;

/// The argument of MAIL or RCPT: a path in angle brackets, then parameters (RFC 5321 §4.1.2).
///
/// @param path what stands between the brackets, not yet taken for an address
/// @param parameters by keyword in upper case; the value is empty where the client gave none
public record PathArguments(String path, Map<String, String> parameters) {
    private static final String POSTMASTER = "postmaster";

    /// Spaces between the colon and the path are let through, although RFC 5321 §3.3 forbids them:
    /// devices that scan to mail send them, and nothing can be hidden there.
    ///
    /// @param keyword `FROM:` or `TO:`
    /// @return empty if the argument has not that form
    public static Optional<PathArguments> parse(String keyword, String argument) {
        if (!argument.regionMatches(true, 0, keyword, 0, keyword.length())) {
            return Optional.empty();
        }
        String rest = argument.substring(keyword.length()).replaceFirst("^ +", "");
        int close = endOfPath(rest);
        if (close < 0) {
            return Optional.empty();
        }
        return parameters(rest.substring(close + 1))
                .map(parameters -> new PathArguments(rest.substring(1, close), parameters));
    }

    /// RFC 5321 §4.5.5.
    public boolean isNull() {
        return path.isEmpty();
    }

    /// RFC 5321 §4.5.1: the one forward-path without a domain.
    public boolean isPostmaster() {
        return path.equalsIgnoreCase(POSTMASTER);
    }

    /// Whether the path needs SMTPUTF8 (RFC 6531 §3.2).
    public boolean isInternational() {
        return path.chars().anyMatch(c -> c > 0x7E);
    }

    /// Whether its local part holds an encoded word.
    public boolean holdsEncodedWord() {
        return Address.parse(path).filter(Address::holdsEncodedWord).isPresent();
    }

    /// The mailbox that the path names. Encoded words are none in a path; source routes (`@a:b@c`),
    /// address literals, a domain with a trailing dot and one that is an IP address are none: they
    /// serve nobody but those who look for an open relay, or for a way to the hosts behind the
    /// gateway (`x@127.0.0.1`).
    public Optional<Address> mailbox() {
        return path.endsWith(".")
                ? Optional.empty()
                : Address.parse(path)
                        .filter(address -> !address.holdsEncodedWord())
                        .filter(PathArguments::isBelowTopLevelDomain);
    }

    /// Every one begins with a letter (RFC 3696 §2), so that no way to write an IP address passes
    /// for a domain: `127.0.0.1`, `2130706433`, `0x7f000001`.
    private static boolean isBelowTopLevelDomain(Address address) {
        String name = address.domain().name();
        char first = name.charAt(name.lastIndexOf('.') + 1);
        return first >= 'a' && first <= 'z';
    }

    /// Position of the bracket that closes the path; a bracket in a quoted string does not.
    private static int endOfPath(String text) {
        if (!text.startsWith("<")) {
            return -1;
        }
        boolean quoted = false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    /// RFC 5321 §4.1.1.11; a keyword that comes twice is an error, because either could be meant.
    private static Optional<Map<String, String>> parameters(String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (text.isEmpty()) {
            return Optional.of(parameters);
        }
        if (!text.startsWith(" ")) {
            return Optional.empty();
        }
        for (String word : text.replaceFirst("^ +", "").split(" +", -1)) {
            int equals = word.indexOf('=');
            String keyword = equals < 0 ? word : word.substring(0, equals);
            String value = equals < 0 ? "" : word.substring(equals + 1);
            boolean malformed = !isKeyword(keyword) || value.contains("=");
            boolean empty = equals >= 0 && value.isEmpty();
            if (malformed
                    || empty
                    || parameters.put(keyword.toUpperCase(Locale.ROOT), value) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    private static boolean isKeyword(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (c != '-' || i == 0)) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
