package org.postern.check;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much mail strangers may ask for. What one address may get is the business of
/// `MailOnRequest`, which tells nobody.
public final class AskLimits {
    private static final Logger LOG = LoggerFactory.getLogger(AskLimits.class);

    /// From one network, an hour: a waiting room, but no machine.
    private static final int NETWORK_MAX = 30;

    /// From one site, an hour: whoever has a /48 has 65,536 networks.
    private static final int SITE_MAX = 60;

    /// From everywhere, an hour.
    private static final int ALL_MAX = 300;

    /// After which asking may help again.
    public static final Duration SPAN = Duration.ofHours(1);

    private static final String ALL = "all";

    private final String what;
    private final Pace network = new Pace(Duration.ZERO, NETWORK_MAX, SPAN);
    private final Pace site = new Pace(Duration.ZERO, SITE_MAX, SPAN);
    private final Pace all = new Pace(Duration.ZERO, ALL_MAX, SPAN);
    private final Pace alarms = new Pace(SPAN, 1, SPAN);

    /// @param what is asked for, for the log
    public AskLimits(String what) {
        this.what = what;
    }

    /// Why nothing is mailed now.
    public enum Limit {
        NETWORK("to.limit.here"),
        ALL("to.limit.all");

        private final String key;

        Limit(String key) {
            this.key = key;
        }

        /// Of the words that say so.
        public String key() {
            return key;
        }
    }

    /// Sends what is asked for, if no limit is full, and counts it if something was sent: asking
    /// for what is not sent uses nobody's limit up.
    ///
    /// @param peer IP address
    /// @param sending true if something is sent
    /// @return what it is over; then nothing was tried
    public synchronized Optional<Limit> ask(String peer, Instant now, BooleanSupplier sending) {
        boolean counted = !isProxy(peer);
        String from = Pace.networkOf(peer);
        String around = Pace.siteOf(peer);
        if (counted && (network.isOver(from, now) || site.isOver(around, now))) {
            return Optional.of(Limit.NETWORK);
        }
        if (all.isOver(ALL, now)) {
            if (alarms.take(ALL, now)) {
                LOG.error("so many ask for a {} that no more are sent for an hour", what);
            }
            return Optional.of(Limit.ALL);
        }
        if (sending.getAsBoolean()) {
            all.take(ALL, now);
            if (counted) {
                network.take(from, now);
                site.take(around, now);
            }
        }
        return Optional.empty();
    }

    /// Behind a web server of the clinic all requests come from this machine, and a network that
    /// everybody shares says nothing.
    public static boolean isProxy(String peer) {
        try {
            return InetAddress.ofLiteral(peer).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
