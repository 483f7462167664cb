package org.postern.likeness;

import org.postern.words.Hash;

/// Makes features of the words of a message: each word, pairs of the kinds of words, and what words
/// say. A long text is read in windows, so that it is judged by what stands together, up to a
/// number of them. Neither memory nor, behind these, time grows with the text.
public final class Reading {
    /// A feature is a hash of so many bits.
    public static final int FEATURE_BITS = 24;

    /// A window ends with the line in which it has so many words, or with the word of this number.
    private static final int LINE_WORDS_MIN = 300;

    private static final int WORDS_MAX = 500;

    /// So many windows are read of a message: some 5,000 words. Beyond them a text is a file rather
    /// than what somebody writes, and counting what is in it says more than how it reads.
    private static final int WINDOWS_MAX = 16;

    private static final int WORD_TENTHS = 10;
    private static final int PAIR_TENTHS = 7;
    private static final int CUE_TENTHS = 5;

    private static final long WORD = Hash.of("word");
    private static final long PAIR = Hash.of("pair");

    /// Two words with one between them.
    private static final long APART = Hash.of("apart");

    private static final long ONCE = Hash.of("once");
    private static final long TWICE = Hash.of("twice");

    private final Features features;
    private int text;
    private int line = 1;
    private int words;
    private int windows;
    private boolean full;
    private long before;
    private long beforeThat;
    private long once;
    private long twice;

    public Reading(Features features) {
        this.features = features;
    }

    /// One word.
    ///
    /// @param word its hash; that of its kind, if it is a name
    /// @param kind the hash of what it is, such as "a drug"; that of the word, if it is nothing
    ///   special
    /// @param cues as bits, what it says
    public void word(long word, long kind, long cues) {
        if (full) {
            return;
        }
        if (windows == WINDOWS_MAX) {
            full = true;
            features.more();
            return;
        }
        features.found(feature(WORD, word), WORD_TENTHS);
        if (kind != word) {
            features.found(feature(WORD, kind), WORD_TENTHS);
        }
        if (before != 0) {
            features.found(feature(PAIR, Hash.joined(before, kind)), PAIR_TENTHS);
        }
        if (beforeThat != 0) {
            features.found(feature(APART, Hash.joined(beforeThat, kind)), PAIR_TENTHS);
        }
        if ((cues & ~twice) != 0) {
            cues(cues);
        }
        beforeThat = before;
        before = kind;
        words++;
        if (words >= WORDS_MAX) {
            window();
        }
    }

    private void cues(long cues) {
        found(ONCE, cues & ~once);
        found(TWICE, cues & once & ~twice);
        twice |= cues & once;
        once |= cues;
    }

    private void found(long how, long cues) {
        for (long left = cues; left != 0; left &= left - 1) {
            int cue = Long.numberOfTrailingZeros(left);
            features.found(feature(how, cue + 1), CUE_TENTHS);
        }
    }

    /// A line ends: no pair goes on over it.
    public void line() {
        if (full) {
            return;
        }
        features.line(text, line);
        line++;
        before = 0;
        beforeThat = 0;
        if (words >= LINE_WORDS_MIN) {
            window();
        }
    }

    /// A text ends.
    public void text() {
        text++;
        line = 1;
    }

    private void window() {
        features.window();
        windows++;
        words = 0;
        once = 0;
        twice = 0;
    }

    private static int feature(long kind, long value) {
        return (int) (((kind ^ value) * Hash.SEED) >>> (Long.SIZE - FEATURE_BITS));
    }
}
