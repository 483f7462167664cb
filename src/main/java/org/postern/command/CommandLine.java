package org.postern.command;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One command as a client sent it: RFC 5321 §4.1.1. What the argument means is left to the
/// command.
///
/// @param argument what follows the verb and one space, without trailing spaces; printable ASCII,
///   or UTF-8 besides where `Verb.takesUtf8` says so
public record CommandLine(Verb verb, String argument) {

    /// The verbs that the session knows, and two groups that it treats alike.
    public enum Verb {
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
        BDAT,
        /// A verb of HTTP: somebody's browser is made to talk to us, and what follows is not SMTP.
        HTTP,
        UNKNOWN;

        /// Begins a message, or says more of it.
        public boolean isOfTransaction() {
            return this == MAIL || this == RCPT || this == DATA || this == BDAT;
        }

        /// RFC 6531 §3.4: with its parameter these carry UTF-8. Without it their addresses are
        /// refused one by one, by the words that the standard has for it.
        boolean takesUtf8() {
            return this == MAIL || this == RCPT;
        }
    }

    private static final Set<String> HTTP_VERBS =
            Set.of("GET", "POST", "PUT", "HEAD", "CONNECT", "OPTIONS");

    private static final Map<String, Verb> SMTP_VERBS =
            Stream.of(Verb.values())
                    .filter(verb -> verb != Verb.HTTP && verb != Verb.UNKNOWN)
                    .collect(Collectors.toUnmodifiableMap(Verb::name, verb -> verb));

    /// @param line without its CRLF, each octet a character
    /// @return empty if an octet is a control character, or lies beyond ASCII where it must not, or
    ///   is not UTF-8 there
    public static Optional<CommandLine> parse(String line) {
        boolean ascii = true;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c < 0x20 || c == 0x7F) {
                return Optional.empty();
            }
            ascii &= c < 0x80;
        }
        if (ascii) {
            return Optional.of(split(line));
        }
        return utf8(line).map(CommandLine::split).filter(command -> command.verb().takesUtf8());
    }

    private static CommandLine split(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == ' ') {
            end--;
        }
        String text = line.substring(0, end);
        int space = text.indexOf(' ');
        String word = (space < 0 ? text : text.substring(0, space)).toUpperCase(Locale.ROOT);
        String argument = space < 0 ? "" : text.substring(space + 1);
        Verb other = HTTP_VERBS.contains(word) ? Verb.HTTP : Verb.UNKNOWN;
        return new CommandLine(SMTP_VERBS.getOrDefault(word, other), argument);
    }

    /// Strict: an overlong or broken sequence is none.
    private static Optional<String> utf8(String octets) {
        try {
            ByteBuffer raw = ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1));
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(raw).toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }

    /// The verb alone: the argument of AUTH is a secret.
    @Override
    public String toString() {
        return verb.name();
    }
}
