package org.postern.check;

import java.time.Duration;
import java.time.Instant;
import org.postern.mail.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wrong answers of one network, of one site, and of all together. Beyond its budget a network is
/// slowed down and never shut out: behind one address may stand a clinic's waiting room, or half a
/// town.
///
/// - A network (IPv4 /24, IPv6 /64) beyond its budget has one turn in five seconds for all in it.
/// - A site (IPv6 /48) may be one guesser's, or a mobile carrier's, in which each telephone has a
///   network of its own. So beyond its budget each of its networks has a turn of its own, in thirty
///   seconds: who hops from one to the next is slowed no more than that, and what stops him is the
///   count of each patient.
/// - The first answer about somebody, with no wrong one before it, goes ahead of these turns: a
///   guesser who takes every turn keeps out nobody who types right. For each network only so many
///   go ahead, and he needs one link for each.
///
/// What finds no place to be counted is let through, for the same reason.
final class Budgets {
    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);

    private static final int NETWORK_FAILURES_MAX = 30;

    /// Of one site: whoever has a /48 has 65,536 networks.
    private static final int SITE_FAILURES_MAX = 60;

    /// First answers of a network that go ahead of its turns.
    static final int AHEAD_MAX = 30;

    private static final Duration NETWORK_SPAN = Duration.ofHours(1);
    private static final int ALL_FAILURES_MAX = 300;
    private static final Duration ALL_SPAN = Duration.ofMinutes(1);

    /// Between two answers of a network that is over its budget.
    static final Duration SLOW = Duration.ofSeconds(5);

    /// The same for a network whose site alone is.
    static final Duration SITE_SLOW = Duration.ofSeconds(30);

    private static final String ALL = "all";

    private final Pace network = Pace.open(Duration.ZERO, NETWORK_FAILURES_MAX, NETWORK_SPAN);
    private final Pace site = Pace.open(Duration.ZERO, SITE_FAILURES_MAX, NETWORK_SPAN);
    private final Pace all = Pace.open(Duration.ZERO, ALL_FAILURES_MAX, ALL_SPAN);
    private final Pace ahead = Pace.open(Duration.ZERO, AHEAD_MAX, NETWORK_SPAN);

    /// Who went ahead already, and does so again without another count: somebody who reads all day
    /// by right answers takes no other's place.
    private final Pace gone = Pace.open(Duration.ZERO, 1, NETWORK_SPAN);

    private final Pace slowly = Pace.open(SLOW, Integer.MAX_VALUE, SLOW);
    private final Pace moreSlowly = Pace.open(SITE_SLOW, Integer.MAX_VALUE, SITE_SLOW);
    private final Pace alarms = new Pace(Duration.ofMinutes(1), Integer.MAX_VALUE, NETWORK_SPAN);

    /// Whether an answer from there is looked at now.
    ///
    /// @param patient about whom it is
    /// @param first no wrong answer about this patient stands before it
    /// @return zero if it is; else how much later it may come again
    Duration delay(String peer, Address patient, boolean first, Instant now) {
        String from = Pace.networkOf(peer);
        boolean over = network.isFull(from, now) || all.isFull(ALL, now);
        boolean around = site.isFull(Pace.siteOf(peer), now);
        if ((!over && !around) || (first && goesAhead(from, patient, now))) {
            return Duration.ZERO;
        }
        if (over) {
            return slowly.take(from, now) ? Duration.ZERO : SLOW;
        }
        return moreSlowly.take(from, now) ? Duration.ZERO : SITE_SLOW;
    }

    private boolean goesAhead(String from, Address patient, Instant now) {
        String who = from + " " + patient.key();
        if (!gone.isFull(who, now) && !ahead.take(from, now)) {
            return false;
        }
        boolean _ = gone.take(who, now);
        return true;
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
