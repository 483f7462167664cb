package org.postern.relay;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.ContentWriter;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.mail.Options;
import org.postern.net.HostLookup;

/// Relays messages to next hops over kept connections. Which hop, and what it must prove, was
/// decided before; when to try again is decided after.
///
/// All methods may be called by many threads at once; a call blocks until its message is settled or
/// its deadlines have passed. A hop that was not reached is left alone for a while, and messages
/// for it are answered at once, so that a thousand of them do not wait one after the other. A
/// message may arrive twice only if the connection breaks between the final dot and its reply.
public final class Relay implements AutoCloseable {
    /// The status of a recipient whose next hop does not keep to REQUIRETLS (RFC 8689 §6).
    public static final String REQUIRETLS_LACKING = "5.7.30";

    private final RelaySettings settings;
    private final Pool pool;
    private final Watchdog watchdog;
    private final Dialler dialler;

    /// @param clock by which a hop that is down is left alone for a while
    public Relay(RelaySettings settings, HostLookup lookup, InstantSource clock) {
        this.settings = settings;
        pool = new Pool(settings, clock);
        watchdog = new Watchdog(pool::sweep);
        dialler = new Dialler(settings, lookup, watchdog);
    }

    /// What is handed over.
    ///
    /// @param reversePath null is the empty path
    /// @param recipients at least one
    /// @param content its size is announced, if it is known; if it throws in the middle, the next
    ///   hop is left with half a message that it must not take, and the outcome is `Delayed`
    /// @param options what the client asked for: a next hop that cannot do it gets nothing
    public record Mail(
            @Nullable Address reversePath,
            List<Address> recipients,
            ContentWriter content,
            Options options) {
        public Mail {
            recipients = List.copyOf(new LinkedHashSet<>(recipients));
            if (recipients.isEmpty()) {
                throw new IllegalArgumentException("a message has at least one recipient");
            }
        }

        /// The same for these recipients alone.
        Mail to(List<Address> some) {
            return new Mail(reversePath, some, content, options);
        }
    }

    /// Hands one message over for some of its recipients.
    ///
    /// The outcomes of one call are to be recorded in one write, so that a crash in between repeats
    /// no delivery. More than 100 recipients make several mail transactions, and `content` is then
    /// written several times.
    public RelayResult send(NextHop hop, Mail mail) {
        List<Address> all = mail.recipients();
        Map<Address, DeliveryOutcome> outcomes = new LinkedHashMap<>();
        for (List<Address> some : groups(all)) {
            RelayResult result = transact(hop, mail.to(some));
            switch (result) {
                case RelayResult.Sent(var settled) -> outcomes.putAll(settled);
                case RelayResult.Unproved(String reason, Tls tls) -> {
                    return outcomes.isEmpty()
                            ? result
                            : cutShort(outcomes, all, new DeliveryOutcome.Delayed(reason, tls));
                }
                case RelayResult.Unprovable(String reason) -> {
                    return outcomes.isEmpty()
                            ? result
                            : cutShort(outcomes, all, new DeliveryOutcome.Delayed(reason));
                }
                case RelayResult.Unreachable(String reason, Tls tls) -> {
                    return outcomes.isEmpty()
                            ? result
                            : cutShort(outcomes, all, new DeliveryOutcome.Delayed(reason, tls));
                }
            }
        }
        return new RelayResult.Sent(outcomes);
    }

    private static List<List<Address>> groups(List<Address> all) {
        List<List<Address>> groups = new ArrayList<>();
        for (int i = 0; i < all.size(); i += Transaction.RECIPIENTS_MAX) {
            groups.add(all.subList(i, Math.min(all.size(), i + Transaction.RECIPIENTS_MAX)));
        }
        return groups;
    }

    /// Some recipients are settled already, so the rest cannot be a result of its own.
    private static RelayResult cutShort(
            Map<Address, DeliveryOutcome> outcomes, List<Address> all, DeliveryOutcome rest) {
        all.forEach(recipient -> outcomes.putIfAbsent(recipient, rest));
        return new RelayResult.Sent(outcomes);
    }

    private RelayResult transact(NextHop hop, Mail mail) {
        try {
            RelayResult down = pool.down(hop);
            return down == null ? transactInPlace(hop, mail) : down;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RelayResult.Unreachable(hop.name() + ": interrupted");
        }
    }

    private RelayResult transactInPlace(NextHop hop, Mail mail) throws InterruptedException {
        try (Pool.Place place = pool.enter(hop, settings.deadlines().connect())) {
            return place == null
                    ? new RelayResult.Unreachable(
                            hop.name() + ": all connections to it stayed busy")
                    : transact(place, hop, mail);
        }
    }

    private RelayResult transact(Pool.Place place, NextHop hop, Mail mail)
            throws InterruptedException {
        Connection kept = place.kept();
        if (kept != null
                && run(place, kept, mail) instanceof Transaction.Result.Done(var outcomes)) {
            return new RelayResult.Sent(outcomes);
        }
        if (pool.isClosed()) {
            return new RelayResult.Unreachable(hop.name() + ": the gateway is stopping");
        }
        RelayResult down = place.down();
        if (down != null) {
            return down;
        }
        return switch (dialler.open(hop)) {
            case Dialler.Opening.Unproved(String reason, Tls seen) ->
                    place.failed(new RelayResult.Unproved(reason, seen));
            case Dialler.Opening.Unreachable(String reason, Tls tls) ->
                    place.failed(new RelayResult.Unreachable(reason, tls));
            case Dialler.Opening.Ready(Connection fresh) -> {
                place.opened();
                yield switch (run(place, fresh, mail)) {
                    case Transaction.Result.Done(var outcomes) -> new RelayResult.Sent(outcomes);
                    case Transaction.Result.Stale() ->
                            throw new IllegalStateException("a fresh connection is not stale");
                };
            }
        };
    }

    private Transaction.Result run(Pool.Place place, Connection connection, Mail mail) {
        try {
            return new Transaction(connection, settings.deadlines(), mail).run();
        } finally {
            place.giveBack(connection);
        }
    }

    /// Ends the kept connections with QUIT and breaks those in use, whose messages are `Delayed`.
    @Override
    public void close() {
        pool.close();
        watchdog.close();
    }
}
