package org.postern.cert;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.cli.UsageException;
import org.postern.keyring.Issuing;
import org.postern.keyring.KeyFile;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.pki.Identity;
import org.postern.pki.Pem;
import org.postern.signature.RsaPadding;
import org.postern.signature.Signer;
import org.postern.vault.Secrets;

/// Takes keys and certificates that were made elsewhere. What could not sign, or would sign in a
/// name that its certificate does not hold, is refused here and not when mail waits for it.
final class CertImport {
    /// RFC 5280 §4.2.1.6.
    private static final int RFC822_NAME = 1;

    private final Keyring keyring;
    private final Issuing.Clinic clinic;
    private final InstantSource clock;

    /// What is imported.
    ///
    /// @param key of a PEM certificate; empty if it waits in the keyring
    /// @param passwordFile of a PKCS#12 file
    record Source(Path file, Optional<Path> key, Optional<Path> passwordFile) {
        boolean isPkcs12() {
            String name = file.toString().toLowerCase(Locale.ROOT);
            return name.endsWith(".p12") || name.endsWith(".pfx");
        }
    }

    CertImport(Keyring keyring, Issuing.Clinic clinic, InstantSource clock) {
        this.keyring = keyring;
        this.clinic = clinic;
        this.clock = clock;
    }

    /// @param named whose it is, if the operator says so; empty for the one mailbox it names
    Keyring.Entry take(Source source, Optional<Owner> named) throws UsageException, IOException {
        if (!source.isPkcs12() && source.key().isEmpty()) {
            List<X509Certificate> chain = Pem.certificates(source.file());
            requireGood(chain.getFirst());
            return keyring.fulfil(chain, this::requireFit)
                    .orElseThrow(() ->
                            new IOException(
                                    "no key waits for the certificate in "
                                            + source.file()
                                            + "; name its key with --key"));
        }
        Identity identity = identity(source);
        requireGood(identity.certificate());
        Owner owner = named.isPresent() ? named.get() : onlyMailbox(identity.certificate());
        requireFit(owner, identity);
        return keyring.add(owner, identity);
    }

    private static Identity identity(Source source) throws UsageException, IOException {
        if (source.key().isPresent()) {
            return Pem.identity(source.key().get(), source.file());
        }
        Path password =
                source.passwordFile()
                        .orElseThrow(() -> new UsageException("--password-file is missing"));
        return KeyFile.read(source.file(), Secrets.firstLine(password).toCharArray());
    }

    private void requireGood(X509Certificate certificate) throws IOException {
        if (clock.instant().isAfter(certificate.getNotAfter().toInstant())) {
            throw new IOException("the certificate has expired");
        }
        boolean[] usage = certificate.getKeyUsage();
        // RFC 8550 §4.4.2: digitalSignature or nonRepudiation; without the extension both.
        if (usage != null && !usage[0] && !usage[1] && certificate.getBasicConstraints() < 0) {
            throw new IOException("the certificate must not be used to sign");
        }
    }

    private void requireFit(Owner owner, Identity identity) throws IOException {
        if (!clinic.owns(owner)) {
            throw new IOException(owner.word() + " is in none of the clinic's domains");
        }
        boolean fits =
                switch (owner) {
                    case Owner.Person(Address address) ->
                            mailboxes(identity.certificate()).contains(address.key());
                    case Owner.Organisation() -> true;
                    case Owner.Authority() -> identity.certificate().getBasicConstraints() >= 0;
                };
        if (!fits) {
            throw new IOException("the certificate is not one of " + owner.word());
        }
        try {
            new Signer(identity, RsaPadding.PKCS1);
        } catch (IllegalArgumentException e) {
            throw new IOException("the key is of a kind that nothing is signed with", e);
        }
        if (!identity.belongsTogether()) {
            throw new IOException("the key does not belong to the certificate");
        }
    }

    private static Owner onlyMailbox(X509Certificate certificate)
            throws UsageException, IOException {
        Set<String> mailboxes = mailboxes(certificate);
        if (mailboxes.size() != 1) {
            throw new UsageException(
                    "the certificate names %d mailboxes; say whose it is: --for OWNER"
                            .formatted(mailboxes.size()));
        }
        return Owner.of(mailboxes.iterator().next())
                .orElseThrow(() -> new IOException("the certificate names no usual address"));
    }

    /// The keys of the addresses that it names (rfc822Name).
    private static Set<String> mailboxes(X509Certificate certificate) throws IOException {
        Set<String> mailboxes = new HashSet<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.getFirst().equals(RFC822_NAME)) {
                    Address.parse(String.valueOf(name.get(1)))
                            .ifPresent(address -> mailboxes.add(address.key()));
                }
            }
        } catch (CertificateParsingException e) {
            throw new IOException("the names in the certificate cannot be read", e);
        }
        return mailboxes;
    }
}
