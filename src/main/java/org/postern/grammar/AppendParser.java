package org.postern.grammar;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.grammar.Command.Announcement;
import org.postern.grammar.Command.Tagged;

/// Reads APPEND: RFC 3501 §6.3.11, RFC 3502, RFC 6855 §4. Its letters are not read as parts of the
/// command, because they may be large: whoever reads the octets asks here whether the literal that
/// was announced is one.
public final class AppendParser {
    private static final DateTimeFormatter DATE_TIME =
            new DateTimeFormatterBuilder()
                    .parseCaseInsensitive()
                    .appendPattern("d-MMM-uuuu HH:mm:ss xx")
                    .toFormatter(Locale.ENGLISH);

    private AppendParser() {}

    /// Whether a command that was not read to its end is an APPEND whose client waits with its
    /// literal for an answer.
    public static boolean waits(byte[] begin) {
        boolean unasked = begin.length > 1 && begin[begin.length - 2] == '+';
        return !unasked && append(begin, true).isPresent();
    }

    /// An APPEND whose letter is the literal that was announced last and not read yet.
    ///
    /// @param begin up to that literal
    /// @param utf8 as of `CommandParser.parse`
    /// @return empty if it is another command, or another literal
    public static Optional<Tagged> letter(byte[] begin, boolean utf8) {
        Optional<Words> words = append(begin, utf8);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        try {
            String folder = folder(words.get());
            Optional<Command.Posting> posting = announced(words.get());
            return posting.isPresent()
                    ? Optional.of(
                            new Tagged(
                                    new Words(begin, utf8).tag(),
                                    new Command.Append(folder, posting.get())))
                    : Optional.empty();
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    /// What a further letter is announced by: RFC 3502 §6.3.11.
    ///
    /// @param behind the line behind the letter before it, up to the literal
    /// @return empty if it is something else
    public static Optional<Command.Posting> further(byte[] behind) {
        try {
            return announced(new Words(behind, false));
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    private static Optional<Command.Posting> announced(Words words) throws MalformedException {
        words.space();
        List<String> flags = List.of();
        if (words.peek() == '(') {
            flags = CommandParser.flags(words);
            words.space();
        }
        Optional<Instant> received = Optional.empty();
        if (words.peek() == '"') {
            received = Optional.of(instant(words.string()));
            words.space();
        }
        Announcement literal = Announcement.PLAIN;
        if (words.takeAhead("UTF8 (")) {
            words.expect('~');
            literal = Announcement.UTF8;
        } else if (words.take('~')) {
            literal = Announcement.ANY;
        }
        return words.takeAnnounced()
                ? Optional.of(new Command.Posting(flags, received, literal))
                : Optional.empty();
    }

    /// The words behind the name of the command, if it is that one.
    private static Optional<Words> append(byte[] begin, boolean utf8) {
        Words words = new Words(begin, utf8);
        try {
            String tag = words.tag();
            words.space();
            boolean append =
                    tag.length() <= CommandParser.TAG_OCTETS_MAX
                            && words.keyword().equals("APPEND");
            return append ? Optional.of(words) : Optional.empty();
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    private static String folder(Words words) throws MalformedException {
        words.space();
        return words.folder();
    }

    /// RFC 3501 §9, `date-time`; a day of one digit stands behind a space.
    private static Instant instant(String text) throws MalformedException {
        try {
            return Instant.from(DATE_TIME.parse(text.strip()));
        } catch (DateTimeException e) {
            throw new MalformedException("a date is written like \" 1-Feb-2026 12:00:00 +0100\"");
        }
    }
}
