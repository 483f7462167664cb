package org.postern;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.postern.net.HostLookup;
import org.postern.store.Disk;
import org.postern.store.FileDisk;

/// What a gateway finds outside itself and a test may replace: time, chance, the disk, the names of
/// hosts.
///
/// @param nanos counts on whatever is done to the clock, such as `System::nanoTime`
public record World(
        Clock clock, LongSupplier nanos, SecureRandom random, Disk disk, HostLookup lookup) {
    /// A world whose clock is never set: it alone says how much time has gone by.
    public World(Clock clock, SecureRandom random, Disk disk, HostLookup lookup) {
        this(clock, () -> nanos(clock.instant()), random, disk, lookup);
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    private static final Duration LOOKUP_MAX = Duration.ofSeconds(30);

    /// The world as it is.
    public static World real() {
        return new World(
                Clock.system(ZoneId.systemDefault()),
                System::nanoTime,
                new SecureRandom(),
                new FileDisk(),
                HostLookup.system(LOOKUP_MAX));
    }
}
