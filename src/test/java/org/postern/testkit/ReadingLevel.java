package org.postern.testkit;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// How hard a text is to read, by the formulas that schools use.
public final class ReadingLevel {
    /// The sixth year of school.
    public static final double GRADE_MAX = 6;

    /// Fernández-Huerta: 80 to 90 is "easy", the sixth year of school.
    public static final double EASE_MIN = 80;

    private ReadingLevel() {}

    /// Flesch-Kincaid grade of an English text.
    public static double grade(String prose) {
        return 0.39 * words(prose).size() / sentences(prose)
                + 11.8 * syllables(prose, "[aeiouy]+") / words(prose).size()
                - 15.59;
    }

    /// Fernández-Huerta ease of a Spanish text.
    public static double ease(String prose) {
        double words = words(prose).size();
        return 206.84
                - 60 * syllables(prose, "[aeiouáéíóúü]+") / words
                - 1.02 * words / sentences(prose);
    }

    private static List<String> words(String prose) {
        return Pattern.compile("[\\p{L}]+")
                .matcher(prose.toLowerCase(Locale.ROOT))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static double sentences(String prose) {
        return Pattern.compile("[.?!:]+(\\s|$)").matcher(prose).results().count();
    }

    private static double syllables(String prose, String vowels) {
        double count = 0;
        for (String word : words(prose)) {
            String spoken = vowels.contains("á") ? word : word.replaceFirst("(?<=[^l])e$", "");
            count += Math.max(1, Pattern.compile(vowels).matcher(spoken).results().count());
        }
        return count;
    }
}
