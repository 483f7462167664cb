package org.postern.grammar;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What LIST asks for: RFC 3501 §6.3.8. `*` stands for anything, `%` for anything without the
/// separator. It takes time in proportion to the square of the name at most, however long the
/// pattern is: wildcards that stand side by side are one, and a pattern with more other characters
/// than the name has is not its pattern.
public final class FolderPattern {
    private static final Pattern WILDCARDS = Pattern.compile("[*%]{2,}");

    private final String pattern;
    private final int characters;
    private final char separator;

    /// @param separator between a folder and those inside it
    public FolderPattern(String pattern, char separator) {
        this.pattern = WILDCARDS.matcher(pattern).replaceAll(FolderPattern::widest);
        this.characters = (int) this.pattern.chars().filter(c -> !isWildcard(c)).count();
        this.separator = separator;
    }

    private static String widest(MatchResult several) {
        return several.group().indexOf('*') < 0 ? "%" : "*";
    }

    private static boolean isWildcard(int c) {
        return c == '*' || c == '%';
    }

    /// Whether it is the pattern of a folder; `INBOX` is the same in any case.
    public boolean matches(String name) {
        if (characters > name.length()) {
            return false;
        }
        boolean inbox = name.equalsIgnoreCase("INBOX");
        boolean[] reached = new boolean[name.length() + 1];
        reached[0] = true;
        for (int i = 0; i < pattern.length(); i++) {
            reached = step(pattern.charAt(i), name, reached, inbox);
        }
        return reached[name.length()];
    }

    /// @param reached how far in the name the pattern has come, in all ways
    private boolean[] step(char c, String name, boolean[] reached, boolean anyCase) {
        boolean[] next = new boolean[reached.length];
        for (int at = 0; at < reached.length; at++) {
            if (isWildcard(c)) {
                boolean on =
                        at > 0 && next[at - 1] && (c == '*' || name.charAt(at - 1) != separator);
                next[at] = reached[at] || on;
            } else if (at > 0 && reached[at - 1]) {
                char there = name.charAt(at - 1);
                next[at] = c == there || (anyCase && same(c, there));
            }
        }
        return next;
    }

    private static boolean same(char one, char other) {
        return Character.toUpperCase(one) == Character.toUpperCase(other);
    }
}
