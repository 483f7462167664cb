package org.postern.origin;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import org.postern.dns.Answer;
import org.postern.dns.MxRecord;
import org.postern.dns.Resolver;

/// The gateway's resolver, as the origin of a message asks it.
public final class ResolvedNames implements OriginDns {
    private final Resolver resolver;

    public ResolvedNames(Resolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public List<String> look(String name, Kind kind) throws IOException {
        return switch (kind) {
            case A -> addresses(name, Inet4Address.class);
            case AAAA -> addresses(name, Inet6Address.class);
            case MX ->
                    records(resolver.mx(name)).stream()
                            .filter(mx -> !mx.isNull())
                            .sorted(Comparator.comparingInt(MxRecord::preference))
                            .map(MxRecord::host)
                            .toList();
            case TXT -> records(resolver.txt(name));
            // RFC 7208 §5.5: not to be used, slow, and in the hands of whoever connects. A term
            // that
            // asks for the name of an address does not match.
            case PTR -> List.of();
        };
    }

    private List<String> addresses(String name, Class<? extends InetAddress> family)
            throws IOException {
        return records(resolver.addresses(name)).stream()
                .filter(family::isInstance)
                .map(InetAddress::getHostAddress)
                .toList();
    }

    private static <T> List<T> records(Answer<T> answer) throws IOException {
        return switch (answer) {
            case Answer.Found<T> found -> found.records();
            case Answer.NoData<T> _, Answer.NoDomain<T> _ -> List.of();
            case Answer.Doubt<T>(String reason) -> throw new IOException(reason);
        };
    }
}
