package org.postern.words;

/// Words as figures: whatever their letters' size and accents, and without an object for each.
public final class Hash {
    /// The hash before the first letter.
    public static final long SEED = 0x9E3779B97F4A7C15L;

    private Hash() {}

    /// The hash of a word so far, with one more letter of it.
    ///
    /// @param letter folded
    public static long more(long hash, char letter) {
        return (hash ^ letter) * SEED + (hash >>> 29);
    }

    /// The hash of two words, one behind the other.
    public static long joined(long first, long second) {
        return (first ^ (second >>> 7)) * SEED + second;
    }

    public static long of(CharSequence word) {
        long hash = SEED;
        for (int i = 0; i < word.length(); i++) {
            hash = more(hash, Letters.fold(word.charAt(i)));
        }
        return hash;
    }

    /// Of the characters from `begin` to `end`.
    public static long of(char[] text, int begin, int end) {
        long hash = SEED;
        for (int i = begin; i < end; i++) {
            hash = more(hash, Letters.fold(text[i]));
        }
        return hash;
    }
}
