package org.postern.transit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// When a delayed recipient is tried again, and when it is given up: RFC 5321 §4.5.4.1.
///
/// The first steps are short, because most delays are a restart of the next hop; the last one
/// repeats.
public final class RetrySchedule {
    private static final List<Duration> STEPS =
            List.of(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(2));

    /// RFC 5321 §4.5.4.1: the give-up time generally needs to be at least 4–5 days.
    private static final Duration GIVE_UP = Duration.ofDays(5);

    /// Fewer attempts than this never are five days: then the clock has jumped, and not the message
    /// grown old.
    private static final int GIVE_UP_ATTEMPTS = 40;

    /// A step is stretched or shortened by up to a fifth, so that a full queue does not come back
    /// as one wave.
    private static final double JITTER = 0.2;

    private final RandomGenerator random;

    /// @param random for the jitter
    public RetrySchedule(RandomGenerator random) {
        this.random = random;
    }

    /// The longest time that lies between two attempts, with its jitter.
    static Duration longestStep() {
        return STEPS.getLast().multipliedBy(2);
    }

    /// @param attempts made so far, at least one
    /// @return when to try again; empty if it is time to give up
    Optional<Instant> next(int attempts, Instant arrived, Instant now) {
        if (attempts >= GIVE_UP_ATTEMPTS
                && Duration.between(arrived, now).compareTo(GIVE_UP) >= 0) {
            return Optional.empty();
        }
        Duration step = STEPS.get(Math.min(attempts, STEPS.size()) - 1);
        double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
        return Optional.of(now.plusMillis((long) (step.toMillis() * factor)));
    }
}
