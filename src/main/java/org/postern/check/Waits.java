package org.postern.check;

import java.time.Duration;
import java.util.List;

/// How long wrong answers make a patient wait, and when waiting is not enough.
final class Waits {
    /// Wrong answers that cost nothing.
    static final int FREE_TRIES = 5;

    /// With so many in a row the patient is told that somebody tries.
    static final int TOLD_AT = 3;

    /// Within the window; beyond them only another check or the clinic's phone helps: with 20 tries
    /// a birth date whose decade is known is guessed once in 180 times.
    static final int TRIES_MAX = 20;

    static final Duration WINDOW = Duration.ofDays(30);

    private static final List<Duration> STEPS =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(30));

    private Waits() {}

    /// The wait after so many wrong answers in a row.
    static Duration after(int wrong) {
        if (wrong < FREE_TRIES) {
            return Duration.ZERO;
        }
        return STEPS.get(Math.min(wrong - FREE_TRIES, STEPS.size() - 1));
    }

    /// Whether the link itself pauses after so many in a row, until a fresh one was asked for: then
    /// whoever goes on must at least have the mailbox.
    static boolean pauseTheLink(int wrong) {
        return wrong >= FREE_TRIES + STEPS.size();
    }

    /// Tries that are left before the first wait.
    static int left(int wrong) {
        return Math.max(0, FREE_TRIES - wrong);
    }
}
