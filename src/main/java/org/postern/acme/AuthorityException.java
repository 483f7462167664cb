package org.postern.acme;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An authority issued nothing, or said nothing. The message says why, in words for IT; what the
/// authority said stands in it as one short line.
public final class AuthorityException extends Exception {
    private static final long serialVersionUID = 1;
    private static final int WORDS_MAX = 300;

    private final transient Optional<Instant> notBefore;

    AuthorityException(String why, @Nullable Throwable cause) {
        this(why, cause, Optional.empty());
    }

    /// @param notBefore when the authority wants to be asked again, if it said so
    AuthorityException(String why, @Nullable Throwable cause, Optional<Instant> notBefore) {
        super(line(why), cause);
        this.notBefore = notBefore;
    }

    Optional<Instant> notBefore() {
        return notBefore;
    }

    /// The words of a stranger go into the log and onto terminals.
    private static String line(String words) {
        String line = words.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]+", " ").strip();
        return line.length() <= WORDS_MAX ? line : line.substring(0, WORDS_MAX) + "…";
    }
}
