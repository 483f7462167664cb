package org.postern.phi;

import java.util.Arrays;

/// Which cues stand shortly before the word at hand, counted in words.
@SuppressWarnings("EnumOrdinal") // places of one scan, never stored
final class Nearby {
    private static final int NEVER = -1_000;

    /// What may be said once, at the head of a column.
    private static final long COLUMNS = Cue.BIRTH.bit() | Cue.LAB.bit() | Cue.ICD.bit();

    /// A line of more words without a number is no line of a table.
    private static final int CELLS_MAX = 12;

    /// "If you have" stands so many words before what is not said to be at most.
    private static final int CONDITION_WORDS = 8;

    /// "I have" and "her" stand so many words before what somebody has at most.
    private static final int OWNER_WORDS = 3;

    /// What a test showed stands so many words behind its name at most.
    private static final int RESULT_WORDS = 6;

    private final int[] last = new int[Cue.values().length];
    private int word;
    private long columns;
    private long lineCues;
    private int lineBegin;
    private boolean lineHasNumbers;

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

    /// There is a number in this line.
    void number() {
        lineHasNumbers = true;
    }

    /// The line ends. One with words such as "DOB" and without numbers heads the columns below.
    void line() {
        boolean head = (lineCues & COLUMNS) != 0;
        if (!lineHasNumbers && word - lineBegin > 0) {
            if (head) {
                columns = lineCues & COLUMNS;
            } else if (word - lineBegin > CELLS_MAX) {
                columns = 0;
            }
        }
        lineCues = 0;
        lineBegin = word;
        lineHasNumbers = false;
    }

    /// Notes the cues of the word at hand.
    void note(long cues) {
        lineCues |= cues;
        for (long left = cues & ~Vocabulary.PHRASE; left != 0; left &= left - 1) {
            last[Long.numberOfTrailingZeros(left)] = word;
        }
    }

    void note(Cue cue) {
        last[cue.ordinal()] = word;
    }

    /// What a cue said goes no further.
    void forget(Cue cue) {
        last[cue.ordinal()] = NEVER;
    }

    /// How many words before the one at hand a cue stands.
    int since(Cue cue) {
        return word - last[cue.ordinal()];
    }

    /// Whether a cue stands within so many words before.
    boolean within(Cue cue, int words) {
        return word - last[cue.ordinal()] <= words || (columns & cue.bit()) != 0;
    }

    /// Whether the number behind these words is that of a record; of a member if that is nearer.
    boolean namesRecord(int words) {
        return (names(Cue.MRN, words) && since(Cue.MRN) < since(Cue.INSURANCE))
                || within(Cue.MRN_LETTERS, 1);
    }

    /// The same, where no word about orders and invoices stands nearer.
    boolean names(Cue cue, int words) {
        return within(cue, words) && last[cue.ordinal()] > last[Cue.BUSINESS.ordinal()];
    }

    /// Whether the word at hand says that something is so, of somebody.
    boolean isFact(long cues) {
        if ((cues & Cue.RESULT.bit()) != 0) {
            return within(Cue.HEALTH, RESULT_WORDS) || within(Cue.LAB, RESULT_WORDS);
        }
        boolean owned = within(Cue.SELF, OWNER_WORDS) || within(Cue.CASE, OWNER_WORDS);
        boolean state = (cues & Cue.HEALTH.bit()) != 0 && (owned || (cues & Cue.TOPIC.bit()) == 0);
        return (state || (cues & Cue.DRUG.bit()) != 0) && !within(Cue.CONDITION, CONDITION_WORDS);
    }
}
