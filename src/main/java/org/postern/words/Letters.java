package org.postern.words;

import java.text.Normalizer;
import java.util.Locale;

/// What a character is: looked up for Latin ones, which are nearly all.
public final class Letters {
    private static final int LATIN = 0x250;
    private static final char[] FOLD = fold();
    private static final char[] LETTER = letters();
    private static final boolean[] LARGE = large();

    private Letters() {}

    /// A letter in small, without its accent; other characters as they are.
    public static char fold(char c) {
        return c < LATIN ? FOLD[c] : c;
    }

    /// The same; 0 for what is no letter.
    public static char letter(char c) {
        return c < LATIN ? LETTER[c] : Character.isLetter(c) ? c : 0;
    }

    public static boolean isLarge(char c) {
        return c < LATIN ? LARGE[c] : Character.isUpperCase(c);
    }

    private static char[] fold() {
        char[] fold = new char[LATIN];
        for (char c = 0; c < LATIN; c++) {
            String plain = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFD);
            fold[c] = plain.toLowerCase(Locale.ROOT).charAt(0);
        }
        return fold;
    }

    private static char[] letters() {
        char[] letters = new char[LATIN];
        for (char c = 0; c < LATIN; c++) {
            letters[c] = Character.isLetter(c) ? FOLD[c] : 0;
        }
        return letters;
    }

    private static boolean[] large() {
        boolean[] large = new boolean[LATIN];
        for (char c = 0; c < LATIN; c++) {
            large[c] = Character.isUpperCase(c);
        }
        return large;
    }
}
