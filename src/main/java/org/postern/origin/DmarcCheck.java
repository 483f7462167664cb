package org.postern.origin;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.facts.Origin.Dkim;
import org.postern.facts.Origin.Dmarc;
import org.postern.facts.Origin.Dmarc.Policy;
import org.postern.facts.Origin.Spf;
import org.postern.facts.Origin.Verdict;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mime.DisplayAddress;
import org.postern.mime.DisplayAddress.Single;
import org.postern.mime.HeaderSection;

/// Whether the domain of the author stands behind a message: RFC 7489 §6.6. It does if SPF or a
/// signature holds for a domain that belongs to it.
final class DmarcCheck {
    private final PublicSuffixes suffixes;

    DmarcCheck(PublicSuffixes suffixes) {
        this.suffixes = suffixes;
    }

    Dmarc check(HeaderSection header, Spf spf, List<Dkim> dkim, OriginDns dns) {
        return switch (DisplayAddress.single(header, "From")) {
            // §6.6.1: without one author there is no domain whose wish could be asked for.
            case Single.NotOne _ -> new Dmarc(Verdict.PERMERROR, null, Policy.NONE);
            case Single.One(_, Address author) -> check(author.domain(), spf, dkim, dns);
        };
    }

    private Dmarc check(Domain author, Spf spf, List<Dkim> dkim, OriginDns dns) {
        Optional<Found> found;
        try {
            found = find(author, dns);
        } catch (IOException e) {
            return new Dmarc(Verdict.TEMPERROR, author, Policy.NONE);
        }
        if (found.isEmpty()) {
            return new Dmarc(Verdict.NONE, author, Policy.NONE);
        }
        DmarcRecord record = found.get().record();
        Verdict verdict = aligned(author, spf.domain(), record.strictSpf(), spf.verdict());
        for (Dkim signature : dkim) {
            verdict =
                    better(
                            verdict,
                            aligned(
                                    author,
                                    signature.domain(),
                                    record.strictDkim(),
                                    signature.verdict()));
        }
        return new Dmarc(verdict, author, found.get().policy());
    }

    /// What one finding means for DMARC: pass, fail, or that it may yet turn out a pass.
    private Verdict aligned(
            Domain author, @Nullable Domain proved, boolean strict, Verdict verdict) {
        if (proved == null || !belongs(author, proved, strict)) {
            return Verdict.FAIL;
        }
        return switch (verdict) {
            case PASS -> Verdict.PASS;
            case TEMPERROR -> Verdict.TEMPERROR;
            case NONE, FAIL, SOFTFAIL, NEUTRAL, POLICY, PERMERROR -> Verdict.FAIL;
        };
    }

    private boolean belongs(Domain author, Domain proved, boolean strict) {
        return strict
                ? author.equals(proved)
                : suffixes.organisational(author).equals(suffixes.organisational(proved));
    }

    private static Verdict better(Verdict one, Verdict other) {
        if (one == Verdict.PASS || other == Verdict.PASS) {
            return Verdict.PASS;
        }
        return one == Verdict.TEMPERROR ? one : other;
    }

    /// @param policy the part of the record that is for this author
    private record Found(DmarcRecord record, Policy policy) {}

    /// §6.6.3: the author's domain, then the organisational one.
    private Optional<Found> find(Domain author, OriginDns dns) throws IOException {
        List<String> own = records(author, dns);
        if (!own.isEmpty()) {
            return DmarcRecord.only(own).map(record -> new Found(record, record.policy()));
        }
        Domain organisation = suffixes.organisational(author);
        return organisation.equals(author)
                ? Optional.empty()
                : DmarcRecord.only(records(organisation, dns))
                        .map(record -> new Found(record, record.below()));
    }

    private static List<String> records(Domain domain, OriginDns dns) throws IOException {
        String name = "_dmarc." + domain;
        return name.length() > Domain.OCTETS_MAX
                ? List.of()
                : DmarcRecord.among(dns.look(name, OriginDns.Kind.TXT));
    }
}
