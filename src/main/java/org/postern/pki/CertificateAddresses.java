package org.postern.pki;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.OtherName;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.postern.mail.Address;
import org.postern.mail.Domain;

/// Whose a certificate is: the mail addresses that it names, rfc822Name (RFC 8550 §3) and
/// SmtpUTF8Mailbox (RFC 9598 §3).
public final class CertificateAddresses {
    /// Names of one certificate.
    public static final int NAMES_MAX = 1_000;

    private static final ASN1ObjectIdentifier SMTP_UTF8_MAILBOX =
            new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9");

    private CertificateAddresses() {}

    /// Where a certificate's address is read.
    public enum AddressSource {
        /// The subject alternative name rfc822Name only (RFC 8550 §3).
        ALTERNATIVE_NAME,
        /// The old emailAddress of the subject as well, if there is no rfc822Name.
        SUBJECT_TOO
    }

    /// The domains that a certificate stands for as a whole: it names them (dNSName) and no address
    /// of a person. A name with a star is none.
    public static Set<Domain> domains(X509Certificate certificate) {
        Set<Domain> domains = new HashSet<>();
        try {
            byte[] extension =
                    certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
            if (extension == null || !keys(certificate, AddressSource.SUBJECT_TOO).isEmpty()) {
                return domains;
            }
            ASN1Primitive names = JcaX509ExtensionUtils.parseExtensionValue(extension);
            for (GeneralName name : GeneralNames.getInstance(names).getNames()) {
                if (name.getTagNo() == GeneralName.dNSName
                        && name.getName() instanceof ASN1String text
                        && domains.size() < NAMES_MAX) {
                    Domain.parse(text.getString()).ifPresent(domains::add);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            return Set.of();
        }
        return domains;
    }

    /// The keys of all addresses, as [Address#key] gives them; one more than [#NAMES_MAX] if there
    /// are too many. What is not an address in our strict form (a NUL, a trailing dot) is passed
    /// over, and so is all if the extension cannot be read.
    public static Set<String> keys(X509Certificate certificate, AddressSource source) {
        try {
            Set<String> keys = alternative(certificate);
            return keys.isEmpty() && source == AddressSource.SUBJECT_TOO
                    ? subject(certificate)
                    : keys;
        } catch (IOException | IllegalArgumentException e) {
            return Set.of();
        }
    }

    /// The keys of all addresses and domains, at most [#NAMES_MAX].
    static List<String> all(X509Certificate certificate, AddressSource source) {
        return Stream.concat(
                        keys(certificate, source).stream(),
                        domains(certificate).stream().map(CertificateAddresses::key))
                .limit(NAMES_MAX)
                .toList();
    }

    /// By which a domain as a whole is found; no address has no local part.
    static String key(Domain domain) {
        return "@" + domain.name();
    }

    /// For whom a file is meant by its name, such as `ann@partner.example.pem`.
    ///
    /// @param file with an ending, maybe below a folder
    static Optional<Address> ofFile(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        return Address.parse(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
    }

    private static Set<String> alternative(X509Certificate certificate) throws IOException {
        Set<String> keys = new HashSet<>();
        byte[] extension = certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
        if (extension == null) {
            return keys;
        }
        ASN1Primitive names = JcaX509ExtensionUtils.parseExtensionValue(extension);
        for (GeneralName name : GeneralNames.getInstance(names).getNames()) {
            if (keys.size() > NAMES_MAX) {
                break;
            }
            switch (name.getTagNo()) {
                case GeneralName.rfc822Name -> add(keys, name.getName());
                case GeneralName.otherName -> {
                    OtherName other = OtherName.getInstance(name.getName());
                    if (other.getTypeID().equals(SMTP_UTF8_MAILBOX)) {
                        add(keys, ASN1UTF8String.getInstance(other.getValue()));
                    }
                }
                default -> {
                    // A name of another kind is nobody's address.
                }
            }
        }
        return keys;
    }

    private static Set<String> subject(X509Certificate certificate) {
        Set<String> keys = new HashSet<>();
        X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        for (RDN part : subject.getRDNs(BCStyle.EmailAddress)) {
            add(keys, part.getFirst().getValue());
        }
        return keys;
    }

    private static void add(Set<String> keys, Object name) {
        if (name instanceof ASN1String text && !text.getString().endsWith(".")) {
            Address.parse(text.getString()).ifPresent(address -> keys.add(address.key()));
        }
    }
}
