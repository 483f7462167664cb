package org.postern.fuzz;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what an IMAP server said, octet by octet: RFC 3501 §7. Lines that begin with `*`, `+` or a
/// tag, with literals of their announced lengths in them. What stands behind the beginning of TLS,
/// or of deflated octets, is not looked at.
final class ImapAnswers {
    /// A line of an untagged response, up to its end or to a literal.
    private static final Pattern LINE = Pattern.compile("[^\r\n\0]*");

    private static final Pattern LITERAL = Pattern.compile("\\{([0-9]{1,10})}$");
    private static final Pattern TAGGED =
            Pattern.compile("([^ *+][^ ]*) (?:OK|NO|BAD)(?: \\[[^]]*])? [ -~]+");

    private static final String READY_FOR_TLS = " OK begin TLS";
    private static final String DEFLATED = " OK deflated from here on";

    private final String said;
    private int at;

    ImapAnswers(String said) {
        this.said = said;
    }

    /// @param tags those that a client used
    /// @throws AssertionError if there is anything else
    void check(Set<String> tags) {
        while (at < said.length()) {
            int begin = at;
            String line = line();
            boolean whole = said.startsWith("\r\n", at);
            if (!whole) {
                // The client has hung up, and the server with it.
                Promise.hold(at == said.length(), "a stray octet behind " + from(begin));
                return;
            }
            at += 2;
            if (line.startsWith("* ") || line.startsWith("+ ")) {
                continue;
            }
            Matcher tagged = TAGGED.matcher(line);
            Promise.hold(tagged.matches(), "no response: " + from(begin));
            String tag = tagged.group(1);
            Promise.hold(tags.contains(tag) || tag.matches("p[0-9]"), "nobody said " + from(begin));
            if (line.endsWith(READY_FOR_TLS) || line.endsWith(DEFLATED)) {
                return;
            }
        }
    }

    /// The line from here on, its literals left out; then `at` is behind it.
    private String line() {
        StringBuilder line = new StringBuilder();
        Matcher piece = LINE.matcher(said);
        while (true) {
            piece.region(at, said.length());
            Promise.hold(piece.lookingAt(), "no line");
            line.append(piece.group());
            at = piece.end();
            Matcher literal = LITERAL.matcher(piece.group());
            if (!literal.find() || !said.startsWith("\r\n", at)) {
                return line.toString();
            }
            at = (int) Math.min(said.length(), at + 2 + Long.parseLong(literal.group(1)));
        }
    }

    private String from(int begin) {
        return said.substring(begin, Math.min(said.length(), begin + 120));
    }
}
