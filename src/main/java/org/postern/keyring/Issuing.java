package org.postern.keyring;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.postern.mail.Domain;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Validity;

/// Makes keys for the clinic and its people, and certificates for them: by the clinic's own
/// authority, which is made when the first certificate is asked for, or by requests to another one.
public final class Issuing {
    /// The CA/B S/MIME baseline allows 825 days; two years are kept by people.
    static final Duration LIFE = Duration.ofDays(730);

    static final Duration AUTHORITY_LIFE = Duration.ofDays(3_650);

    /// The authority's own key: it signs for ten years.
    private static final KeyKind AUTHORITY_KIND = KeyKind.P_384;

    /// RFC 5280 §4.2.1.3.
    private static final int KEY_CERT_SIGN = 5;

    /// What any mail program opens. NSS, so Thunderbird, knows no AuthEnvelopedData, and shows an
    /// empty message where it is used; who else encrypts to her reads it too (RFC 4262).
    private static final ASN1ObjectIdentifier[] OUTSIDE = {
        NISTObjectIdentifiers.id_aes256_CBC, NISTObjectIdentifiers.id_aes128_CBC
    };

    private final Keyring keyring;
    private final Clinic clinic;
    private final InstantSource clock;

    /// Who is named in the certificates.
    ///
    /// @param name as people know it
    /// @param domains in which its people have their mailboxes
    /// @param lists under which address everybody finds what was revoked; it ends with a slash
    public record Clinic(String name, Set<Domain> domains, Optional<URI> lists) {
        public Clinic {
            domains = Set.copyOf(domains);
        }

        /// Whether keys of this owner are the clinic's to make.
        public boolean owns(Owner owner) {
            return switch (owner) {
                case Owner.Person(var address) -> domains.contains(address.domain());
                case Owner.Organisation(), Owner.Authority() -> true;
            };
        }
    }

    public Issuing(Keyring keyring, Clinic clinic, InstantSource clock) {
        this.keyring = keyring;
        this.clinic = clinic;
        this.clock = clock;
    }

    /// Makes a new key and issues its certificate; durable on return. What the owner had before
    /// stays.
    ///
    /// @throws IssuingException if the owner is none of the clinic's, or the authority cannot
    ///   issue: a person has to do something first
    /// @throws IOException if the keyring cannot be read or written now
    public Keyring.Entry issue(Owner owner, KeyKind kind) throws IOException, IssuingException {
        requireOwn(owner);
        if (owner instanceof Owner.Authority) {
            return makeAuthority();
        }
        Authority authority = authority();
        return keyring.add(owner, authority.issue(request(owner, kind, life(authority))));
    }

    /// Makes a key for somebody outside, and its certificate. The key is in what is returned, and
    /// nowhere else.
    ///
    /// @throws IssuingException if the owner is one of the clinic's, or the authority cannot issue
    /// @throws BookLostException if nobody knows any more what was revoked: then a revocation of
    ///   this one would be told to nobody
    public Identity issueOutside(Owner.Person owner, KeyKind kind)
            throws IOException, IssuingException {
        if (clinic.owns(owner)) {
            throw new IssuingException(
                    owner.word()
                            + " is in one of the clinic's domains, and such a key stays in the"
                            + " gateway: leave out --pickup");
        }
        keyring.revoked().lines();
        Authority authority = authority();
        return authority.issue(request(owner, kind, life(authority)).withCiphers(OUTSIDE));
    }

    /// Never longer than the authority itself.
    private Validity life(Authority authority) {
        Instant end = authority.certificate().getNotAfter().toInstant();
        Validity usual = Validity.from(clock.instant(), LIFE);
        return usual.notAfter().isAfter(end) ? new Validity(usual.notBefore(), end) : usual;
    }

    /// Makes a key that waits for a certificate of another authority.
    ///
    /// @return the file with the request (PKCS#10), to be sent there
    public Path request(Owner owner, KeyKind kind) throws IOException, IssuingException {
        requireOwn(owner);
        CertificateRequest request =
                request(owner, kind, Validity.from(clock.instant(), Duration.ofDays(1)));
        var waiting = Authority.selfSigned(request);
        return keyring.await(owner, waiting, Pkcs10.of(waiting, request));
    }

    private void requireOwn(Owner owner) throws IssuingException {
        if (!clinic.owns(owner)) {
            throw new IssuingException(
                    owner.word() + " is in none of the clinic's domains (gateway.yaml: domains)");
        }
    }

    private CertificateRequest request(Owner owner, KeyKind kind, Validity validity) {
        return switch (owner) {
            case Owner.Person(var address) -> CertificateRequest.person(kind, validity, address);
            case Owner.Organisation() ->
                    CertificateRequest.organisation(
                            kind, validity, clinic.name(), sorted(clinic.domains()));
            case Owner.Authority() ->
                    throw new IllegalArgumentException("an authority is made and not asked for");
        };
    }

    private static List<Domain> sorted(Set<Domain> domains) {
        return domains.stream().sorted((one, other) -> one.name().compareTo(other.name())).toList();
    }

    private Authority authority() throws IOException, IssuingException {
        Optional<Keyring.Entry> known = keyring.newest(new Owner.Authority());
        Keyring.Entry entry = known.isPresent() ? known.get() : makeAuthority();
        if (!entry.isValidAt(clock.instant())) {
            throw new IssuingException(
                    "the clinic's own authority has ended; ./gateway cert issue authority makes a"
                            + " new one, which partners have to be given");
        }
        if (!canIssue(entry.certificate())) {
            throw new IssuingException(
                    "the newest certificate of the clinic's own authority is not one of an"
                            + " authority; ./gateway cert issue authority makes a new one");
        }
        KeyKind kind =
                KeyKind.of(entry.certificate().getPublicKey())
                        .orElseThrow(() ->
                                new IssuingException("the authority has a key that cannot issue"));
        Authority authority = Authority.of(keyring.identity(entry), kind);
        return clinic.lists()
                .map(lists -> authority.telling(lists.resolve(OwnLists.name(entry.number()))))
                .orElse(authority);
    }

    /// RFC 5280 §4.2.1.3, §4.2.1.9.
    private static boolean canIssue(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        return certificate.getBasicConstraints() >= 0 && (usage == null || usage[KEY_CERT_SIGN]);
    }

    /// How the authority of a clinic is called in what it issues.
    static String authorityName(String clinic) {
        return clinic + " S/MIME Authority";
    }

    private Keyring.Entry makeAuthority() throws IOException {
        Validity validity = Validity.from(clock.instant(), AUTHORITY_LIFE);
        Authority made = Authority.create(authorityName(clinic.name()), AUTHORITY_KIND, validity);
        return keyring.add(new Owner.Authority(), made.identity());
    }
}
