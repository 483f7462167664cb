package org.postern.given;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.postern.pki.CertificateAddresses;
import org.postern.pki.CertificateAddresses.AddressSource;
import org.postern.pki.CertificateCheck;

/// What a file holds that a partner has given to the clinic.
///
/// Whoever makes a certificate for herself often makes one that calls itself an authority: OpenSSL
/// does so if it is not told otherwise. Taken for one, her key would vouch for everybody in her
/// domain. So one that names a person or a domain is never an authority here.
public sealed interface Given {
    /// How the JDK numbers rfc822Name and dNSName.
    Set<Object> PERSON_OR_HOST = Set.of(1, 2);

    /// Of a person, or of a domain as a whole.
    ///
    /// @param chain hers, and then authorities that may stand above it
    record OfUser(List<X509Certificate> chain) implements Given {
        public OfUser {
            chain = List.copyOf(chain);
        }

        X509Certificate certificate() {
            return chain.getFirst();
        }
    }

    /// One that vouches for others.
    record OfAuthority(X509Certificate certificate) implements Given {}

    /// More than one command can take.
    ///
    /// @param sentence what is wrong and what to do
    record Mixed(String sentence) implements Given {}

    /// @param certificates of the file, in its order; at least one
    static Given of(List<X509Certificate> certificates) {
        List<X509Certificate> all = certificates.stream().distinct().toList();
        // An old form names her in the subject, and an authority above may name its office there.
        boolean isAuthority = isAuthority(all.getFirst(), AddressSource.SUBJECT_TOO);
        Predicate<X509Certificate> authority =
                it -> isAuthority(it, AddressSource.ALTERNATIVE_NAME);
        List<X509Certificate> more = all.subList(1, all.size());
        if (isAuthority) {
            return more.isEmpty()
                    ? new OfAuthority(all.getFirst())
                    : new Mixed(
                            "The file begins with an authority, and holds %d certificates. Give the"
                                            .formatted(all.size())
                                    + " authority in a file of its own; of a person, hers first.");
        }
        return more.stream().allMatch(authority)
                ? new OfUser(all)
                : new Mixed(
                        "The file holds %d certificates of people or domains. Give one, to which"
                                        .formatted(
                                                1
                                                        + more.stream()
                                                                .filter(authority.negate())
                                                                .count())
                                + " mail is to be encrypted, and behind it only the authorities"
                                + " above it.");
    }

    private static boolean isAuthority(X509Certificate certificate, AddressSource source) {
        return CertificateCheck.isAuthority(certificate)
                && hasNoName(certificate)
                && CertificateAddresses.keys(certificate, source).isEmpty()
                && CertificateAddresses.domains(certificate).isEmpty();
    }

    /// Whether it has no alternative name of a person or host, in whatever form that is written.
    private static boolean hasNoName(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    || names.stream().noneMatch(it -> PERSON_OR_HOST.contains(it.getFirst()));
        } catch (CertificateParsingException _) {
            return false;
        }
    }
}
