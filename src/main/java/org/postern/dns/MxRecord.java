package org.postern.dns;

/// A host that takes mail for a domain: RFC 5321 §5.1.
///
/// @param preference the lower, the earlier
/// @param host as the domain writes it, without a trailing dot; empty is the root, which says that
///   the domain takes no mail at all (RFC 7505)
public record MxRecord(int preference, String host) {
    /// Whether this is the "null MX" if it stands alone: RFC 7505 §3.
    public boolean isNull() {
        return host.isEmpty();
    }
}
