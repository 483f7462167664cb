package org.postern.outline;

import org.jspecify.annotations.Nullable;

/// Strings as IMAP writes them: RFC 3501 §4.3. Characters are octets (ISO 8859-1), and whatever
/// they are, what is written is one string: nothing in it can look like the next answer.
public final class Strings {
    /// A longer one is written as a literal, so that lines stay short.
    private static final int QUOTED_OCTETS_MAX = 1_000;

    private Strings() {}

    /// @param text null for `NIL`
    public static String nstring(@Nullable String text) {
        return text == null ? "NIL" : string(text);
    }

    public static String string(String text) {
        boolean quotable =
                text.length() <= QUOTED_OCTETS_MAX
                        && text.chars().allMatch(c -> c > 0 && c < 0x7F && c != '\r' && c != '\n');
        if (!quotable) {
            // A literal holds anything but NUL.
            return "{%d}\r\n%s".formatted(text.length(), text.replace('\0', '\u0080'));
        }
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append('"').toString();
    }
}
