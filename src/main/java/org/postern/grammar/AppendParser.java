package org.postern.grammar;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.grammar.Command.Tagged;

/// Reads APPEND: RFC 3501 §6.3.11. Its letter is not read as a part of the command, because it may
/// be large: whoever reads the octets asks here whether the literal that was announced is one.
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
        return !unasked && append(begin).isPresent();
    }

    /// An APPEND whose letter is the literal that was announced last and not read yet.
    ///
    /// @param begin up to that literal
    /// @return empty if it is another command, or another literal
    public static Optional<Tagged> letter(byte[] begin) {
        Optional<Words> words = append(begin);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        try {
            Command.Append append = read(words.get());
            boolean last = words.get().takeAnnounced();
            return last
                    ? Optional.of(new Tagged(new Words(begin).tag(), append))
                    : Optional.empty();
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    /// The words behind the name of the command, if it is that one.
    private static Optional<Words> append(byte[] begin) {
        Words words = new Words(begin);
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

    /// Up to the letter.
    static Command.Append read(Words words) throws MalformedException {
        words.space();
        String folder = FolderName.decode(words.astring());
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
        return new Command.Append(folder, flags, received);
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
