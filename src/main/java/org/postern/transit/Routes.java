package org.postern.transit;

import java.util.Map;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.policy.Decision.Route;
import org.postern.relay.NextHop;

/// To which next hop mail goes: the clinic's own server, a partner's, or the smart host. MX
/// look-ups are not made; every hop is one that IT configured.
///
/// @param internal the clinic's own mail server
/// @param partners next hops of single domains
/// @param smartHost for every other domain
public record Routes(
        Optional<NextHop> internal, Map<Domain, NextHop> partners, Optional<NextHop> smartHost) {
    public Routes {
        partners = Map.copyOf(partners);
    }

    Optional<NextHop> hop(Route route, Address recipient) {
        return switch (route) {
            case INTERNAL -> internal;
            case UNPROTECTED -> outside(recipient);
        };
    }

    /// The name under which attempts are counted and limited: that of the next hop, because its
    /// mail fares as the hop does.
    String destination(Route route, Address recipient) {
        return hop(route, recipient).map(NextHop::name).orElse(recipient.domain().name());
    }

    /// Where mail to a recipient outside goes, whatever protects it.
    Optional<NextHop> outside(Address recipient) {
        return partner(recipient).or(() -> smartHost);
    }

    /// The next hop configured for exactly this recipient's domain, if there is one.
    Optional<NextHop> partner(Address recipient) {
        return Optional.ofNullable(partners.get(recipient.domain()));
    }
}
