package org.postern.start;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postern.check.Pace;
import org.postern.writing.OctetBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many links strangers may ask for, and how many messages one patient may begin. What one
/// address may ask for is the business of `MailOnRequest`, which tells nobody.
final class StartLimits {
    private static final Logger LOG = LoggerFactory.getLogger(StartLimits.class);

    private static final String ALL = "all";

    /// From one network, an hour: a waiting room, but no machine.
    private static final int NETWORK_MAX = 30;

    /// From everywhere, an hour.
    private static final int ALL_MAX = 300;

    /// New conversations of one patient, a day.
    private static final int MESSAGES_MAX = 20;

    /// Of the files of one message, where no more than the mailbox was shown.
    static final long STRANGER_FILES_OCTETS_MAX = 5L * 1024 * 1024;

    /// Of all such messages of one network, a day.
    private static final long NETWORK_OCTETS_MAX = 200L * 1024 * 1024;

    /// Of all such messages from everywhere, a day.
    private static final long STRANGERS_OCTETS_MAX = 1024L * 1024 * 1024;

    static final Duration SPAN = Duration.ofHours(1);

    private final Pace network = new Pace(Duration.ZERO, NETWORK_MAX, SPAN);
    private final Pace all = new Pace(Duration.ZERO, ALL_MAX, SPAN);
    private final Pace messages = new Pace(Duration.ZERO, MESSAGES_MAX, Duration.ofDays(1));
    private final OctetBudget networkOctets =
            new OctetBudget(NETWORK_OCTETS_MAX, Duration.ofDays(1));
    private final OctetBudget strangersOctets =
            new OctetBudget(STRANGERS_OCTETS_MAX, Duration.ofDays(1));

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
        return all.take(ALL, now) ? Optional.empty() : Optional.of(Limit.ALL);
    }

    /// Counts a message of a patient.
    ///
    /// @param patient key of the address
    /// @return false if she began too many today
    boolean write(String patient, Instant now) {
        return messages.take(patient, now);
    }

    /// Counts the octets of a message whose writer has shown her mailbox alone.
    ///
    /// @param peer IP address
    /// @return false if strangers, or those of her network, wrote too much today
    boolean takeOctets(String peer, long octets, Instant now) {
        String from = Pace.networkOf(peer);
        boolean counted = !isProxy(peer);
        if (counted && !networkOctets.take(from, octets, now)) {
            return false;
        }
        if (strangersOctets.take(ALL, octets, now)) {
            return true;
        }
        if (counted) {
            networkOctets.giveBack(from, octets, now);
        }
        LOG.error("strangers have written so much today that no more of them is taken");
        return false;
    }

    /// Takes back what was counted, because the message was not handed over.
    void giveBackOctets(String peer, long octets, Instant at) {
        networkOctets.giveBack(Pace.networkOf(peer), octets, at);
        strangersOctets.giveBack(ALL, octets, at);
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
