package org.postern.route;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.dns.Answer;
import org.postern.dns.Resolver;
import org.postern.net.HostLookup;
import org.postern.net.IpLiteral;
import org.postern.net.Networks;

/// Finds the addresses of hosts that strangers name, and lets only those through to which a
/// stranger may send us: a domain could point at the clinic's own network, and have us speak to
/// what is not meant to be spoken to.
public final class AddressGuard implements HostLookup {
    private final Resolver resolver;
    private final Networks allowed;
    private final Set<InetAddress> own;

    /// @param allowed private networks in which a domain's mail server may stand
    /// @param own the addresses on which this gateway listens
    public AddressGuard(Resolver resolver, Networks allowed, Set<InetAddress> own) {
        this.resolver = resolver;
        this.allowed = allowed;
        this.own = Set.copyOf(own);
    }

    /// What may be done with the addresses of a host.
    public sealed interface Found {
        /// @param addresses at least one
        /// @param secure whether DNSSEC proved them
        record Usable(List<InetAddress> addresses, boolean secure) implements Found {}

        /// It is this gateway.
        record Ourselves() implements Found {}

        /// It is certain that there is no address that may be used.
        record Useless(String reason) implements Found {}

        record Unknown(String reason) implements Found {}
    }

    /// Looks a host up and judges what comes.
    public Found find(String host) {
        return switch (resolver.addresses(host)) {
            case Answer.Doubt<InetAddress>(String reason) -> new Found.Unknown(reason);
            case Answer.NoDomain<InetAddress> _ -> new Found.Useless(host + " does not exist");
            case Answer.NoData<InetAddress> _ -> new Found.Useless(host + " has no address");
            case Answer.Found<InetAddress> found -> judge(host, found.records(), found.secure());
        };
    }

    private Found judge(String host, List<InetAddress> addresses, boolean secure) {
        if (addresses.stream().anyMatch(own::contains)) {
            return new Found.Ourselves();
        }
        List<InetAddress> usable = addresses.stream().filter(this::isUsable).toList();
        return usable.isEmpty()
                ? new Found.Useless(host + " has no public address")
                : new Found.Usable(usable, secure);
    }

    private boolean isUsable(InetAddress address) {
        return !Networks.SPECIAL.contains(address) || allowed.contains(address);
    }

    /// Judges an address literal as well, which needs no look-up.
    @Override
    public List<InetAddress> addresses(String host) throws IOException {
        Optional<InetAddress> literal = IpLiteral.parse(host);
        Found found = literal.isPresent() ? judge(host, List.of(literal.get()), false) : find(host);
        return switch (found) {
            case Found.Usable(List<InetAddress> addresses, _) -> addresses;
            case Found.Ourselves() -> throw new IOException(host + " is this gateway itself");
            case Found.Useless(String reason) -> throw new IOException(reason);
            case Found.Unknown(String reason) -> throw new IOException(reason);
        };
    }
}
