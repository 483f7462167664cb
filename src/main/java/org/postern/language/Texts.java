package org.postern.language;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// All words that a page says in one language.
public final class Texts {
    private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");

    /// What is said of the clinic's telephone, in brackets: `call the clinic[ at {phone}]`.
    private static final Pattern PHONE =
            Pattern.compile("\\[([^\\[\\]{}]*)\\{phone}([^\\[\\]{}]*)]");

    /// What stands between these is read in its own direction and disturbs nothing around it: a
    /// telephone number among Arabic words stays in order (Unicode UAX #9, FSI and PDI).
    private static final char ISOLATE = '\u2068';

    private static final char END_OF_ISOLATE = '\u2069';

    private final Language language;
    private final Map<String, String> raw;
    private final Map<String, String> words;

    /// As files have them: nothing is said of a telephone.
    Texts(Language language, Map<String, String> words) {
        this(language, words, "");
    }

    private Texts(Language language, Map<String, String> raw, String phone) {
        this.language = language;
        this.raw = Map.copyOf(raw);
        this.words =
                raw.entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey, it -> calling(it.getValue(), phone)));
    }

    /// The same, with the number at which the clinic is called; blank where it has none, and then
    /// no sentence ends before it.
    Texts calling(String phone) {
        return new Texts(language, raw, phone);
    }

    private String calling(String text, String phone) {
        StringBuilder apart = new StringBuilder();
        append(apart, phone);
        String number = Matcher.quoteReplacement(apart.toString());
        return PHONE.matcher(text).replaceAll(phone.isBlank() ? "" : "$1" + number + "$2");
    }

    /// A text without what it says of the telephone.
    static String withoutPhone(String text) {
        return PHONE.matcher(text).replaceAll("");
    }

    public Language language() {
        return language;
    }

    /// The text of a key, `{0}`, `{1}` … replaced by the values.
    ///
    /// @throws IllegalArgumentException if there is no such text
    public String say(String key, Object... values) {
        String text = words.get(key);
        if (text == null) {
            throw new IllegalArgumentException("no text for " + key);
        }
        // One pass, so that a value with braces is never taken for a place.
        StringBuilder said = new StringBuilder();
        Matcher place = PLACE.matcher(text);
        int at = 0;
        while (place.find()) {
            said.append(text, at, place.start());
            append(said, values[Integer.parseInt(place.group(1))].toString());
            at = place.end();
        }
        return said.append(text.substring(at)).toString();
    }

    /// A code is digits alone, which have an order of their own and are copied as they are.
    private void append(StringBuilder said, String value) {
        boolean plain = !language.leftward() || value.matches("[0-9]*");
        if (plain) {
            said.append(value);
        } else {
            said.append(ISOLATE).append(value).append(END_OF_ISOLATE);
        }
    }

    Set<String> keys() {
        return raw.keySet();
    }

    /// The places that a text names, such as `{0}`.
    static Set<String> places(String text) {
        Set<String> places = new TreeSet<>();
        Matcher place = PLACE.matcher(text);
        while (place.find()) {
            places.add(place.group());
        }
        return places;
    }

    /// As it stands in its file.
    String raw(String key) {
        return raw.getOrDefault(key, "");
    }
}
