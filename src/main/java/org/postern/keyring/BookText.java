package org.postern.keyring;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What stands in the file of the book of revoked certificates, line by line.
///
/// @param lines those that can be read, in their order
/// @param unreadable numbers of the others, the first line of the file is 1
record BookText(List<RevokedBook.Line> lines, List<Integer> unreadable) {
    static final BookText EMPTY = new BookText(List.of(), List.of());

    /// What we write, and nothing else: an octet that was spoilt must not pass as another name.
    private static final Pattern WRITTEN = Pattern.compile("[0-9a-f]{1,64}( [!-~]{1,400}){4}");

    BookText {
        lines = List.copyOf(lines);
        unreadable = List.copyOf(unreadable);
    }

    static BookText of(byte[] octets) {
        List<RevokedBook.Line> lines = new ArrayList<>();
        List<Integer> unreadable = new ArrayList<>();
        String text = new String(octets, ISO_8859_1);
        List<String> all = text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
        for (int number = 1; number <= all.size(); number++) {
            String line = all.get(number - 1);
            if (number == all.size() && line.isEmpty()) {
                break;
            }
            Optional<RevokedBook.Line> read = line(line);
            read.ifPresent(lines::add);
            if (read.isEmpty()) {
                unreadable.add(number);
            }
        }
        return new BookText(lines, unreadable);
    }

    private static Optional<RevokedBook.Line> line(String text) {
        if (!WRITTEN.matcher(text).matches()) {
            return Optional.empty();
        }
        String[] words = text.split(" ", -1);
        try {
            return Optional.of(
                    new RevokedBook.Line(
                            new BigInteger(words[0], 16),
                            Instant.parse(words[1]),
                            RevokedBook.Reason.of(words[2])
                                    .orElseThrow(IllegalArgumentException::new),
                            words[3],
                            Integer.parseInt(words[4])));
        } catch (DateTimeException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
