package org.postern.phi;

import java.util.Arrays;

/// Which cues stand shortly before the word at hand, counted in words.
@SuppressWarnings("EnumOrdinal") // places of one scan, never stored
final class Nearby {
    private static final int NEVER = -1_000;

    private final int[] last = new int[Cue.values().length];
    private int word;

    Nearby() {
        Arrays.fill(last, NEVER);
    }

    /// Goes on to the next word.
    void next() {
        word++;
    }

    /// The number of the word at hand.
    int word() {
        return word;
    }

    /// Notes the cues of the word at hand.
    void note(long cues) {
        for (long left = cues & ~Vocabulary.PHRASE_END; left != 0; left &= left - 1) {
            last[Long.numberOfTrailingZeros(left)] = word;
        }
    }

    void note(Cue cue) {
        last[cue.ordinal()] = word;
    }

    /// Whether a cue stands within so many words before.
    boolean within(Cue cue, int words) {
        return word - last[cue.ordinal()] <= words;
    }

    /// The same, where no word about orders and invoices stands nearer.
    boolean names(Cue cue, int words) {
        return within(cue, words) && last[cue.ordinal()] >= last[Cue.BUSINESS.ordinal()];
    }
}
