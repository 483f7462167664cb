package org.postern.refusal;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Listener;
import org.postern.mail.Reply;
import org.postern.net.PerSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes into the audit what the doors refuse, so that no stranger can fill its volume with it.
///
/// Each source has a few entries of its own within a minute, at once and as they come; what it is
/// refused beyond that is one more entry when the minute is over, with how many they were, why, and
/// whom the first of them named. All sources of a listener together have so many entries in a
/// minute; the refusals of those beyond are one sum. What strangers do at one listener takes no
/// entries from another one.
///
/// What the clinic's own people and its own server are refused has an entry each, however much it
/// is: they are known, and ask what became of their mail.
///
/// A sum lies in memory for a minute: a process that is killed meanwhile does not tell it. Nothing
/// was taken over by a refusal, so nothing hangs on it. One that cannot be written is tried again.
/// What is accepted and what a policy decides is not written here, but each by itself.
///
/// Safe for use by many threads.
public final class RefusalLog {
    /// What is summed is told after so long.
    static final Duration MINUTE = Duration.ofMinutes(1);

    /// How often it should be looked whether that is over.
    public static final Duration EVERY = Duration.ofSeconds(15);

    /// Entries of their own that one source has in a minute.
    static final int ENTRIES_OF_SOURCE_MAX = 5;

    /// Entries that all sources of a listener have in a minute, one for the sum of each included.
    static final int ENTRIES_MAX = 60;

    /// Addresses, reverse-paths and kinds of replies that one sum names.
    static final int NAMED_MAX = 10;

    /// Sources that one sum counts; beyond that they are no fewer.
    static final int SOURCES_MAX = 1_000;

    /// Sums that could not be written and are tried again; of more the oldest are lost.
    static final int UNWRITTEN_MAX = 500;

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

    private final AuditLog audit;
    private final InstantSource clock;
    private final Map<Listener, Minute> minutes = new EnumMap<>(Listener.class);
    private final Deque<AuditEvent.Refusals> unwritten = new ArrayDeque<>();

    public RefusalLog(AuditLog audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /// One source, and under which name it came.
    private record Source(String network, @Nullable Address authenticated) {
        static Source of(Arrival arrival) {
            return new Source(network(arrival.peer()), arrival.authenticated());
        }

        private static String network(String peer) {
            try {
                return PerSource.of(InetAddress.ofLiteral(peer));
            } catch (IllegalArgumentException noAddress) {
                return peer;
            }
        }
    }

    /// What one listener refused within a minute.
    private static final class Minute {
        final Instant begun;
        final Map<Source, Integer> entries = new HashMap<>();
        final Map<Source, Sum> sums = new HashMap<>();
        @Nullable Sum others;
        int written;

        Minute(Instant begun) {
            this.begun = begun;
        }

        boolean isOver(Instant now) {
            return now.isBefore(begun) || !now.isBefore(begun.plus(MINUTE));
        }

        /// Takes an entry, if there is one left.
        private boolean take() {
            if (written == ENTRIES_MAX) {
                return false;
            }
            written++;
            return true;
        }

        /// @return whether it is told by an entry of its own
        boolean note(Source source, AuditEvent.Refused refused, Instant now) {
            int before = entries.getOrDefault(source, 0);
            if (before < ENTRIES_OF_SOURCE_MAX && take()) {
                entries.put(source, before + 1);
                return true;
            }
            sumOf(source, refused.arrival(), now).add(source.network(), refused);
            return false;
        }

        private Sum sumOf(Source source, Arrival arrival, Instant now) {
            Sum own = sums.get(source);
            if (own == null && take()) {
                own = new Sum(arrival, now);
                sums.put(source, own);
            }
            if (own != null) {
                return own;
            }
            if (others == null) {
                others = new Sum(arrival, now);
            }
            return others;
        }

        List<Sum> told() {
            List<Sum> told = new ArrayList<>(sums.values());
            Optional.ofNullable(others).ifPresent(told::add);
            return told;
        }
    }

    /// What a door refused before there was a message, or because of the octets of one. A refusal
    /// stands even if it cannot be audited: nothing was taken over by it.
    public void refused(
            Arrival arrival, @Nullable Address reversePath, List<Address> recipients, Reply reply) {
        AuditEvent.Refused refused =
                new AuditEvent.Refused(arrival, reversePath, recipients, reply);
        try {
            if (isOurs(refused)) {
                audit.append(refused);
            } else {
                note(refused);
            }
        } catch (IOException e) {
            LOG.error("a refusal was not audited: {}", e.getMessage());
        }
    }

    /// Whether it is known whom it concerns. At the door of the clinic's own server a stranger is
    /// sent away before he can name anybody.
    private static boolean isOurs(AuditEvent.Refused refused) {
        boolean names = refused.reversePath() != null || !refused.recipients().isEmpty();
        Arrival arrival = refused.arrival();
        return arrival.authenticated() != null || (arrival.listener() == Listener.RELAY && names);
    }

    /// What was refused of a whole message by itself, and by no rule. That of strangers is summed
    /// like their recipients; of the clinic's own people and server each has its entry.
    ///
    /// @throws IOException if it cannot be audited
    public void mailRefused(AuditEvent.Refused refused) throws IOException {
        if (refused.arrival().listener() == Listener.INBOUND) {
            note(refused);
        } else {
            audit.append(refused);
        }
    }

    private void note(AuditEvent.Refused refused) throws IOException {
        List<Sum> over;
        boolean alone;
        synchronized (this) {
            Instant now = clock.instant();
            Listener listener = refused.arrival().listener();
            over = takeOver(listener, now);
            alone =
                    minutes.computeIfAbsent(listener, _ -> new Minute(now))
                            .note(Source.of(refused.arrival()), refused, now);
        }
        tell(List.of(), over);
        if (alone) {
            audit.append(refused);
        }
    }

    /// Tells what is summed of minutes that are over.
    public void sweep() {
        List<Sum> over = new ArrayList<>();
        List<AuditEvent.Refusals> again;
        synchronized (this) {
            again = takeUnwritten();
            Instant now = clock.instant();
            for (Listener listener : Listener.values()) {
                over.addAll(takeOver(listener, now));
            }
        }
        tell(again, over);
    }

    /// Tells all that is summed: the last that happens here.
    public void close() {
        List<Sum> rest = new ArrayList<>();
        List<AuditEvent.Refusals> again;
        synchronized (this) {
            again = takeUnwritten();
            minutes.values().forEach(minute -> rest.addAll(minute.told()));
            minutes.clear();
        }
        tell(again, rest);
    }

    private List<Sum> takeOver(Listener listener, Instant now) {
        Minute minute = minutes.get(listener);
        if (minute == null || !minute.isOver(now)) {
            return List.of();
        }
        minutes.remove(listener);
        return minute.told();
    }

    private List<AuditEvent.Refusals> takeUnwritten() {
        List<AuditEvent.Refusals> again = List.copyOf(unwritten);
        unwritten.clear();
        return again;
    }

    /// @param again what could not be written before
    private void tell(List<AuditEvent.Refusals> again, List<Sum> sums) {
        List<AuditEvent.Refusals> told = new ArrayList<>(again);
        sums.forEach(each -> told.add(each.event()));
        if (told.isEmpty()) {
            return;
        }
        try {
            audit.append(told.toArray(AuditEvent[]::new));
        } catch (IOException e) {
            long lost = keep(told);
            LOG.error(
                    "{} sums of refusals were not audited: {}; {} refusals are lost",
                    told.size(),
                    e.getMessage(),
                    lost);
        }
    }

    /// @return refusals that are told by nobody any more
    private synchronized long keep(List<AuditEvent.Refusals> sums) {
        unwritten.addAll(sums);
        long lost = 0;
        while (unwritten.size() > UNWRITTEN_MAX) {
            lost += unwritten.removeFirst().count();
        }
        return lost;
    }
}
