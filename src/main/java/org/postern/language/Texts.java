package org.postern.language;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// All words that a page says in one language.
public final class Texts {
    private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");

    /// What stands between these is read in its own direction and disturbs nothing around it: a
    /// telephone number among Arabic words stays in order (Unicode UAX #9, FSI and PDI).
    private static final char ISOLATE = '\u2068';

    private static final char END_OF_ISOLATE = '\u2069';

    private final Language language;
    private final Map<String, String> words;

    Texts(Language language, Map<String, String> words) {
        this.language = language;
        this.words = Map.copyOf(words);
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
        return words.keySet();
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
        return words.getOrDefault(key, "");
    }
}
