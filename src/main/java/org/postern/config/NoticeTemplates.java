package org.postern.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.wording.NoticeKind;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Place;
import org.postern.yaml.Suggestion;

/// The words of the mail that patients get, `notices/KIND.LANGUAGE.txt` and `.html`, as the clinic
/// edits them. They are checked here, with line and column; who composes notices fills them in.
public final class NoticeTemplates {
    /// The languages that every kind has, whatever the clinic adds.
    private static final List<Locale> SHIPPED = List.of(Locale.ENGLISH, Locale.of("es"));

    private static final String FOLDER = "notices";
    private static final String SUBJECT = "Subject:";

    /// So close behind our host or a link stands the code to be typed: there it is looked for when
    /// a patient's ordinary answer brings it back in a quote, and taken out.
    private static final int TYPED_CHARACTERS_MAX = 120;

    /// Anything in double braces, so that a slip within them is seen too.
    private static final Pattern PLACE = Pattern.compile("\\{\\{([^{}\n]*)}}");

    /// One template in one language.
    ///
    /// @param text a line `Subject: …`, an empty line, the text
    /// @param html what stands inside the notice's card
    public record Words(String text, String html) {}

    private final Map<NoticeKind, Map<Locale, Words>> words;
    private final List<Locale> languages;

    private NoticeTemplates(Map<NoticeKind, Map<Locale, Words>> words, List<Locale> languages) {
        this.words = words;
        this.languages = languages;
    }

    /// The languages that every kind has, English first.
    public List<Locale> languages() {
        return languages;
    }

    /// The words for one kind of notice; those in English for a language there is none for.
    public Words of(NoticeKind kind, Locale language) {
        Map<Locale, Words> all = words.getOrDefault(kind, Map.of());
        Words found = all.getOrDefault(language, all.get(Locale.ENGLISH));
        if (found == null) {
            throw new IllegalStateException("templates were loaded without " + kind);
        }
        return found;
    }

    /// A further language of the pages has all kinds or none: a patient who was told of a message
    /// in her language is not reminded of it in another.
    ///
    /// @return empty with errors noted
    static Optional<NoticeTemplates> read(
            ConfigFolder files, Languages pages, ConfigErrors errors) {
        int before = errors.count();
        List<String> found = files.list(FOLDER, List.of(".txt", ".html"), errors);
        List<Locale> languages = languages(pages, found);
        Map<NoticeKind, Map<Locale, Words>> words = new EnumMap<>(NoticeKind.class);
        List<String> known = new ArrayList<>();
        for (NoticeKind kind : NoticeKind.toPatients()) {
            Map<Locale, Words> byLanguage = new HashMap<>();
            for (Locale language : languages) {
                String textFile = file(kind, language, ".txt");
                String htmlFile = file(kind, language, ".html");
                known.addAll(List.of(textFile, htmlFile));
                Optional<String> text = files.text(textFile, errors);
                Optional<String> html = files.text(htmlFile, errors);
                text.ifPresent(
                        t -> new Template(files.shown(textFile), t, errors).check(kind, true));
                html.ifPresent(
                        t -> new Template(files.shown(htmlFile), t, errors).check(kind, false));
                text.ifPresent(t -> html.ifPresent(h -> byLanguage.put(language, new Words(t, h))));
            }
            words.put(kind, byLanguage);
        }
        for (String file : found) {
            if (!known.contains(file)) {
                errors.add(
                        Place.whole(files.shown(file)),
                        "no notice uses this file",
                        Suggestion.didYouMean(file, known).orElse("remove it"));
            }
        }
        return errors.count() == before
                ? Optional.of(new NoticeTemplates(words, languages))
                : Optional.empty();
    }

    private static String file(NoticeKind kind, Locale language, String suffix) {
        return FOLDER + "/" + kind.word() + "." + language.getLanguage() + suffix;
    }

    private static List<Locale> languages(Languages pages, List<String> found) {
        List<Locale> languages = new ArrayList<>(SHIPPED);
        for (Language language : pages.all()) {
            Locale locale = Locale.of(language.tag());
            boolean begun =
                    found.stream()
                            .anyMatch(file -> file.matches(".*\\." + language.tag() + "\\.[a-z]+"));
            if (begun && !languages.contains(locale)) {
                languages.add(locale);
            }
        }
        return List.copyOf(languages);
    }

    /// One file while it is checked.
    private record Template(String file, String text, ConfigErrors errors) {
        void check(NoticeKind kind, boolean withSubject) {
            String[] lines = text.split("\r\n|\n", -1);
            if (text.length() > NoticeKind.PART_CHARS_MAX) {
                wrong(
                        1,
                        "the file has more than " + NoticeKind.PART_CHARS_MAX + " characters",
                        "shorten it");
            }
            int firstOfBody = withSubject ? checkSubject(lines) : 0;
            for (int i = 0; i < lines.length; i++) {
                checkPlaces(kind, lines, i);
            }
            checkTyped(lines);
            String needed = "{{" + kind.needed() + "}}";
            boolean named = false;
            for (int i = firstOfBody; i < lines.length; i++) {
                named |= lines[i].contains(needed);
            }
            if (!named) {
                wrong(
                        lines.length,
                        needed + " is missing, and the notice is of no use without it",
                        "write " + needed + " where it belongs");
            }
        }

        /// @return the line at which the text begins, from 0
        private int checkSubject(String[] lines) {
            if (!lines[0].startsWith(SUBJECT) || lines.length < 3 || !lines[1].isEmpty()) {
                wrong(
                        1,
                        "the text must begin with one line \"Subject: …\" and an empty line",
                        null);
                return 0;
            }
            int length = lines[0].substring(SUBJECT.length()).strip().length();
            if (length == 0 || length > NoticeKind.SUBJECT_CHARS_MAX) {
                wrong(
                        1,
                        "the subject must have 1 to "
                                + NoticeKind.SUBJECT_CHARS_MAX
                                + " characters",
                        null);
            }
            if (lines[0].contains("{{link") || lines[0].contains("{{code")) {
                wrong(
                        1,
                        "the subject names the link or code, and subjects show on locked phones",
                        "move it into the text");
            }
            return 2;
        }

        private void checkTyped(String[] lines) {
            int typed = text.indexOf("{{typed}}");
            int before =
                    typed < 0
                            ? 0
                            : Math.max(
                                    text.lastIndexOf("{{host}}", typed),
                                    text.lastIndexOf("{{link}}", typed));
            if (typed >= 0 && (before < 0 || typed - before > TYPED_CHARACTERS_MAX)) {
                int line = (int) text.substring(0, typed).lines().count();
                wrong(
                        Math.clamp(line, 1, lines.length),
                        "{{typed}} does not stand close behind {{host}} or {{link}}, and so could"
                                + " not be taken out of answers that quote it",
                        "write it like: go to {{host}} and type {{typed}}");
            }
        }

        private void checkPlaces(NoticeKind kind, String[] lines, int index) {
            Matcher place = PLACE.matcher(lines[index]);
            while (place.find()) {
                String name = place.group(1);
                if (!kind.places().contains(name)) {
                    String all = "known here: " + String.join(", ", kind.places());
                    errors.add(
                            Place.in(file, lines, index + 1, place.start() + 1),
                            "unknown place {{" + name + "}}",
                            Suggestion.nearest(name.strip(), kind.places())
                                    .map(word -> "did you mean {{" + word + "}}?")
                                    .orElse(all));
                }
            }
            int open = place.replaceAll(m -> " ".repeat(m.group().length())).indexOf("{{");
            if (open >= 0) {
                errors.add(
                        Place.in(file, lines, index + 1, open + 1),
                        "\"{{\" without its \"}}\"",
                        "a place is written like {{clinic}}");
            }
        }

        private void wrong(int line, String text, @Nullable String suggestion) {
            String[] lines = this.text.split("\r\n|\n", -1);
            errors.add(Place.in(file, lines, line, 1), text, suggestion);
        }
    }
}
