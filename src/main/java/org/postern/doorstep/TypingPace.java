package org.postern.doorstep;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postern.check.Pace;

/// How often codes are looked for, for one network, one site, and all together. Each is counted
/// before it is looked for, so that a thousand at once are no more than the count; a right one is
/// taken back. Beyond the counts a site (IPv4 /24, IPv6 /48) has one turn in five seconds: links
/// work all the same, so nobody is shut out.
final class TypingPace {
    private static final int NETWORK_MAX = 30;

    /// Of one site: whoever has a /48 has 65,536 networks.
    private static final int SITE_MAX = 60;

    private static final Duration SPAN = Duration.ofHours(1);
    private static final int ALL_MAX = 300;
    private static final Duration ALL_SPAN = Duration.ofMinutes(1);

    /// Between two codes of a site beyond that.
    static final Duration SLOW = Duration.ofSeconds(5);

    private static final String ALL = "all";

    private final Pace networks = Pace.open(Duration.ZERO, NETWORK_MAX, SPAN);
    private final Pace sites = Pace.open(Duration.ZERO, SITE_MAX, SPAN);
    private final Pace all = Pace.open(Duration.ZERO, ALL_MAX, ALL_SPAN);
    private final Pace slowly = Pace.open(SLOW, Integer.MAX_VALUE, SLOW);

    /// A code that may be looked for now.
    @FunctionalInterface
    interface Turn {
        /// The code was a right one, which counts for nothing.
        void wasRight();
    }

    /// Takes a turn.
    ///
    /// @return empty if it is too soon
    Optional<Turn> take(String peer, Instant now) {
        String network = Pace.networkOf(peer);
        String site = Pace.siteOf(peer);
        if (networks.take(network, now)) {
            if (sites.take(site, now)) {
                if (all.take(ALL, now)) {
                    return Optional.of(() -> {
                        all.giveBack(ALL, now);
                        sites.giveBack(site, now);
                        networks.giveBack(network, now);
                    });
                }
                sites.giveBack(site, now);
            }
            networks.giveBack(network, now);
        }
        return slowly.take(site, now) ? Optional.of(() -> {}) : Optional.empty();
    }
}
