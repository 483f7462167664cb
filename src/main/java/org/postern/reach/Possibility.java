package org.postern.reach;

import java.time.Duration;
import java.util.Optional;

/// Whether a protection is possible for somebody, as far as can be told before it is tried.
///
/// @param <T> what makes it possible
public sealed interface Possibility<T> {
    /// It is what would be tried.
    record Possible<T>(T by) implements Possibility<T> {}

    /// @param reason a clause for people: no certificate, an expired one, no proved next hop
    record Impossible<T>(String reason) implements Possibility<T> {}

    /// It counts as impossible, because nobody shows that it is not: but that is not certain, and
    /// nothing may go without protection because of it.
    ///
    /// @param reason a clause for people
    record Doubtful<T>(String reason) implements Possibility<T> {}

    /// Nobody can say it now.
    ///
    /// @param reason a sentence for people
    /// @param patience for how long after it came in a message waits for the answer; empty for as
    ///   long as it is tried at all
    record Unknown<T>(String reason, Optional<Duration> patience) implements Possibility<T> {}
}
