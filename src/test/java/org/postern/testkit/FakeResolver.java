package org.postern.testkit;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.postern.dns.Answer;
import org.postern.dns.MxRecord;
import org.postern.dns.Resolver;
import org.postern.net.TlsaRecord;

/// Answers from a zone that a test has written, and notes what it was asked.
public final class FakeResolver implements Resolver {
    /// The same limits as the real one has.
    private static final int ALIASES_MAX = 8;

    private static final int RECORDS_MAX = 200;

    private final FakeZone zone;
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    public FakeResolver(FakeZone zone) {
        this.zone = zone;
    }

    /// Every question, as `MX partner.example`, in the order in which they came.
    public List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public Answer<MxRecord> mx(String domain) {
        return answer(
                domain,
                "MX",
                text -> {
                    String[] words = text.split(" ", -1);
                    String host = words[1].substring(0, words[1].length() - 1);
                    return new MxRecord(Integer.parseInt(words[0]), host);
                });
    }

    @Override
    public Answer<InetAddress> addresses(String host) {
        Answer<InetAddress> four = answer(host, "A", InetAddress::ofLiteral);
        Answer<InetAddress> six = answer(host, "AAAA", InetAddress::ofLiteral);
        if (four instanceof Answer.Found<InetAddress> a
                && six instanceof Answer.Found<InetAddress> b) {
            List<InetAddress> all = new ArrayList<>(a.records());
            all.addAll(b.records());
            return new Answer.Found<>(all, a.secure() && b.secure(), a.ttl());
        }
        return four instanceof Answer.NoData ? six : four;
    }

    @Override
    public Answer<String> txt(String name) {
        return answer(
                name, "TXT", text -> text.substring(1, text.length() - 1).replace("\" \"", ""));
    }

    @Override
    public Answer<TlsaRecord> tlsa(String name) {
        return certificates(name, "TLSA");
    }

    @Override
    public Answer<TlsaRecord> smimea(String name) {
        return certificates(name, "SMIMEA");
    }

    private Answer<TlsaRecord> certificates(String name, String type) {
        return answer(
                name,
                type,
                text -> {
                    String[] words = text.split(" ", -1);
                    return new TlsaRecord(
                            Integer.parseInt(words[0]),
                            Integer.parseInt(words[1]),
                            Integer.parseInt(words[2]),
                            words[3]);
                });
    }

    private <T> Answer<T> answer(String first, String type, Function<String, T> reader) {
        asked.add(type + " " + first);
        Set<String> seen = new HashSet<>();
        String name = first;
        while (true) {
            if (!seen.add(name) || seen.size() > ALIASES_MAX) {
                return new Answer.Doubt<>("the aliases of " + first + " go round");
            }
            FakeZone.Trouble trouble = zone.trouble(name);
            if (trouble != null) {
                return new Answer.Doubt<>(name + " " + trouble);
            }
            List<String> alias = zone.texts(name, "CNAME");
            if (alias.isEmpty()) {
                break;
            }
            name = alias.getFirst().substring(0, alias.getFirst().length() - 1);
        }
        Duration ttl = Duration.ofSeconds(zone.ttl());
        boolean secure = zone.isSecure(first) && zone.isSecure(name);
        List<T> records = zone.texts(name, type).stream().map(reader).toList();
        if (records.size() > RECORDS_MAX) {
            return new Answer.Doubt<>(records.size() + " records are too many");
        }
        if (!records.isEmpty()) {
            return new Answer.Found<>(records, secure, ttl);
        }
        return zone.isKnown(name)
                ? new Answer.NoData<>(secure, ttl)
                : new Answer.NoDomain<>(secure, ttl);
    }
}
