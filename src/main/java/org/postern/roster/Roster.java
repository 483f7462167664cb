package org.postern.roster;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Address;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Place;

/// What a list file says: an address or a domain on each line, with comments behind `#`. A line
/// that means nobody refuses the whole file.
public record Roster(List<Entry> entries) {
    /// More lines than these are a database and not a list.
    public static final int ENTRIES_MAX = 20_000;

    /// An address has at most 320 characters.
    private static final int WORD_CHARACTERS_MAX = 320;

    public Roster {
        entries = List.copyOf(entries);
    }

    /// Reads a list.
    ///
    /// @param file its name in messages
    /// @return empty with errors noted
    public static Optional<Roster> read(String file, String text, ConfigErrors errors) {
        int before = errors.count();
        String[] lines = text.split("\r\n|\n", -1);
        List<Entry> entries = new ArrayList<>();
        Set<Entry> seen = new HashSet<>();
        for (int i = 0; i < lines.length; i++) {
            String word = word(lines[i]);
            if (word.isEmpty()) {
                continue;
            }
            if (entries.size() == ENTRIES_MAX) {
                errors.add(
                        Place.in(file, lines, i + 1, 1),
                        "the list has more than " + ENTRIES_MAX + " entries",
                        "name the domain instead of its addresses, or make two lists");
                break;
            }
            int column = lines[i].indexOf(word) + 1;
            Parsed<Entry> parsed =
                    word.length() > WORD_CHARACTERS_MAX
                            ? Parsed.bad("the line is too long for an address or a domain")
                            : Entry.line(word);
            switch (parsed) {
                case Parsed.Good<Entry>(Entry entry) -> {
                    // Twice is once: lists are put together from others.
                    if (seen.add(entry)) {
                        entries.add(entry);
                    }
                }
                case Parsed.Bad<Entry>(String reason, String suggestion) ->
                        errors.add(Place.in(file, lines, i + 1, column), reason, suggestion);
            }
        }
        if (entries.isEmpty() && errors.count() == before) {
            errors.add(
                    Place.whole(file),
                    "the list names nobody",
                    "write one address or domain a line, such as stmary.example");
        }
        return errors.count() == before ? Optional.of(new Roster(entries)) : Optional.empty();
    }

    /// What a line says without its comment: a `#` begins one at the start or behind a blank.
    private static String word(String line) {
        String said = line.replaceFirst("(^|\\s)#.*$", "");
        return said.startsWith("\uFEFF") ? said.substring(1).strip() : said.strip();
    }

    /// The people of a list that names people alone.
    ///
    /// @return empty if it names a domain
    public Optional<List<Address>> people() {
        List<Address> people = new ArrayList<>();
        for (Entry entry : entries) {
            if (!(entry instanceof Entry.One(Address address))) {
                return Optional.empty();
            }
            people.add(address);
        }
        return Optional.of(List.copyOf(people));
    }
}
