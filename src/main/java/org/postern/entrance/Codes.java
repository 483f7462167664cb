package org.postern.entrance;

import java.util.regex.Pattern;

/// What a response code says of a NO or a BYE: RFC 5530 §3.
public final class Codes {
    private static final Pattern FOR_NOW =
            Pattern.compile(
                    "\\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN|PRIVACYREQUIRED)\\b",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern NEEDS_SOMEBODY =
            Pattern.compile("\\[CONTACTADMIN\\b", Pattern.CASE_INSENSITIVE);

    private Codes() {}

    /// Whether the same may be granted another time: it is no verdict about a password or a folder.
    ///
    /// @param text with its response code
    public static boolean isForNow(String text) {
        return FOR_NOW.matcher(text).find();
    }

    /// Whether an administrator must look first.
    ///
    /// @param text with its response code
    static boolean needsSomebody(String text) {
        return NEEDS_SOMEBODY.matcher(text).find();
    }
}
