package org.postern.start;

import java.time.Duration;
import java.time.Instant;
import org.postern.check.AskLimits;
import org.postern.check.Pace;
import org.postern.writing.OctetBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much patients and strangers may write. How many links may be asked for `AskLimits` says.
final class StartLimits {
    private static final Logger LOG = LoggerFactory.getLogger(StartLimits.class);

    private static final String ALL = "all";

    /// New conversations of one patient, a day.
    private static final int MESSAGES_MAX = 20;

    /// Of the files of one message, where no more than the mailbox was shown.
    static final long STRANGER_FILES_OCTETS_MAX = 5L * 1024 * 1024;

    /// Of all such messages of one network, a day.
    private static final long NETWORK_OCTETS_MAX = 200L * 1024 * 1024;

    /// Of all such messages from everywhere, a day.
    private static final long STRANGERS_OCTETS_MAX = 1024L * 1024 * 1024;

    private final Pace messages = new Pace(Duration.ZERO, MESSAGES_MAX, Duration.ofDays(1));
    private final OctetBudget networkOctets =
            new OctetBudget(NETWORK_OCTETS_MAX, Duration.ofDays(1));
    private final OctetBudget strangersOctets =
            new OctetBudget(STRANGERS_OCTETS_MAX, Duration.ofDays(1));

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
        boolean counted = !AskLimits.isProxy(peer);
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
}
