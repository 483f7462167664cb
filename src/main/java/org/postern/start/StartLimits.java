package org.postern.start;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postern.check.Pace;

/// How many links strangers may ask for, and how many messages one patient may begin. What one
/// address may ask for is the business of `MailOnRequest`, which tells nobody.
final class StartLimits {
    /// From one network, an hour: a waiting room, but no machine.
    private static final int NETWORK_MAX = 30;

    /// From everywhere, an hour.
    private static final int ALL_MAX = 300;

    /// New conversations of one patient, a day.
    private static final int MESSAGES_MAX = 20;

    static final Duration SPAN = Duration.ofHours(1);

    private final Pace network = new Pace(Duration.ZERO, NETWORK_MAX, SPAN);
    private final Pace all = new Pace(Duration.ZERO, ALL_MAX, SPAN);
    private final Pace messages = new Pace(Duration.ZERO, MESSAGES_MAX, Duration.ofDays(1));

    /// Why a link is not mailed now.
    enum Limit {
        NETWORK,
        ALL
    }

    /// Counts a request for a link.
    ///
    /// @param peer IP address
    /// @return what it is over; then a wait of an hour at most
    Optional<Limit> ask(String peer, Instant now) {
        if (!isProxy(peer) && !network.take(Pace.networkOf(peer), now)) {
            return Optional.of(Limit.NETWORK);
        }
        return all.take("all", now) ? Optional.empty() : Optional.of(Limit.ALL);
    }

    /// Counts a message of a patient.
    ///
    /// @param patient key of the address
    /// @return false if she began too many today
    boolean write(String patient, Instant now) {
        return messages.take(patient, now);
    }

    /// Behind a web server of the clinic all requests come from this machine, and a network that
    /// everybody shares says nothing.
    private static boolean isProxy(String peer) {
        try {
            return InetAddress.ofLiteral(peer).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
