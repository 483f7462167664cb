package org.postern.route;

import java.util.List;
import java.util.Optional;
import org.postern.mail.Reply;
import org.postern.relay.NextHop;

/// What the domain name system says about the way to a domain.
public sealed interface MxRoute {
    /// @param hops at least one, in the order in which they are to be tried; each with the proof
    ///   that the domain's policies demand of it
    /// @param doubt why nobody knows whether there would be more hops, or more that prove
    ///   themselves; empty if it is known
    record Hops(List<NextHop> hops, Optional<String> doubt) implements MxRoute {
        public Hops {
            hops = List.copyOf(hops);
        }
    }

    /// It is certain that nobody takes this mail.
    record Nowhere(Reply reply) implements MxRoute {}

    /// Nobody knows now; a later attempt may.
    ///
    /// @param reason a sentence for people and the audit
    record Unknown(String reason) implements MxRoute {}
}
