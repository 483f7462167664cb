package org.postern.route;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.Reply;
import org.postern.relay.NextHop;
import org.postern.relay.Relay;
import org.postern.relay.RelayResult;

/// Sends a message its way: to the host that IT named, or to the hosts of the domain one after the
/// other, until one of them has answered the transaction.
public final class Dispatch {
    /// After this no further host is tried in an attempt; the next attempt begins anew.
    private static final Duration HOSTS_TIME_MAX = Duration.ofMinutes(10);

    private final Relay relay;
    private final Prospects prospects;

    public Dispatch(Relay relay, Prospects prospects) {
        this.relay = relay;
        this.prospects = prospects;
    }

    /// Hands one message over for some of its recipients, all of one way.
    ///
    /// @return `Unprovable` if it is certain that no host promises the proof that is needed;
    ///   `Unproved` if one that should give it did not, or nobody knows whether one would. What the
    ///   originator alone demands proof for waits
    public RelayResult send(Way way, Need need, Relay.Mail mail) {
        boolean proved = need == Need.PROOF || mail.options().requireTls();
        return send(prospects.look(way, proved ? Need.PROOF : Need.ANY), need, mail);
    }

    /// The same where somebody has looked along the way already.
    ///
    /// @param there looked at for what is needed, and for what the mail demands (RFC 8689)
    public RelayResult send(Prospect there, Need need, Relay.Mail mail) {
        return switch (there) {
            case Prospect.Hosts hosts -> inTurn(hosts, need, mail);
            case Prospect.Unknown(String reason) -> new RelayResult.Unreachable(reason);
            case Prospect.Nowhere(Reply reply) -> failed(mail, reply);
            case Prospect.Unproved nobody when nobody.doubt().isPresent() ->
                    unproved(mail, need, inDoubt(nobody.name(), nobody.doubt().get()));
            case Prospect.Unproved nobody ->
                    switch (need) {
                        case PROOF -> new RelayResult.Unprovable(nobody.reason());
                        case ANY ->
                                failed(
                                        mail,
                                        new Reply(
                                                550,
                                                Relay.REQUIRETLS_LACKING,
                                                nobody.name() + " does not prove itself"));
                    };
        };
    }

    private static RelayResult.Unproved inDoubt(String name, String doubt) {
        return new RelayResult.Unproved(
                "nobody knows now whether %s proves itself: %s".formatted(name, doubt));
    }

    private RelayResult inTurn(Prospect.Hosts hosts, Need need, Relay.Mail mail) {
        String name = hosts.name();
        List<NextHop> usable = hosts.hops();
        long begun = System.nanoTime();
        RelayResult.@Nullable Unproved unproved = null;
        RelayResult.@Nullable Unreachable unreachable = null;
        RelayResult.@Nullable Sent careless = null;
        boolean allAsked = true;
        for (NextHop hop : usable) {
            switch (relay.send(hop, mail)) {
                case RelayResult.Sent sent -> {
                    if (!wasNotTrusted(sent)) {
                        return sent;
                    }
                    careless = sent;
                }
                // The first one's reason says most: it is the host that the domain prefers.
                case RelayResult.Unproved it -> unproved = unproved == null ? it : unproved;
                case RelayResult.Unprovable it -> {
                    return it;
                }
                case RelayResult.Unreachable it ->
                        unreachable = unreachable == null ? it : unreachable;
            }
            if (System.nanoTime() - begun > HOSTS_TIME_MAX.toNanos()) {
                allAsked = hop.equals(usable.getLast());
                break;
            }
        }
        // Where one did not prove itself and another was away, the next protection need not wait
        // for that one, and the demand of an originator was not met.
        if (unproved != null) {
            return unproved(mail, need, unproved);
        }
        if (unreachable != null) {
            return unreachable;
        }
        if (careless == null || !allAsked) {
            return new RelayResult.Unreachable(name + ": no host could be tried");
        }
        // Others might offer it, of whom nobody knows now.
        return hosts.doubt().isPresent()
                ? unproved(mail, need, inDoubt(name, hosts.doubt().get()))
                : careless;
    }

    private static RelayResult unproved(Relay.Mail mail, Need need, RelayResult.Unproved unproved) {
        return need == Need.ANY ? waiting(mail, unproved) : unproved;
    }

    /// Whether the host does not offer what the originator demands, and so was sent nothing. Each
    /// host of a domain is to be asked then (RFC 8689 §4.2.1).
    private static boolean wasNotTrusted(RelayResult.Sent sent) {
        return sent.outcomes().values().stream()
                .allMatch(it ->
                        it instanceof DeliveryOutcome.Failed(Reply reply, _)
                                && reply.enhanced().equals(Relay.REQUIRETLS_LACKING));
    }

    /// A certificate may be mended by tomorrow. If it is not, the originator learns that it was her
    /// own demand which no host met (RFC 8689 §6), and not that somebody was away.
    private static RelayResult waiting(Relay.Mail mail, RelayResult.Unproved unproved) {
        return mail.options().requireTls()
                ? all(
                        mail,
                        new DeliveryOutcome.Delayed(unproved.reason(), unproved.tls())
                                .failingWith(Relay.REQUIRETLS_LACKING))
                : unproved;
    }

    private static RelayResult failed(Relay.Mail mail, Reply reply) {
        return all(mail, new DeliveryOutcome.Failed(reply));
    }

    private static RelayResult all(Relay.Mail mail, DeliveryOutcome outcome) {
        Map<Address, DeliveryOutcome> outcomes = new LinkedHashMap<>();
        mail.recipients().forEach(it -> outcomes.put(it, outcome));
        return new RelayResult.Sent(outcomes);
    }
}
