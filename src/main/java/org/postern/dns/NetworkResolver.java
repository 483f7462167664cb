package org.postern.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.postern.net.TlsaRecord;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SMIMEARecord;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Asks recursive resolvers over the network, by dnsjava's messages and sockets. What an answer
/// means is decided here and nowhere in the library: whatever is not clearly an answer is a doubt.
public final class NetworkResolver implements Resolver {
    /// Links of a chain of aliases.
    private static final int ALIASES_MAX = 8;

    /// Records of one answer. A domain with more is a trap, or might as well be one.
    private static final int RECORDS_MAX = 200;

    /// RFC 9715: what passes without fragments.
    private static final int UDP_OCTETS = 1_232;

    private final List<SimpleResolver> servers;
    private final boolean validates;

    public NetworkResolver(DnsSettings settings) {
        servers = settings.servers().stream().map(at -> server(at, settings.patience())).toList();
        validates = settings.validates();
    }

    private static SimpleResolver server(InetSocketAddress at, Duration patience) {
        SimpleResolver server = new SimpleResolver(at);
        server.setTimeout(patience);
        server.setEDNS(0, UDP_OCTETS, 0, List.of());
        return server;
    }

    /// The resolvers that the system is configured to use.
    public static List<InetSocketAddress> systemServers() {
        return ResolverConfig.getCurrentConfig().servers();
    }

    @Override
    public Answer<MxRecord> mx(String domain) {
        return ask(
                domain,
                Type.MX,
                record -> {
                    MXRecord mx = (MXRecord) record;
                    return new MxRecord(mx.getPriority(), host(mx.getTarget()));
                });
    }

    private static String host(Name name) {
        return name.equals(Name.root) ? "" : name.toString(true);
    }

    @Override
    public Answer<InetAddress> addresses(String host) {
        return both(
                ask(host, Type.A, record -> ((ARecord) record).getAddress()),
                ask(host, Type.AAAA, record -> ((AAAARecord) record).getAddress()));
    }

    private static Answer<InetAddress> both(Answer<InetAddress> four, Answer<InetAddress> six) {
        return switch (four) {
            case Answer.Found<InetAddress> found
                    when six instanceof Answer.Found<InetAddress> other -> {
                List<InetAddress> all = new ArrayList<>(found.records());
                all.addAll(other.records());
                yield new Answer.Found<>(
                        all, found.secure() && other.secure(), min(found.ttl(), other.ttl()));
            }
            case Answer.Found<InetAddress> found -> found;
            // It concerns the name, whatever the type.
            case Answer.NoDomain<InetAddress> none -> none;
            case Answer.NoData<InetAddress> _ -> six;
            case Answer.Doubt<InetAddress> doubt ->
                    six instanceof Answer.NoData<InetAddress> ? doubt : six;
        };
    }

    @Override
    public Answer<String> txt(String name) {
        return ask(
                name,
                Type.TXT,
                record -> {
                    StringBuilder text = new StringBuilder();
                    for (byte[] part : ((TXTRecord) record).getStringsAsByteArrays()) {
                        text.append(new String(part, StandardCharsets.ISO_8859_1));
                    }
                    return text.toString();
                });
    }

    @Override
    public Answer<TlsaRecord> tlsa(String name) {
        return ask(
                name,
                Type.TLSA,
                record -> {
                    TLSARecord tlsa = (TLSARecord) record;
                    return new TlsaRecord(
                            tlsa.getCertificateUsage(),
                            tlsa.getSelector(),
                            tlsa.getMatchingType(),
                            HexFormat.of().formatHex(tlsa.getCertificateAssociationData()));
                });
    }

    @Override
    public Answer<TlsaRecord> smimea(String name) {
        return ask(
                name,
                Type.SMIMEA,
                record -> {
                    SMIMEARecord smimea = (SMIMEARecord) record;
                    return new TlsaRecord(
                            smimea.getCertificateUsage(),
                            smimea.getSelector(),
                            smimea.getMatchingType(),
                            HexFormat.of().formatHex(smimea.getCertificateAssociationData()));
                });
    }

    private <T> Answer<T> ask(String text, int type, Function<Record, T> reader) {
        Name name;
        try {
            name = Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            return new Answer.Doubt<>("\"" + text + "\" is not a name that can be asked for");
        }
        Record question = Record.newRecord(name, type, DClass.IN);
        Answer<T> last = new Answer.Doubt<>("no name server was asked");
        for (SimpleResolver server : servers) {
            last = ask(server, question, reader);
            if (!(last instanceof Answer.Doubt<T>)) {
                return last;
            }
        }
        return last;
    }

    private <T> Answer<T> ask(SimpleResolver server, Record question, Function<Record, T> reader) {
        Message query = Message.newQuery(question);
        if (validates) {
            // RFC 6840 §5.7: asks for the verdict alone, without the signatures.
            query.getHeader().setFlag(Flags.AD);
        }
        String what = Type.string(question.getType()) + " of " + question.getName();
        Message response;
        try {
            response = server.send(query);
        } catch (IOException e) {
            return new Answer.Doubt<>("no answer about " + what);
        }
        if (response.getHeader().getFlag(Flags.TC)) {
            return new Answer.Doubt<>("the answer about " + what + " is cut");
        }
        if (!question.equals(response.getQuestion())) {
            return new Answer.Doubt<>("the answer about " + what + " is to another question");
        }
        return read(response, what, reader);
    }

    private <T> Answer<T> read(Message response, String what, Function<Record, T> reader) {
        Record question = response.getQuestion();
        boolean secure = validates && response.getHeader().getFlag(Flags.AD);
        int rcode = response.getHeader().getRcode();
        if (rcode == Rcode.NXDOMAIN) {
            return new Answer.NoDomain<>(secure, denialTtl(response).orElse(Duration.ZERO));
        }
        if (rcode != Rcode.NOERROR) {
            return new Answer.Doubt<>(Rcode.string(rcode) + " for " + what);
        }
        List<Record> answers = response.getSection(Section.ANSWER);
        if (answers.size() > RECORDS_MAX) {
            return new Answer.Doubt<>(what + ": " + answers.size() + " records are too many");
        }
        Optional<Name> end = endOfAliases(question.getName(), answers);
        if (end.isEmpty()) {
            return new Answer.Doubt<>(what + ": its aliases go round or on for too long");
        }
        List<Record> own =
                answers.stream()
                        .filter(it -> it.getType() == question.getType())
                        .filter(it -> it.getName().equals(end.get()))
                        .toList();
        if (!own.isEmpty()) {
            return new Answer.Found<>(own.stream().map(reader).toList(), secure, ttl(answers));
        }
        // RFC 2308 §2.2: without the SOA it may as well be a referral, and proves nothing.
        return denialTtl(response)
                .<Answer<T>>map(ttl -> new Answer.NoData<>(secure, ttl))
                .orElseGet(() -> new Answer.Doubt<>(what + ": it is empty and proves nothing"));
    }

    private static Optional<Name> endOfAliases(Name first, List<Record> answers) {
        Set<Name> seen = new HashSet<>();
        Name name = first;
        while (seen.add(name) && seen.size() <= ALIASES_MAX) {
            Name at = name;
            Optional<Record> alias =
                    answers.stream()
                            .filter(it -> it instanceof CNAMERecord && it.getName().equals(at))
                            .findFirst();
            if (alias.isEmpty()) {
                return Optional.of(name);
            }
            name = ((CNAMERecord) alias.get()).getTarget();
        }
        return Optional.empty();
    }

    private static Duration ttl(List<Record> records) {
        return Duration.ofSeconds(records.stream().mapToLong(Record::getTTL).min().orElse(0));
    }

    /// RFC 2308 §5.
    private static Optional<Duration> denialTtl(Message response) {
        return response.getSection(Section.AUTHORITY).stream()
                .filter(SOARecord.class::isInstance)
                .map(soa -> Math.min(soa.getTTL(), ((SOARecord) soa).getMinimum()))
                .map(Duration::ofSeconds)
                .findFirst();
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
