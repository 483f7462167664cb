package org.postern.grammar;

/// What LIST asks for: RFC 3501 §6.3.8. `*` stands for anything, `%` for anything without the
/// separator. It takes time in proportion to pattern and name multiplied, whatever the pattern.
public final class FolderPattern {
    private final String pattern;
    private final char separator;

    /// @param separator between a folder and those inside it
    public FolderPattern(String pattern, char separator) {
        this.pattern = pattern;
        this.separator = separator;
    }

    /// Whether it is the pattern of a folder; `INBOX` is the same in any case.
    public boolean matches(String name) {
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
            if (c == '*' || c == '%') {
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
