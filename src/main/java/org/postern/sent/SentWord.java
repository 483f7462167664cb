package org.postern.sent;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What became of a message to a patient, as a keyword (RFC 9051 §2.3.2). The gateway alone sets
/// them; several may hold of one message.
public enum SentWord {
    /// It waits for her: she was told, and has not opened it.
    WAITING("$Waiting"),
    /// She opened it, after a passed check.
    READ("$Read"),
    /// She, or somebody for her, wrote after it. Not IMAP's `\Answered`, which says that the owner
    /// of the folder has answered.
    REPLIED("$Replied"),
    /// She did not open it while a link led to it.
    EXPIRED("$Expired"),
    /// It did not reach her: the notice came back, or reached somebody else.
    FAILED("$Failed");

    private final String keyword;

    SentWord(String keyword) {
        this.keyword = keyword;
    }

    /// As it is told to mail programs.
    public String keyword() {
        return keyword;
    }

    /// @param keyword in any case: RFC 9051 §2.3.2
    public static Optional<SentWord> of(String keyword) {
        String lower = keyword.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(it -> it.keyword.toLowerCase(Locale.ROOT).equals(lower))
                .findFirst();
    }

    /// Whether only the gateway sets it.
    public static boolean isOne(String keyword) {
        return of(keyword).isPresent();
    }

    /// All of them, as they are told.
    public static List<String> keywords() {
        return Arrays.stream(values()).map(SentWord::keyword).toList();
    }
}
