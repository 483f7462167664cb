package org.postern.given;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.pki.CertificateAddresses;
import org.postern.pki.CertificateCheck;
import org.postern.pki.Finder;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Verdict;

/// Why a certificate that a partner has given is not taken, if it is not: the sentences of it.
///
/// @param revoked what the clinic's own book says against a certificate
/// @param now at which it is judged
public record Offer(PartnerDirectory partners, Revoked revoked, Instant now) {
    private static final int SHOWN_MAX = 10;

    /// What the clinic has revoked.
    @FunctionalInterface
    public interface Revoked {
        Optional<Verdict> fault(X509Certificate certificate, Instant now);
    }

    /// For whom it is taken: one more name than mail could be for is no reason to guess which one
    /// was meant.
    public sealed interface For {
        /// @param name an address or a domain
        /// @param others who are named as well
        record One(String name, List<String> others) implements For {}

        /// @param clause what is wrong
        record Nobody(String clause) implements For {}
    }

    /// @param word whom the person says it is of, as typed
    public For whom(Given.OfUser given, Optional<String> word) {
        List<String> named = named(given.certificate());
        Optional<String> wanted = word.map(Offer::key);
        if (named.isEmpty() || wanted.filter(it -> !named.contains(it)).isPresent()) {
            return new For.Nobody(
                    "the certificate names "
                            + (named.isEmpty() ? "no address and no domain" : shown(named))
                            + (CertificateCheck.isAuthority(given.certificate())
                                    ? "; it calls itself an authority, and is not taken for one,"
                                            + " since it names somebody"
                                    : ""));
        }
        if (wanted.isEmpty() && named.size() > 1) {
            return new For.Nobody(
                    "the certificate names %s; say which one you have it from: --for ADDRESS"
                            .formatted(shown(named)));
        }
        String name = wanted.orElse(named.getFirst());
        return new For.One(name, named.stream().filter(it -> !it.equals(name)).toList());
    }

    private static String key(String word) {
        return Address.parse(word)
                .map(Address::key)
                .or(() -> Domain.parse(word).map(Domain::name))
                .orElse(word);
    }

    private List<String> named(X509Certificate certificate) {
        Set<String> addresses = partners.addresses(certificate);
        Stream<String> all =
                addresses.isEmpty()
                        ? CertificateAddresses.domains(certificate).stream().map(Domain::name)
                        : addresses.stream();
        return all.sorted().toList();
    }

    /// Some names, and how many there are besides.
    public static String shown(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(SHOWN_MAX, names.size())));
        int more = names.size() - SHOWN_MAX;
        return more > 0 ? first + " and " + more + " more" : first;
    }

    /// @param pin whether a person vouches for it
    /// @return empty if it can be taken
    public Optional<String> refusal(Given.OfUser given, For.One whom, boolean pin) {
        X509Certificate certificate = given.certificate();
        if (partners.isAnotherPinned(certificate, now)) {
            return Optional.of(
                    "Another certificate of %s is pinned, and nothing replaces that by itself; take"
                                    .formatted(shown(named(certificate)))
                            + " it out of partners/pinned first, if this one is right.");
        }
        if (pin && !whom.others().isEmpty()) {
            return Optional.of(
                    "It is a certificate of others as well (%s), and is not pinned for %s alone."
                            .formatted(shown(whom.others()), whom.name()));
        }
        Optional<Verdict> fault = revoked.fault(certificate, now);
        if (fault.isPresent()) {
            return Optional.of("The certificate %s.".formatted(fault.get().clause()));
        }
        Lookup.Trust trust = pin ? Lookup.Trust.PINNED : Lookup.Trust.PATH;
        Finder.Looked.Known offered = new Finder.Looked.Known(given.chain(), 0, "this file", trust);
        Domain domain =
                Address.parse(whom.name())
                        .map(Address::domain)
                        .orElseGet(() -> new Domain(whom.name()));
        return switch (partners.tried(offered, domain, now)) {
            case Lookup.Found _ -> Optional.empty();
            case Lookup.NoCertificate _ ->
                    Optional.of("Mail could not be encrypted to the certificate.");
            case Lookup.Waiting(_, String sentence, _) -> Optional.of(sentence);
            case Lookup.Unusable(Verdict verdict, String sentence) ->
                    Optional.of(
                            verdict == Verdict.NO_PATH
                                    ? "The certificate %s; add that first: cert add, with --for %s."
                                                    .formatted(verdict.clause(), domain)
                                            + " If you have compared this one's fingerprint by"
                                            + " telephone: --pin"
                                    : sentence);
        };
    }

    /// @return empty if it can be an anchor
    public Optional<String> refusal(Given.OfAuthority given) {
        return CertificateCheck.anchorFault(given.certificate(), partners.algorithms(), now)
                .or(() -> revoked.fault(given.certificate(), now))
                .map(it ->
                        "The authority's certificate %s; ask for another one."
                                .formatted(it.clause()));
    }
}
