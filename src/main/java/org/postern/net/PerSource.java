package org.postern.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How many of something, such as connections, each peer has at a time. Clients of one IPv6 site
/// count as one, because they have more addresses than we have room (RFC 6177).
///
/// Safe for use by many threads.
public final class PerSource {
    private static final int IPV6_SITE_OCTETS = 8;

    private final int max;
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    /// @param max for one source
    public PerSource(int max) {
        this.max = max;
    }

    /// One word for a peer: its IPv4 address, or its IPv6 /64.
    public static String of(InetAddress peer) {
        byte[] octets = peer.getAddress();
        boolean site = peer instanceof Inet6Address;
        return HexFormat.of().formatHex(site ? Arrays.copyOf(octets, IPV6_SITE_OCTETS) : octets);
    }

    /// Takes one more; what was taken is to be given back.
    ///
    /// @return false if the source has as many as it may, and nothing was taken
    public boolean take(String source) {
        boolean[] taken = new boolean[1];
        counts.compute(
                source,
                (_, count) -> {
                    int before = count == null ? 0 : count;
                    taken[0] = before < max;
                    return taken[0] ? Integer.valueOf(before + 1) : count;
                });
        return taken[0];
    }

    /// Gives back one that was taken.
    public void giveBack(String source) {
        counts.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
    }
}
