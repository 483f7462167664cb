package org.postern.net;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads an IP address as text, and never asks a name server.
public final class IpLiteral {
    /// Four decimal parts without leading zeros, which some readers take for octal.
    private static final Pattern V4 =
            Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private IpLiteral() {}

    /// An IPv4-mapped IPv6 address is the IPv4 address (RFC 4291 §2.5.5.2). Zones are refused.
    public static Optional<InetAddress> parse(String text) {
        if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
