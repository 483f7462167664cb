package org.postern.transit;

import java.util.Map;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.policy.Decision.Route;
import org.postern.relay.NextHop;
import org.postern.route.Way;

/// Which way mail goes: to the clinic's own server, to a partner's, and for every other domain by
/// the smart host, or by the domain's own MX records where there is none.
///
/// @param internal the clinic's own mail server
/// @param partners next hops of single domains
/// @param smartHost empty if mail leaves by MX
public record Routes(NextHop internal, Map<Domain, NextHop> partners, Optional<NextHop> smartHost) {
    private static final String MAILBOX = "secure mailbox";

    public Routes {
        partners = Map.copyOf(partners);
    }

    Way way(Route route, Address recipient) {
        return switch (route) {
            case INTERNAL, MAILBOX, BOTH -> new Way.Fixed(internal);
            case UNPROTECTED -> outside(recipient);
        };
    }

    /// The name under which attempts are counted and limited: that of the next hop, because its
    /// mail fares as the hop does, or the domain where the hop is found by MX.
    String destination(Route route, Address recipient) {
        if (route == Route.MAILBOX) {
            // No hop that is away may delay it.
            return MAILBOX;
        }
        return switch (way(route, recipient)) {
            case Way.Fixed(NextHop hop) -> hop.name();
            case Way.ByMx(Domain domain) -> domain.name();
        };
    }

    /// The way to a recipient outside, whatever protects the mail.
    Way outside(Address recipient) {
        return partner(recipient).orElseGet(() -> common(recipient));
    }

    /// The way that mail takes to a domain without a route.
    Way common(Address recipient) {
        return smartHost.<Way>map(Way.Fixed::new).orElseGet(() -> new Way.ByMx(recipient.domain()));
    }

    /// The next hop configured for exactly this recipient's domain, if there is one.
    Optional<Way> partner(Address recipient) {
        return Optional.ofNullable(partners.get(recipient.domain())).map(Way.Fixed::new);
    }

    /// The way of a letter to a patient whose domain has a route and does not prove itself. It
    /// holds nothing confidential, and that the proof fails is the very reason why she is to fetch
    /// a message, so it must not keep the notice from arriving: that goes the way of mail without a
    /// route then. No other letter of ours does.
    Optional<Way> publicWay(Address recipient) {
        return partner(recipient).map(_ -> common(recipient));
    }

    /// A way on which the recipient's own server could prove itself. A smart host can prove only
    /// that it is the smart host.
    public Optional<Way> provable(Address recipient) {
        return smartHost.isPresent() ? partner(recipient) : Optional.of(outside(recipient));
    }
}
