package org.postern.language;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One language as the clinic adds it: a properties file in UTF-8 with the keys of the English one,
/// and `language.name` and `language.direction` besides. One that lacks anything is refused as a
/// whole, because a page in two languages helps nobody.
public final class LanguageFile {
    /// How the names of texts begin that no patient sees; in English where a language lacks them.
    private static final String STAFF = "desk.";

    /// Texts for patients that came after clinics had files of their own. Where one lacks them they
    /// are English, with a word about it: an upgrade must not keep the gateway from its start.
    static final Set<String> LATER = Set.of("sms.ordinary");

    private static final String NAME = "language.name";
    private static final String DIRECTION = "language.direction";

    /// Longer ones are no label and no sentence.
    private static final int TEXT_CHARS_MAX = 1_000;

    /// A brace that is no place.
    private static final Pattern STRAY = Pattern.compile("\\{(?!\\d})|(?<!\\{\\d)}");

    private final String tag;
    private final String text;
    private final Map<String, String> words;
    private final List<Problem> problems = new ArrayList<>();

    private LanguageFile(String tag, String text) {
        this.tag = tag;
        this.text = text;
        this.words = new LinkedHashMap<>(words(text));
    }

    /// What is wrong with a file.
    ///
    /// @param key what it is about
    /// @param line from 1; 0 where the key is not there
    public record Problem(String key, int line, String what) {}

    /// What became of a file: the words, or why there are none.
    public sealed interface Read {
        /// @param later keys of texts for patients that it lacks, and that are English therefore
        record Whole(Texts texts, List<String> later) implements Read {
            public Whole {
                later = List.copyOf(later);
            }
        }

        /// @param problems at least one
        record Refused(List<Problem> problems) implements Read {}
    }

    /// Reads and checks a file.
    ///
    /// @param tag as the file's name says, such as `ar`; a tag of RFC 5646 as `Language` takes it
    public static Read read(String tag, String text) {
        try {
            return new LanguageFile(tag, text).read();
        } catch (IllegalArgumentException e) {
            // The form of a properties file has one way to be broken.
            return new Read.Refused(
                    List.of(new Problem("\\u", 0, "must have four digits behind it")));
        }
    }

    private Read read() {
        String name = words.getOrDefault(NAME, "").strip();
        if (name.isEmpty()) {
            problem(NAME, "is missing: the language's own name, such as العربية");
        }
        String direction = words.getOrDefault(DIRECTION, "").strip();
        if (!List.of("ltr", "rtl").contains(direction)) {
            problem(DIRECTION, "must be ltr, or rtl for what is written from right to left");
        }
        words.remove(NAME);
        words.remove(DIRECTION);
        twice(text).forEach(key -> problem(key, "stands twice"));
        Texts english = Languages.shipped().in(Language.ENGLISH);
        List<String> later =
                LATER.stream().filter(key -> !words.containsKey(key)).sorted().toList();
        later.forEach(key -> words.put(key, english.raw(key)));
        compare(english);
        return problems.isEmpty()
                ? new Read.Whole(
                        new Texts(new Language(tag, name, direction.equals("rtl")), words), later)
                : new Read.Refused(List.copyOf(problems));
    }

    private void compare(Texts english) {
        // Pages of the staff came later than the first translations: a language that lacks them
        // still serves patients.
        english.keys().stream()
                .filter(key -> key.startsWith(STAFF))
                .forEach(key -> words.putIfAbsent(key, english.raw(key)));
        for (String key : new TreeSet<>(english.keys())) {
            Optional.ofNullable(words.get(key))
                    .ifPresentOrElse(
                            said -> check(key, said, english.raw(key)),
                            () -> problem(key, "is missing; in English: " + english.raw(key)));
        }
        for (String key : new TreeMap<>(words).keySet()) {
            if (!english.keys().contains(key)) {
                problem(key, "is said on no page");
            }
        }
    }

    private void check(String key, String said, String english) {
        if (said.isBlank()) {
            problem(key, "is empty; in English: " + english);
        } else if (said.length() > TEXT_CHARS_MAX) {
            problem(key, "has more than " + TEXT_CHARS_MAX + " characters");
        } else if (STRAY.matcher(Texts.withoutPhone(said)).find()) {
            problem(
                    key,
                    """
                    has a brace that is no place; a place is written like {0}, the clinic's number \
                    like [ at {phone}]\
                    """);
        } else if (!Texts.places(said).equals(Texts.places(english))) {
            problem(key, "must name the same places as in English: " + english);
        } else if (key.startsWith("day.pattern") && !isDatePattern(said)) {
            problem(key, "is no pattern of a date; in English: " + english);
        }
    }

    private static boolean isDatePattern(String pattern) {
        try {
            return !DateTimeFormatter.ofPattern(pattern).format(LocalDate.EPOCH).isBlank();
        } catch (IllegalArgumentException | DateTimeException e) {
            return false;
        }
    }

    private void problem(String key, String what) {
        problems.add(new Problem(key, line(key), what));
    }

    private int line(String key) {
        Matcher at =
                Pattern.compile("(?m)^[ \t]*" + Pattern.quote(key) + "[ \t]*[=: ]").matcher(text);
        return at.find() ? (int) text.substring(0, at.start()).lines().count() + 1 : 0;
    }

    /// The keys and values of a properties file.
    static Map<String, String> words(String text) {
        Keys properties = new Keys(text);
        Map<String, String> words = new LinkedHashMap<>();
        properties
                .stringPropertyNames()
                .forEach(key -> words.put(key, properties.getProperty(key)));
        return words;
    }

    /// Keys that stand twice: the second would take the place of the first in silence.
    static Set<String> twice(String text) {
        return new Keys(text).twice;
    }

    /// A properties file that notices keys that stand twice.
    private static final class Keys extends Properties {
        private static final long serialVersionUID = 1L;

        private final transient Set<String> twice = new TreeSet<>();

        Keys(String text) {
            try {
                load(new StringReader(text));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public synchronized Object put(Object key, Object value) {
            if (containsKey(key)) {
                twice.add(key.toString());
            }
            return super.put(key, value);
        }
    }
}
