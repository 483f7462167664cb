package org.postern.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// Whom to ask, and for how long.
///
/// @param servers recursive resolvers, asked in this order; at least one
/// @param patience how long one of them may take for one answer
/// @param validates whether their word is trusted that DNSSEC proved an answer. It comes over the
///   network in clear, so they must be on this machine
public record DnsSettings(List<InetSocketAddress> servers, Duration patience, boolean validates) {
    /// How long a resolver takes that has to ask a slow name server itself.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    public DnsSettings {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("no name server to ask");
        }
        if (validates && !servers.stream().allMatch(it -> it.getAddress().isLoopbackAddress())) {
            throw new IllegalArgumentException("a validating resolver is one of this machine");
        }
    }
}
