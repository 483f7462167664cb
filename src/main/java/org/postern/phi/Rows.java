package org.postern.phi;

import org.postern.facts.PhiKind;

/// Lists of a ward: lines that begin with the number of a bed, a name behind it, and something
/// about health behind that. Two such lines make a list, and whoever stands in it is a patient; a
/// number and a name alone are a list of something else.
final class Rows {
    private static final int ROWS_MIN = 2;

    /// One digit counts points of a list.
    static final int BED_DIGITS_MIN = 2;

    /// The name stands so many words behind the beginning of its line at most.
    private static final int NAME_WORDS = 4;

    private final Nearby nearby;
    private final Tally tally;

    private boolean numbered;
    private boolean named;
    private boolean told;
    private int begin;
    private long name;

    private int rows;
    private long first;

    Rows(Nearby nearby, Tally tally) {
        this.nearby = nearby;
        this.tally = tally;
    }

    /// A number, or a code such as `5A-2`.
    void number() {
        numbered |= nearby.word() - begin <= 2;
    }

    void word(long hash, long cues, Like like) {
        if (!numbered) {
            return;
        }
        if (!named && like.begins() && !like.isSmall() && nearby.word() - begin <= NAME_WORDS) {
            named = true;
            name = hash;
        } else if (named && (cues & (Cue.HEALTH.bit() | Cue.DRUG.bit() | Cue.LAB.bit())) != 0) {
            told = true;
        } else if ((cues & (Cue.PROVIDER.bit() | Cue.BUSINESS.bit())) != 0) {
            // A list of those who are on duty, or of goods.
            numbered = false;
        }
    }

    void line() {
        if (numbered && named && told) {
            row();
        }
        numbered = false;
        named = false;
        told = false;
        begin = nearby.word();
    }

    private void row() {
        rows++;
        if (rows == 1) {
            first = name;
        }
        if (rows == ROWS_MIN) {
            tally.add(PhiKind.NAME, first);
        }
        if (rows >= ROWS_MIN) {
            tally.add(PhiKind.NAME, name);
            tally.add(PhiKind.CASE, 0);
        }
    }
}
