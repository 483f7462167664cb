package org.postern.phi;

/// Groups of digits that stand together, such as `123-45-6789` or `(555) 123-4567`.
final class NumberRun {
    static final int GROUPS_MAX = 6;
    private static final int DIGITS_MAX = 40;

    private final StringBuilder digits = new StringBuilder();
    private final int[] lengths = new int[GROUPS_MAX];
    private final int[] ends = new int[GROUPS_MAX];
    private final char[] separators = new char[GROUPS_MAX];
    private int groups;
    private boolean plus;

    /// Reads the groups that begin at a digit.
    void read(CharSequence text, int begin) {
        digits.setLength(0);
        groups = 0;
        plus = begin > 0 && text.charAt(begin - 1) == '+';
        int at = begin;
        char separator = 0;
        while (groups < GROUPS_MAX) {
            int from = at;
            while (at < text.length() && Checks.isDigit(text.charAt(at))) {
                at++;
            }
            if (digits.length() + at - from > DIGITS_MAX) {
                return;
            }
            digits.append(text, from, at);
            lengths[groups] = at - from;
            ends[groups] = at;
            separators[groups] = separator;
            groups++;
            int next = behindSeparator(text, at);
            if (next < 0) {
                return;
            }
            separator = text.charAt(next - 1);
            at = next;
        }
    }

    /// The place of the next group; -1 if none follows.
    private static int behindSeparator(CharSequence text, int at) {
        int next = at;
        if (next < text.length() && text.charAt(next) == ')') {
            next++;
        }
        if (next < text.length() && " -./,".indexOf(text.charAt(next)) >= 0) {
            next++;
        }
        return next > at && next < text.length() && Checks.isDigit(text.charAt(next)) ? next : -1;
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
    String digits(int count) {
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += lengths[i];
        }
        return digits.substring(0, length);
    }

    /// The value of a short group.
    int value(int group) {
        int from = group == 0 ? 0 : digits(group).length();
        return Integer.parseInt(digits, from, from + lengths[group], 10);
    }

    /// Whether the first groups have these lengths.
    boolean isShaped(int... wanted) {
        if (groups < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (lengths[i] != wanted[i]) {
                return false;
            }
        }
        return true;
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
