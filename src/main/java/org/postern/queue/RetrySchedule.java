package org.postern.queue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// When a delayed recipient is tried again, and when it is given up: RFC 5321 §4.5.4.1.
///
/// The first steps are short, because most delays are a restart of the next hop; the last one
/// repeats. How long a recipient has waited is added up step by step and kept with it: the wall
/// clock is not asked, so that a jump of it makes nothing old.
public final class RetrySchedule {
    private static final List<Duration> STEPS =
            List.of(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(2));

    /// RFC 5321 §4.5.4.1: the give-up time generally needs to be at least 4–5 days. No attempt is
    /// made beyond it.
    static final Duration GIVE_UP = Duration.ofDays(5);

    /// The return handler is told of a delay after this time, once.
    static final Duration TELL = Duration.ofHours(4);

    /// Fewer attempts than this never are five days.
    static final int GIVE_UP_ATTEMPTS = 40;

    /// A step is stretched or shortened by up to a fifth, so that a full queue does not come back
    /// as one wave.
    private static final double JITTER = 0.2;

    /// What an attempt may come too late and still be counted as waiting. The gateway may have been
    /// off for a week, or the clock have been wrong: then the next hop was not asked.
    private static final Duration LATENESS_MAX = Duration.ofDays(1);

    /// For so long after a jump of the clock nothing is given up.
    static final Duration SUSPENSION = Duration.ofDays(1);

    private final RandomGenerator random;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Instant> suspendedUntil = new AtomicReference<>();

    /// How a recipient has waited so far.
    ///
    /// @param attempts how many there were
    /// @param due when the last one was to be made, not before
    /// @param waited until then
    public record Patience(int attempts, Instant due, Duration waited) {}

    /// What follows from one more attempt in vain.
    public sealed interface Next {
        /// Wait on.
        record Wait(Patience patience) implements Next {}

        /// It was long enough.
        record GiveUp(Duration waited) implements Next {}
    }

    /// @param random for the jitter
    /// @param clock a steady one
    public RetrySchedule(RandomGenerator random, InstantSource clock) {
        this.random = random;
        this.clock = clock;
    }

    /// The longest time that lies between two attempts, with its jitter.
    public static Duration longestStep() {
        return STEPS.getLast().multipliedBy(2);
    }

    /// Whether it is time to tell the return handler of the delay.
    public static boolean isToBeTold(Duration waited) {
        return waited.compareTo(TELL) >= 0;
    }

    /// The wall clock jumped: nothing is given up for a day, so that what the jump has done to the
    /// world can be mended.
    public void suspend() {
        suspendedUntil.set(clock.instant().plus(SUSPENSION));
    }

    /// When one who waits will be given up, if nothing comes between.
    public Instant giveUp(Patience patience) {
        return patience.due().plus(GIVE_UP.minus(patience.waited()));
    }

    /// What follows from an attempt that has just ended in vain.
    ///
    /// @param before how the recipient had waited before it
    public Next next(Patience before) {
        Instant now = clock.instant();
        int attempts = before.attempts() + 1;
        Duration late = Duration.between(before.due(), now);
        Duration waited = before.waited().plus(clamp(late));
        Duration step = STEPS.get(Math.min(attempts, STEPS.size()) - 1);
        double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
        Duration wait = Duration.ofMillis((long) (step.toMillis() * factor));
        Duration untilTold = TELL.minus(waited);
        if (untilTold.isPositive() && untilTold.compareTo(wait) < 0) {
            // One attempt falls on the time at which the delay is told.
            wait = untilTold;
        }
        if (attempts >= GIVE_UP_ATTEMPTS
                && waited.plus(wait).compareTo(GIVE_UP) > 0
                && !isSuspended(now)) {
            return new Next.GiveUp(waited);
        }
        return new Next.Wait(new Patience(attempts, now.plus(wait), waited.plus(wait)));
    }

    private boolean isSuspended(Instant now) {
        Instant until = suspendedUntil.get();
        return until != null && now.isBefore(until);
    }

    private static Duration clamp(Duration late) {
        if (late.isNegative()) {
            return Duration.ZERO;
        }
        return late.compareTo(LATENESS_MAX) > 0 ? LATENESS_MAX : late;
    }
}
