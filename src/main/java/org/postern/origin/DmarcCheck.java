package org.postern.origin;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postern.facts.Origin.Dkim;
import org.postern.facts.Origin.Dmarc;
import org.postern.facts.Origin.Dmarc.Policy;
import org.postern.facts.Origin.Spf;
import org.postern.facts.Origin.Verdict;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mime.DisplayAddress;
import org.postern.mime.DisplayAddress.Authors;
import org.postern.mime.HeaderSection;

/// Whether the domains of the authors stand behind a message: RFC 7489 §6.6. One does if SPF or a
/// signature holds for a domain that belongs to it.
///
/// What they ask for is looked up before anything else: whoever writes a message chooses what SPF
/// and DKIM have to ask, and could use up the time until nobody knows of a policy.
final class DmarcCheck {
    private final PublicSuffixes suffixes;

    DmarcCheck(PublicSuffixes suffixes) {
        this.suffixes = suffixes;
    }

    /// What the domain of an author asks for.
    sealed interface Wish {
        Domain author();

        /// @param policy the part of the record that is for this author
        record Asked(Domain author, DmarcRecord record, Policy policy) implements Wish {}

        /// It has published nothing.
        record NotAsked(Domain author) implements Wish {}

        /// Not to be found out now.
        record NotKnown(Domain author) implements Wish {}
    }

    /// What the domains in From ask for, one of each; none if From does not name its authors.
    List<Wish> wishes(HeaderSection header, OriginDns dns) {
        return switch (DisplayAddress.authors(header)) {
            case Authors.Unnamed _ -> List.of();
            case Authors.Named(List<Address> authors) ->
                    authors.stream()
                            .map(Address::domain)
                            .distinct()
                            .map(domain -> wish(domain, dns))
                            .toList();
        };
    }

    /// §6.6.1: several domains are checked each by itself, and the strictest policy of those that
    /// fail counts. One that could yet turn out to fail counts with them, by what it asks for, and
    /// by the worst where that is not known: otherwise whoever writes the others, and lets one of
    /// them fail that asks for nothing, decides. If none does, nobody can say whose mail it is all
    /// the same.
    Dmarc check(List<Wish> wishes, Spf spf, List<Dkim> dkim) {
        if (wishes.size() == 1) {
            return check(wishes.getFirst(), spf, dkim);
        }
        return wishes.stream()
                .map(wish -> atWorst(wish, check(wish, spf, dkim)))
                .filter(one -> one.verdict() == Verdict.FAIL || one.verdict() == Verdict.TEMPERROR)
                .max(
                        Comparator.comparing(Dmarc::policy)
                                .thenComparing(one -> one.verdict() == Verdict.FAIL))
                .orElseGet(() -> new Dmarc(Verdict.PERMERROR, null, Policy.NONE));
    }

    private static Dmarc atWorst(Wish wish, Dmarc checked) {
        return switch (wish) {
            case Wish.NotKnown(Domain author) ->
                    new Dmarc(checked.verdict(), author, Policy.REJECT);
            case Wish.NotAsked _, Wish.Asked _ -> checked;
        };
    }

    private Dmarc check(Wish wish, Spf spf, List<Dkim> dkim) {
        return switch (wish) {
            case Wish.NotKnown(Domain author) -> new Dmarc(Verdict.TEMPERROR, author, Policy.NONE);
            case Wish.NotAsked(Domain author) -> new Dmarc(Verdict.NONE, author, Policy.NONE);
            case Wish.Asked asked -> check(asked, spf, dkim);
        };
    }

    private Dmarc check(Wish.Asked wish, Spf spf, List<Dkim> dkim) {
        Domain author = wish.author();
        DmarcRecord record = wish.record();
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
        return new Dmarc(verdict, author, wish.policy());
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

    /// §6.6.3: the author's domain, then the organisational one.
    private Wish wish(Domain author, OriginDns dns) {
        try {
            List<String> own = records(author, dns);
            if (!own.isEmpty()) {
                return DmarcRecord.only(own)
                        .<Wish>map(record -> new Wish.Asked(author, record, record.policy()))
                        .orElseGet(() -> new Wish.NotAsked(author));
            }
            Domain organisation = suffixes.organisational(author);
            return organisation.equals(author)
                    ? new Wish.NotAsked(author)
                    : DmarcRecord.only(records(organisation, dns))
                            .<Wish>map(record -> new Wish.Asked(author, record, record.below()))
                            .orElseGet(() -> new Wish.NotAsked(author));
        } catch (IOException e) {
            return new Wish.NotKnown(author);
        }
    }

    private static List<String> records(Domain domain, OriginDns dns) throws IOException {
        String name = "_dmarc." + domain;
        return name.length() > Domain.OCTETS_MAX
                ? List.of()
                : DmarcRecord.among(dns.look(name, OriginDns.Kind.TXT));
    }
}
