package org.postern.route;

import java.util.List;
import java.util.Optional;
import org.postern.mail.Domain;
import org.postern.mail.Reply;
import org.postern.relay.NextHop;

/// Looks along a way without sending anything: who stands there, and whether they prove what is
/// needed. Whoever sends, decides or explains asks here.
public final class Prospects {
    private final Optional<MxRoutes> routes;

    /// @param routes empty where mail leaves by hosts that IT named alone
    public Prospects(Optional<MxRoutes> routes) {
        this.routes = routes;
    }

    /// It blocks while the domain name system and the domain's policy are asked.
    public Prospect look(Way way, Need need) {
        return switch (way) {
            case Way.Fixed(NextHop hop) ->
                    hosts(hop.name(), new MxRoute.Hops(List.of(hop), Optional.empty()), need);
            case Way.ByMx(Domain domain) ->
                    switch (find(domain)) {
                        case MxRoute.Nowhere(Reply reply) -> new Prospect.Nowhere(reply);
                        case MxRoute.Unknown(String reason) -> new Prospect.Unknown(reason);
                        case MxRoute.Hops found -> hosts(domain.name(), found, need);
                    };
        };
    }

    private MxRoute find(Domain domain) {
        return routes.map(it -> it.find(domain))
                .orElseGet(() -> new MxRoute.Unknown("no mail goes by MX here"));
    }

    private static Prospect hosts(String name, MxRoute.Hops found, Need need) {
        List<NextHop> usable =
                switch (need) {
                    case ANY -> found.hops();
                    case PROOF ->
                            found.hops().stream().filter(hop -> hop.tls().demandsProof()).toList();
                };
        return usable.isEmpty()
                ? new Prospect.Unproved(name, found.doubt())
                : new Prospect.Hosts(name, usable, found.doubt());
    }
}
