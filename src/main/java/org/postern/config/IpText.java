package org.postern.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.postern.yaml.Parsed;

/// IP addresses and networks as text (RFC 4632, RFC 4291 §2.3). Names are never looked up.
final class IpText {
    private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");

    private IpText() {}

    static boolean isAddress(String text) {
        return octets(text).length > 0;
    }

    /// A network such as `192.0.2.0/24`; an address alone is a network of one.
    static Parsed<String> network(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] octets = octets(address);
        if (octets.length == 0) {
            return Parsed.bad(
                    "\"" + text + "\" is not a network",
                    "write it like 192.0.2.0/24 or 2001:db8::/32");
        }
        if (slash < 0) {
            return Parsed.good(text + "/" + octets.length * 8);
        }
        String digits = text.substring(slash + 1);
        int prefix = PREFIX.matcher(digits).matches() ? Integer.parseInt(digits) : -1;
        if (prefix < 0 || prefix > octets.length * 8) {
            return Parsed.bad(
                    "\""
                            + text
                            + "\": behind the slash belongs a number from 1 to "
                            + octets.length * 8);
        }
        if (prefix == 0) {
            return Parsed.bad(
                    "\""
                            + text
                            + "\" is the whole world, which could send mail through this gateway",
                    "name the clinic's own networks");
        }
        String base = masked(octets, prefix) + "/" + prefix;
        return beginsAt(octets, prefix)
                ? Parsed.good(base)
                : Parsed.bad(
                        "\"" + text + "\" has bits beyond its prefix",
                        "did you mean " + base + "?");
    }

    /// The address in octets; none if the text is no literal. A literal of digits and dots or with
    /// a colon is never looked up by the JDK.
    private static byte[] octets(String text) {
        try {
            if (text.contains(":")) {
                return text.contains("%") ? new byte[0] : Inet6Address.ofLiteral(text).getAddress();
            }
            return text.chars().filter(c -> c == '.').count() == 3
                    ? Inet4Address.ofLiteral(text).getAddress()
                    : new byte[0];
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static boolean beginsAt(byte[] octets, int prefix) {
        for (int bit = prefix; bit < octets.length * 8; bit++) {
            if ((octets[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                return false;
            }
        }
        return true;
    }

    private static String masked(byte[] octets, int prefix) {
        byte[] masked = octets.clone();
        for (int bit = prefix; bit < masked.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        try {
            return InetAddress.getByAddress(masked).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 octets", e);
        }
    }
}
