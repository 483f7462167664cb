package org.postern.route;

import java.util.List;
import java.util.Optional;
import org.postern.mail.Reply;
import org.postern.relay.NextHop;

/// What is known of a way before anything is sent on it.
public sealed interface Prospect {
    /// @param name of the way, as outcomes have it
    /// @param hops at least one, in the order in which they are to be tried; each will have to
    ///   prove what is needed when it is connected
    /// @param doubt why others might prove it as well, which is not known now; empty if it is
    ///   certain that nobody else does
    record Hosts(String name, List<NextHop> hops, Optional<String> doubt) implements Prospect {
        public Hosts {
            hops = List.copyOf(hops);
        }
    }

    /// Nobody on this way proves what is needed.
    ///
    /// @param doubt why somebody might, which is not known now; empty if it is certain
    record Unproved(String name, Optional<String> doubt) implements Prospect {
        /// A clause for people.
        public String reason() {
            return name
                    + " proves itself neither by MTA-STS nor by DANE nor by a route"
                    + doubt.map(it -> " (" + it + ")").orElse("");
        }
    }

    /// It is certain that nobody takes this mail.
    record Nowhere(Reply reply) implements Prospect {}

    /// Nobody knows now; a later attempt may.
    ///
    /// @param reason a sentence for people and the audit
    record Unknown(String reason) implements Prospect {}
}
