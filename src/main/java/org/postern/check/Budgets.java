package org.postern.check;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wrong answers of one network, of one site, and of all together. Beyond its budget a network is
/// slowed down and never shut out: behind one address may stand a clinic's waiting room, or half a
/// town.
final class Budgets {
    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);

    private static final int NETWORK_FAILURES_MAX = 30;

    /// Of one site: whoever has a /48 has 65,536 networks.
    private static final int SITE_FAILURES_MAX = 60;

    private static final Duration NETWORK_SPAN = Duration.ofHours(1);
    private static final int ALL_FAILURES_MAX = 300;
    private static final Duration ALL_SPAN = Duration.ofMinutes(1);

    /// Between two answers of a network that is over its budget.
    static final Duration SLOW = Duration.ofSeconds(5);

    private static final String ALL = "all";

    private final Pace network = new Pace(Duration.ZERO, NETWORK_FAILURES_MAX, NETWORK_SPAN);
    private final Pace site = new Pace(Duration.ZERO, SITE_FAILURES_MAX, NETWORK_SPAN);
    private final Pace all = new Pace(Duration.ZERO, ALL_FAILURES_MAX, ALL_SPAN);
    private final Pace slowly = new Pace(SLOW, Integer.MAX_VALUE, SLOW);
    private final Pace alarms = new Pace(Duration.ofMinutes(1), Integer.MAX_VALUE, NETWORK_SPAN);

    /// Whether an answer from there is looked at now, or has to come again a little later.
    boolean allows(String peer, Instant now) {
        String from = Pace.networkOf(peer);
        String around = Pace.siteOf(peer);
        if (site.isFull(around, now)) {
            // One turn for all networks of a site, or each would have a turn of its own.
            return slowly.take(around, now);
        }
        boolean over = network.isFull(from, now) || all.isFull(ALL, now);
        return !over || slowly.take(from, now);
    }

    void failed(String peer, Instant now) {
        String from = Pace.networkOf(peer);
        boolean withinNetwork = network.take(from, now);
        boolean withinSite = site.take(Pace.siteOf(peer), now);
        boolean withinAll = all.take(ALL, now);
        if (!(withinNetwork && withinSite && withinAll) && alarms.take(ALL, now)) {
            LOG.error("many wrong answers on the pickup page; answers from {} are slowed", from);
        }
    }
}
