package org.postern.route;

import org.postern.mail.Domain;
import org.postern.relay.NextHop;

/// How the next hop of some mail is found. Mail of one equal way may share a transaction.
public sealed interface Way {
    /// The host is one that IT named.
    record Fixed(NextHop hop) implements Way {}

    /// The domain says which hosts take its mail: RFC 5321 §5.1.
    record ByMx(Domain domain) implements Way {}
}
