package org.postern.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds the word that a person probably meant.
public final class Suggestion {
    /// Longer words are not compared.
    private static final int CHARACTERS_MAX = 80;

    private Suggestion() {}

    /// `did you mean "x"?` for the known word that is nearest, if one is near enough.
    public static Optional<String> didYouMean(String wrong, Collection<String> known) {
        return nearest(wrong, known).map(word -> "did you mean \"" + word + "\"?");
    }

    /// The nearest known word: at most one slip for every three characters, at least one.
    public static Optional<String> nearest(String wrong, Collection<String> known) {
        if (wrong.isEmpty() || wrong.length() > CHARACTERS_MAX) {
            return Optional.empty();
        }
        String folded = fold(wrong);
        int best = Math.max(1, folded.length() / 3) + 1;
        String found = null;
        for (String candidate : known) {
            int distance = distance(folded, fold(candidate));
            if (distance < best) {
                best = distance;
                found = candidate;
            }
        }
        return Optional.ofNullable(found);
    }

    /// How many slips lie between two words: a character missing, added, wrong, or two neighbours
    /// exchanged (optimal string alignment).
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(last[j - 1] + cost, Math.min(last[j], row[j - 1]) + 1);
                boolean exchanged =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                if (exchanged) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }

    /// `smartHost`, `smart_host` and `smart-host` are one word to the person who types them.
    private static String fold(String word) {
        String dashed = word.replace('_', '-').replaceAll("([a-z])([A-Z])", "$1-$2");
        return dashed.toLowerCase(Locale.ROOT);
    }
}
