package org.postern;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import org.postern.net.HostLookup;
import org.postern.store.Disk;
import org.postern.store.FileDisk;

/// What a gateway finds outside itself and a test may replace: time, chance, the disk, the names of
/// hosts.
public record World(Clock clock, SecureRandom random, Disk disk, HostLookup lookup) {
    private static final Duration LOOKUP_MAX = Duration.ofSeconds(30);

    /// The world as it is.
    public static World real() {
        return new World(
                Clock.system(ZoneId.systemDefault()),
                new SecureRandom(),
                new FileDisk(),
                HostLookup.system(LOOKUP_MAX));
    }
}
