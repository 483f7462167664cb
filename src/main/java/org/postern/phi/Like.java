package org.postern.phi;

import org.postern.words.Letters;

/// How much a word is like a part of a person's name.
enum Like {
    /// It is no part of a name.
    NONE(0),
    /// In small letters, and no word that is known: it may go on a name that is written so too.
    UNKNOWN(1),
    /// It belongs to a name only if others stand beside it.
    INITIAL(0),
    /// It may be one: a capital, and no word that is known.
    MAYBE(1),
    /// It is one that many people bear.
    KNOWN(2),
    /// The same, in small letters.
    KNOWN_SMALL(2);

    /// So many large letters alone are rather an abbreviation.
    private static final int ABBREVIATION_MAX = 4;

    private static final int LETTERS_MIN = 3;

    private static final long NAMES = Cue.GIVEN.bit() | Cue.SURNAME.bit();

    /// What a word may mean besides, and be a name all the same.
    private static final long BESIDE =
            NAMES | Vocabulary.PHRASE | Cue.MONTH.bit() | Cue.STREET.bit();

    private final int degree;

    Like(int degree) {
        this.degree = degree;
    }

    /// 1 for what may be a name, 2 for what is known as one.
    int degree() {
        return degree;
    }

    boolean isSmall() {
        return this == UNKNOWN || this == KNOWN_SMALL;
    }

    /// Whether a name may begin with it.
    boolean begins() {
        return this == MAYBE || this == KNOWN || this == KNOWN_SMALL;
    }

    /// @param text whose characters from `begin` to `end` are the word
    static Like of(char[] text, int begin, int end, long cues) {
        boolean known = (cues & ~BESIDE) != 0;
        if (!Letters.isLarge(text[begin])) {
            if (known || end - begin < LETTERS_MIN) {
                return NONE;
            }
            return (cues & Cue.GIVEN.bit()) != 0 ? KNOWN_SMALL : UNKNOWN;
        }
        if (end - begin == 1) {
            return INITIAL;
        }
        if ((cues & NAMES) != 0) {
            return known ? MAYBE : KNOWN;
        }
        boolean meaning = (cues & ~Vocabulary.PHRASE) != 0;
        return meaning || isAbbreviation(text, begin, end) ? NONE : MAYBE;
    }

    private static boolean isAbbreviation(char[] text, int begin, int end) {
        return end - begin <= ABBREVIATION_MAX && Letters.isLarge(text[end - 1]);
    }
}
