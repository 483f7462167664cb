package org.postern.smimea;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.dns.Answer;
import org.postern.dns.Resolver;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.net.TlsaRecord;
import org.postern.pki.Finder;

/// Finds certificates in DNS (SMIMEA, RFC 8162), for the domains that IT has named. Only answers
/// that DNSSEC proves count: whoever forges one would read the mail.
///
/// Whole certificates are read (selector 0, matching 0); a hash alone gives nobody a key to encrypt
/// to. What is found is trusted for its place in DNS as little as a file is for lying there: it
/// needs a path to an authority of ours.
public final class SmimeaFinder implements Finder {
    /// RFC 8162 §3: so many octets of the hash of the local part make the first label.
    private static final int HASH_OCTETS = 28;

    /// Of one person; what comes behind is not looked at.
    private static final int CERTIFICATES_MAX = 8;

    private final Resolver resolver;
    private final Set<Domain> domains;
    private final Duration patience;

    /// @param resolver which keeps answers, also that there is nothing, and has its own deadlines
    /// @param domains whose people are looked up; nobody else's are
    /// @param patience for how long a message waits if DNS does not answer
    public SmimeaFinder(Resolver resolver, Set<Domain> domains, Duration patience) {
        this.resolver = resolver;
        this.domains = Set.copyOf(domains);
        this.patience = patience;
    }

    @Override
    public Duration patience() {
        return patience;
    }

    @Override
    public Looked look(Address address) {
        String place = "DNS (SMIMEA of " + address.domain() + ")";
        Looked nothing = new Looked.Known(List.of(), place);
        if (!domains.contains(address.domain())) {
            return nothing;
        }
        return switch (resolver.smimea(name(address))) {
            case Answer.NoDomain<TlsaRecord> _, Answer.NoData<TlsaRecord> _ -> nothing;
            case Answer.Doubt<TlsaRecord>(String reason) ->
                    new Looked.Unknown(place + " does not answer: " + reason + ".");
            case Answer.Found<TlsaRecord> found ->
                    found.secure()
                            ? new Looked.Known(certificates(found.records()), place)
                            : nothing;
        };
    }

    /// Where somebody's certificate is published. The local part is hashed as it is written, after
    /// what RFC 8162 §3 asks for: without quotes and backslashes, in Unicode's form C; an `Address`
    /// is never anything else. Nothing else may be done to it, small letters included (§4): whose
    /// mailbox `Ann` is, only her own server knows, and a domain that takes `Ann` for `ann`
    /// publishes both.
    static String name(Address address) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(address.localPart().getBytes(UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_OCTETS)
                    + "._smimecert."
                    + address.domain();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static List<X509Certificate> certificates(List<TlsaRecord> records) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (TlsaRecord record : records) {
            boolean whole = record.selector() == 0 && record.matching() == 0;
            if (whole && certificates.size() < CERTIFICATES_MAX) {
                certificate(record.data()).ifPresent(certificates::add);
            }
        }
        return certificates;
    }

    /// Read by the JDK, as those of the partners' folder are.
    private static Optional<X509Certificate> certificate(String hex) {
        try {
            byte[] octets = HexFormat.of().parseHex(hex);
            return CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(octets))
                            instanceof X509Certificate certificate
                    ? Optional.of(certificate)
                    : Optional.empty();
        } catch (CertificateException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
