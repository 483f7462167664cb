package org.postern.smtp;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One command as a client sent it: RFC 5321 §4.1.1. What the argument means is left to the
/// command.
///
/// @param argument what follows the verb and one space, without trailing spaces; printable ASCII
record CommandLine(Verb verb, String argument) {

    /// The verbs that the session knows, and two groups that it treats alike.
    enum Verb {
        EHLO,
        HELO,
        MAIL,
        RCPT,
        DATA,
        RSET,
        NOOP,
        QUIT,
        VRFY,
        EXPN,
        HELP,
        STARTTLS,
        AUTH,
        /// Not offered. Its payload follows at once and would run as commands (RFC 3030 §2), so the
        /// session ends.
        BDAT,
        /// A verb of HTTP: somebody's browser is made to talk to us, and what follows is not SMTP.
        HTTP,
        UNKNOWN
    }

    private static final Set<String> HTTP_VERBS =
            Set.of("GET", "POST", "PUT", "HEAD", "CONNECT", "OPTIONS");

    private static final Map<String, Verb> SMTP_VERBS =
            Stream.of(Verb.values())
                    .filter(verb -> verb != Verb.HTTP && verb != Verb.UNKNOWN)
                    .collect(Collectors.toUnmodifiableMap(Verb::name, verb -> verb));

    /// @param line without its CRLF, each octet a character
    /// @return empty if an octet is a control character or lies beyond ASCII, which no command may
    ///   hold without SMTPUTF8
    static Optional<CommandLine> parse(String line) {
        if (!line.chars().allMatch(c -> c >= 0x20 && c <= 0x7E)) {
            return Optional.empty();
        }
        String text = line.stripTrailing();
        int space = text.indexOf(' ');
        String word = (space < 0 ? text : text.substring(0, space)).toUpperCase(Locale.ROOT);
        String argument = space < 0 ? "" : text.substring(space + 1);
        Verb other = HTTP_VERBS.contains(word) ? Verb.HTTP : Verb.UNKNOWN;
        return Optional.of(new CommandLine(SMTP_VERBS.getOrDefault(word, other), argument));
    }

    /// The verb alone: the argument of AUTH is a secret.
    @Override
    public String toString() {
        return verb.name();
    }
}
