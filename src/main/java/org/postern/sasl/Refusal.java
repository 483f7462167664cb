package org.postern.sasl;

import java.util.regex.Pattern;

/// What an IMAP server means by NO: RFC 5530 §3.
public final class Refusal {
    /// Answers that say nothing about what was asked for.
    private static final Pattern FOR_NOW =
            Pattern.compile(
                    "\\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN|PRIVACYREQUIRED)\\b",
                    Pattern.CASE_INSENSITIVE);

    private Refusal() {}

    /// Whether the same may be granted another time: it is no verdict about a password or a folder.
    ///
    /// @param text of the answer, with its response code
    public static boolean isForNow(String text) {
        return FOR_NOW.matcher(text).find();
    }
}
