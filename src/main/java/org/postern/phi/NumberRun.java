package org.postern.phi;

import org.postern.words.Hash;

/// Groups of digits that stand together, such as `123-45-6789` or `(555) 123-4567`.
final class NumberRun {
    static final int GROUPS_MAX = 6;
    private static final int DIGITS_MAX = 40;

    private final char[] digits = new char[DIGITS_MAX];
    private final int[] lengths = new int[GROUPS_MAX];

    /// Behind the last digit of each group: in the text, and among the digits.
    private final int[] ends = new int[GROUPS_MAX];

    private final int[] counts = new int[GROUPS_MAX];
    private final char[] separators = new char[GROUPS_MAX];
    private int groups;
    private long shape;
    private boolean plus;

    /// The lengths of groups as one figure, an octet for each, the first one lowest.
    static long shape(int... lengths) {
        long shape = 0;
        for (int i = lengths.length - 1; i >= 0; i--) {
            shape = (shape << Byte.SIZE) | lengths[i];
        }
        return shape;
    }

    /// Reads the groups that begin at a digit.
    void read(char[] text, int begin) {
        groups = 0;
        shape = 0;
        plus = begin > 0 && text[begin - 1] == '+';
        int count = 0;
        int at = begin;
        char separator = 0;
        while (groups < GROUPS_MAX) {
            int from = at;
            while (at < text.length && Checks.isDigit(text[at])) {
                at++;
            }
            int length = at - from;
            if (count + length > DIGITS_MAX) {
                return;
            }
            System.arraycopy(text, from, digits, count, length);
            count += length;
            lengths[groups] = length;
            ends[groups] = at;
            counts[groups] = count;
            separators[groups] = separator;
            shape |= (long) length << (groups * Byte.SIZE);
            groups++;
            int next = behindSeparator(text, at);
            if (next < 0) {
                return;
            }
            separator = text[next - 1];
            at = next;
        }
    }

    /// The place of the next group; -1 if none follows.
    private static int behindSeparator(char[] text, int at) {
        int next = at;
        if (next < text.length && text[next] == ')') {
            next++;
        }
        if (next < text.length && isSeparator(text[next])) {
            next++;
        }
        return next > at && next < text.length && Checks.isDigit(text[next]) ? next : -1;
    }

    private static boolean isSeparator(char c) {
        return c == ' ' || c == '-' || c == '.' || c == '/' || c == ',';
    }

    int groups() {
        return groups;
    }

    boolean plus() {
        return plus;
    }

    int length(int group) {
        return lengths[group];
    }

    /// Where a group ends in the text.
    int end(int group) {
        return groups == 0 ? 0 : ends[group];
    }

    /// What stands before a group; 0 for the first.
    char separator(int group) {
        return separators[group];
    }

    /// The digits of the first groups.
    String digits(int groups) {
        return new String(digits, 0, count(groups));
    }

    /// How many digits the first groups have.
    int count(int groups) {
        return counts[groups - 1];
    }

    char digit(int place) {
        return digits[place];
    }

    /// The hash of the digits of the first groups.
    long hash(int groups) {
        return Hash.of(digits, 0, count(groups));
    }

    /// The hash of how its groups are formed: their lengths, and what divides them.
    long form() {
        long form = shape;
        for (int i = 1; i < groups; i++) {
            form = Hash.more(form, separators[i]);
        }
        return form;
    }

    /// The value of a short group.
    int value(int group) {
        int value = 0;
        for (int i = counts[group] - lengths[group]; i < counts[group]; i++) {
            value = 10 * value + digits[i] - '0';
        }
        return value;
    }

    /// Whether the first groups have the lengths of a [#shape].
    boolean isShaped(long wanted) {
        int others = Long.numberOfLeadingZeros(wanted) / Byte.SIZE * Byte.SIZE;
        return (shape & (-1L >>> others)) == wanted;
    }

    /// Whether the groups behind the first, up to `count`, are divided by this one character.
    boolean isDividedBy(char separator, int count) {
        for (int i = 1; i < count; i++) {
            if (separators[i] != separator) {
                return false;
            }
        }
        return true;
    }

    /// Whether the first groups are divided by one character, whichever.
    boolean isEven(int count) {
        return isDividedBy(separators[1], count);
    }
}
