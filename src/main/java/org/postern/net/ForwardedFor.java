package org.postern.net;

import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;

/// Who asks a web server that stands behind others: the field X-Forwarded-For, to which each proxy
/// adds at its end who asked it. What stands before the last proxy of ours anybody may have
/// written.
public final class ForwardedFor {
    /// What is read of the fields, from their end; enough for twenty proxies.
    static final int CHARS_MAX = 1_000;

    private static final Pattern DOTTED = Pattern.compile("(?:[0-9]{1,3}\\.){3}[0-9]{1,3}");

    private ForwardedFor() {}

    /// @param peer the other end of the connection
    /// @param fields the values of all fields of that name, in their order
    /// @param proxies whose word is taken
    /// @return an IP address
    public static String client(String peer, List<String> fields, Networks proxies) {
        if (!isIn(peer, proxies)) {
            return peer;
        }
        String all = String.join(",", fields);
        // A hop that is cut by this is no address, or one that nobody reads for its length.
        String end = all.substring(Math.max(0, all.length() - CHARS_MAX));
        List<String> hops = List.of(end.split(",", -1));
        String client = peer;
        for (String hop : hops.reversed()) {
            if (!isIn(client, proxies)) {
                break;
            }
            String before = hop.strip();
            if (!isAddress(before)) {
                break;
            }
            client = InetAddress.ofLiteral(before).getHostAddress();
        }
        return client;
    }

    /// Whether an address is one of these.
    ///
    /// @param address an IP address literal; anything else is none of them
    public static boolean isIn(String address, Networks networks) {
        return isAddress(address) && networks.contains(InetAddress.ofLiteral(address));
    }

    private static boolean isAddress(String text) {
        // A number alone would be an IPv4 address as well.
        if (!text.contains(":") && !DOTTED.matcher(text).matches()) {
            return false;
        }
        try {
            return !InetAddress.ofLiteral(text).isAnyLocalAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
