package org.postern;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.dns.DnsSettings;
import org.postern.dns.NetworkResolver;
import org.postern.dns.Resolver;
import org.postern.explain.Explain;
import org.postern.membership.Memberships;
import org.postern.net.HostLookup;
import org.postern.random.Randomness;
import org.postern.reach.Possibilities;
import org.postern.route.MxSettings;
import org.postern.store.Disk;
import org.postern.store.FileDisk;

/// What a gateway finds outside itself and a test may replace: time, chance, the disk, the names of
/// hosts, the mail servers of others.
///
/// @param nanos counts on whatever is done to the clock, such as `System::nanoTime`
public record World(
        Clock clock,
        LongSupplier nanos,
        SecureRandom random,
        Disk disk,
        HostLookup lookup,
        Internet internet) {
    private static final Duration LOOKUP_MAX = Duration.ofSeconds(30);

    /// How the rest of the world is found.
    ///
    /// @param resolver asks the domain name system
    /// @param smtpPort of the mail servers to which MX records point
    /// @param httpsPort of the hosts that publish policies
    public record Internet(Function<DnsSettings, Resolver> resolver, int smtpPort, int httpsPort) {
        public static final Internet REAL =
                new Internet(NetworkResolver::new, MxSettings.SMTP_PORT, 443);
    }

    /// A world whose clock is never set: it alone says how much time has gone by.
    public World(
            Clock clock, SecureRandom random, Disk disk, HostLookup lookup, Internet internet) {
        this(clock, () -> nanos(clock.instant()), random, disk, lookup, internet);
    }

    /// The same, in which the Internet is as it is.
    public World(Clock clock, SecureRandom random, Disk disk, HostLookup lookup) {
        this(clock, random, disk, lookup, Internet.REAL);
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    /// What a command finds out of it by the same parts as the gateway, beside one that may run: it
    /// opens no door, and keeps nothing.
    ///
    /// @param world made when it is needed: most commands need none
    public record View(Supplier<World> world) implements Explain.Outside {
        @Override
        public Memberships groups(GatewayConfig config) throws IOException {
            return Outward.forCommand(config, world.get());
        }

        @Override
        public Possibilities possibilities(Path folder, Configuration configuration)
                throws IOException {
            return Outward.asSeen(
                    new Story.Setting(folder, configuration, world.get(), new Closing()));
        }
    }

    /// The world as it is.
    public static World real() {
        return new World(
                Clock.system(ZoneId.systemDefault()),
                System::nanoTime,
                Randomness.shared(),
                new FileDisk(),
                HostLookup.system(LOOKUP_MAX),
                Internet.REAL);
    }
}
