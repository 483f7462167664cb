package org.postern.route;

import java.util.Set;
import org.postern.mail.Domain;

/// What the choice of a route has to know of the gateway.
///
/// @param ownName the gateway's own name
/// @param ownHosts other names of hosts of the clinic, to which mail of strangers does not lead
/// @param port of the mail servers of the world
public record MxSettings(Domain ownName, Set<String> ownHosts, int port) {
    /// RFC 5321 §4.5.4.2.
    public static final int SMTP_PORT = 25;

    public MxSettings {
        ownHosts = Set.copyOf(ownHosts);
    }

    boolean isOwn(String host) {
        return host.equals(ownName.name()) || ownHosts.contains(host);
    }
}
