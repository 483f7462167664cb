package org.postern.held;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.postern.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the holds of which the time is over, one after the other. What hangs on others who cannot
/// answer now, such as a directory or the DNS, stays held as it is and is tried again, for a day; a
/// look lasts only so long, however long they take, so that all else that is held goes on.
///
/// For one thread.
final class Endings {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    /// After this no other message is begun at the same look, but for one in each part of a flood:
    /// the next look takes up the rest.
    static final Duration LOOK_MAX = Duration.ofSeconds(20);

    /// After a failure of the disk or the audit, or a silence of others.
    static final Duration AGAIN = Duration.ofMinutes(1);

    /// For so long others are waited for. After that it is decided by what is known; a gateway that
    /// was stopped begins anew.
    static final Duration SILENCE_MAX = Duration.ofDays(1);

    private final Docket docket;
    private final Ending ending;
    private final InstantSource clock;

    /// Those that wait for others, each since when.
    private final Map<QueueId, Instant> waiting = new HashMap<>();

    /// What happens with one.
    @FunctionalInterface
    interface Ending {
        /// @param patience whether it may wait for others
        /// @return false if it does, for somebody at least
        boolean end(QueueId id, boolean patience) throws IOException;
    }

    /// @param clock the steady one of the queue
    Endings(Docket docket, Ending ending, InstantSource clock) {
        this.docket = docket;
        this.ending = ending;
        this.clock = clock;
    }

    /// @param until when a message may be begun; one is begun after that too, so that something
    ///   ends however long all else of a look took
    /// @param goesOn asked before each message
    void look(Instant until, BooleanSupplier goesOn) {
        Instant now = clock.instant();
        Set<QueueId> left = new LinkedHashSet<>(docket.takeEnded(now));
        Instant again = now.plus(AGAIN);
        boolean begun = false;
        try {
            for (QueueId id : List.copyOf(left)) {
                if (!goesOn.getAsBoolean()) {
                    return;
                }
                if (begun && !clock.instant().isBefore(until)) {
                    // Before those that were tried, and have to wait for a minute.
                    again = now;
                    return;
                }
                begun = true;
                end(id);
                left.remove(id);
            }
        } finally {
            // Also where a defect ends it: nothing else brings them back before the next start.
            Instant at = again;
            left.forEach(id -> docket.giveBack(id, at));
        }
    }

    /// One message with which something is wrong, whatever it is, keeps no other from its end.
    private void end(QueueId id) {
        Instant now = clock.instant();
        Instant since = waiting.getOrDefault(id, now);
        try {
            if (ending.end(id, now.isBefore(since.plus(SILENCE_MAX)))) {
                waiting.remove(id);
                return;
            }
            if (waiting.putIfAbsent(id, now) == null) {
                LOG.warn("{} its time has ended, and waits for others who do not answer", id);
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("{} its time has ended, and nothing happens: {}", id, Teller.words(e));
        }
        docket.giveBack(id, clock.instant().plus(AGAIN));
    }
}
