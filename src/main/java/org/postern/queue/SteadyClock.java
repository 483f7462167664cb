package org.postern.queue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Time as the queue counts it: it begins where the wall clock stands at the start, and from then
/// on runs by the machine's counter of nanoseconds. A wall clock that is set, forward or back, by
/// hand or by a server, makes no message due and no message old.
public final class SteadyClock implements InstantSource {
    /// A wall clock that moves by more than this against the counter was set, and not corrected.
    static final Duration JUMP = Duration.ofHours(1);

    private final InstantSource wall;
    private final LongSupplier nanos;
    private final Instant start;
    private final long startNanos;
    private Duration ahead = Duration.ZERO;

    /// @param nanos such as `System::nanoTime`
    public SteadyClock(InstantSource wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.start = wall.instant();
        this.startNanos = nanos.getAsLong();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos.getAsLong() - startNanos);
    }

    /// Whether it shows about the time of the wall clock.
    boolean isNearTheWall() {
        return Duration.between(instant(), wall.instant()).abs().compareTo(ClockTrust.AWAY_MAX)
                <= 0;
    }

    /// How far the wall clock jumped since the last call that told of a jump.
    ///
    /// @return empty as long as it is not more than an hour, in either direction
    public synchronized Optional<Duration> jump() {
        Duration now = Duration.between(instant(), wall.instant());
        Duration moved = now.minus(ahead);
        if (moved.abs().compareTo(JUMP) <= 0) {
            return Optional.empty();
        }
        ahead = now;
        return Optional.of(moved);
    }
}
