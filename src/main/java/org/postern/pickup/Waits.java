package org.postern.pickup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How long wrong answers make a patient wait. The count belongs to patient and check: neither a
/// new link nor a new code resets it (NIST SP 800-63B-4 §3.1.3.2).
final class Waits {
    /// Wrong answers that cost nothing.
    static final int FREE_TRIES = 5;

    /// Beyond it only the clinic's phone helps: with 20 tries a birth date whose decade is known is
    /// guessed once in 180 times.
    static final int TRIES_MAX = 20;

    private static final List<Duration> STEPS =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(30));

    private static final Duration LONGEST = Duration.ofDays(30);

    private Waits() {}

    /// The pause after so many wrong answers.
    static Duration after(int wrong) {
        if (wrong < FREE_TRIES) {
            return Duration.ZERO;
        }
        if (wrong >= TRIES_MAX) {
            return LONGEST;
        }
        return STEPS.get(Math.min(wrong - FREE_TRIES, STEPS.size() - 1));
    }

    /// Tries that are left before the first pause; empty when there are none.
    static Optional<Integer> left(int wrong) {
        return wrong < FREE_TRIES ? Optional.of(FREE_TRIES - wrong) : Optional.empty();
    }
}
