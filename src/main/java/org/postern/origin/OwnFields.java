package org.postern.origin;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Domain;

/// The header fields by which this gateway, and the clinic behind it, speak for themselves: all of
/// `X-Postern-`, and every Authentication-Results field under a name of ours. In a message that
/// comes in, such a field is a forgery or a mistake, and a reader could take it for our word.
///
/// In doubt a field is ours: one whose authserv-id cannot be read is of use to nobody.
///
/// @param names hosts and domains; what lies below one of them counts as well
public record OwnFields(Set<Domain> names) {
    /// Lower case, as names are compared.
    static final String PREFIX = "x-postern-";

    static final String RESULTS = "authentication-results";

    public OwnFields {
        names = Set.copyOf(names);
    }

    /// Whether the body of an Authentication-Results field claims to be written by one of us.
    ///
    /// @param body what stands behind the colon, perhaps folded
    boolean claims(String body) {
        // Ours are ASCII. What is not may look like one of them, and serves nobody else.
        return Optional.of(authservId(body))
                .filter(id -> id.chars().allMatch(c -> c < 0x80))
                .flatMap(Domain::parse)
                .map(id -> names.stream().anyMatch(own -> id.equals(own) || id.isBelow(own)))
                .orElse(true);
    }

    /// RFC 8601 §2.2: a token or a quoted string, behind any comments and white space.
    ///
    /// @return empty if there is none
    private static String authservId(String body) {
        int at = skipComments(body);
        if (at < body.length() && body.charAt(at) == '"') {
            int end = body.indexOf('"', at + 1);
            return end < 0 ? "" : body.substring(at + 1, end).strip();
        }
        int end = at;
        while (end < body.length() && isToken(body.charAt(end))) {
            end++;
        }
        return body.substring(at, end).toLowerCase(Locale.ROOT);
    }

    /// RFC 5322 §3.2.2, `CFWS`; comments nest. One that is not closed takes all that follows.
    private static int skipComments(String text) {
        int depth = 0;
        int at = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '(') {
                depth++;
            } else if (depth > 0 && c == '\\') {
                at++;
            } else if (depth > 0 && c == ')') {
                depth--;
            } else if (depth == 0 && !Character.isWhitespace(c)) {
                return at;
            }
        }
        return text.length();
    }

    /// RFC 2045 §5.1, and octets beyond ASCII, which then are no domain.
    private static boolean isToken(char c) {
        return c > ' ' && c != 0x7F && "()<>@,;:\\\"/[]?=".indexOf(c) < 0;
    }
}
