package org.postern.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A list of networks, such as the one of the clinic's own mail servers: RFC 4632 for IPv4, RFC
/// 4291 §2.3 for IPv6. An IPv4-mapped IPv6 address counts as the IPv4 address.
public final class Networks {
    /// No network: contains nobody.
    public static final Networks NONE = new Networks(List.of());

    /// What no host of the Internet has as its address: RFC 6890 and its registries, with
    /// multicast, documentation and translated networks.
    public static final Networks SPECIAL =
            of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                    // All that is not global unicast, RFC 4291 §2.4: loopback, link-local, unique
                    // local, multicast, IPv4-compatible, NAT64 among them.
                    "::/3",
                    "4000::/2",
                    "8000::/1",
                    "2001::/23",
                    "2001:db8::/32",
                    // RFC 3056: holds an IPv4 address, perhaps a private one.
                    "2002::/16",
                    "3fff::/20");

    private final List<Network> networks;

    /// @throws IllegalArgumentException if one of them is none
    private static Networks of(String... entries) {
        return switch (parse(List.of(entries))) {
            case Parsed.Good(Networks networks) -> networks;
            case Parsed.Bad(List<String> problems) ->
                    throw new IllegalArgumentException(problems.toString());
        };
    }

    private Networks(List<Network> networks) {
        this.networks = List.copyOf(networks);
    }

    /// What came of reading a list.
    public sealed interface Parsed {
        record Good(Networks networks) implements Parsed {}

        /// @param problems one sentence for each bad entry, quoting it
        record Bad(List<String> problems) implements Parsed {
            public Bad {
                problems = List.copyOf(problems);
            }
        }
    }

    /// Reads entries such as `192.0.2.0/24`, `2001:db8::/32` or a single address. Host names are
    /// refused: who may relay must not hang on a name server. So are bits beyond the prefix, which
    /// are a slip more often than a shorthand.
    public static Parsed parse(List<String> entries) {
        List<Network> networks = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String entry : entries) {
            switch (network(entry)) {
                case Entry.Good(Network network) -> networks.add(network);
                case Entry.Bad(String problem) -> problems.add(problem);
            }
        }
        return problems.isEmpty()
                ? new Parsed.Good(new Networks(networks))
                : new Parsed.Bad(problems);
    }

    public boolean contains(InetAddress address) {
        byte[] octets = address.getAddress();
        for (Network network : networks) {
            if (network.contains(octets)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return networks.toString();
    }

    private sealed interface Entry {
        record Good(Network network) implements Entry {}

        record Bad(String problem) implements Entry {}
    }

    private static Entry network(String entry) {
        String text = entry.strip();
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        Optional<InetAddress> address = IpLiteral.parse(host);
        if (address.isEmpty()) {
            return new Entry.Bad(
                    "\""
                            + entry
                            + "\" is not a network; write it like 192.0.2.0/24 or 2001:db8::/32");
        }
        byte[] octets = address.get().getAddress();
        int bits = octets.length * 8;
        int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1), bits);
        if (prefix < 0) {
            return new Entry.Bad(
                    "\"" + entry + "\": the prefix length must be a number from 0 to " + bits);
        }
        Network network = new Network(masked(octets, prefix), prefix);
        if (!network.isAt(octets)) {
            return new Entry.Bad(
                    "\"" + entry + "\" has bits beyond its prefix; did you mean " + network + "?");
        }
        return new Entry.Good(network);
    }

    private static int prefix(String text, int max) {
        if (!text.matches("0|[1-9][0-9]{0,2}")) {
            return -1;
        }
        int prefix = Integer.parseInt(text);
        return prefix <= max ? prefix : -1;
    }

    private static byte[] masked(byte[] octets, int prefix) {
        byte[] masked = octets.clone();
        for (int bit = prefix; bit < masked.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return masked;
    }

    /// One network, its address masked. The array never leaves this file.
    private static final class Network {
        private final byte[] octets;
        private final int prefix;

        Network(byte[] octets, int prefix) {
            this.octets = octets;
            this.prefix = prefix;
        }

        boolean contains(byte[] address) {
            return address.length == octets.length && isAt(masked(address, prefix));
        }

        boolean isAt(byte[] address) {
            return java.util.Arrays.equals(address, octets);
        }

        @Override
        public String toString() {
            try {
                return InetAddress.getByAddress(octets).getHostAddress() + "/" + prefix;
            } catch (java.net.UnknownHostException e) {
                throw new IllegalStateException("an address of " + octets.length + " octets", e);
            }
        }
    }
}
