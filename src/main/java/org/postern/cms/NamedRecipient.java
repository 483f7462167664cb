package org.postern.cms;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KEMRecipientInfo;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// Finds a certificate's owner among the recipients of an envelope, who are named by issuer and
/// serial number or by a key identifier: RFC 5652 §6.2.1, §6.2.2.
///
/// @param own the certificate
public record NamedRecipient(Certificate own) {
    /// `id-ori-kem`.
    private static final ASN1ObjectIdentifier KEM = PKCSObjectIdentifiers.id_smime.branch("13.3");

    /// @throws IllegalArgumentException if the certificate cannot be read
    public static NamedRecipient of(X509Certificate certificate) {
        try {
            return new NamedRecipient(Certificate.getInstance(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a certificate has no encoding", e);
        }
    }

    /// Whether a content key was wrapped for the certificate, in either of these ways.
    public boolean isNamedIn(RecipientInfo recipient) {
        return switch (recipient.getInfo()) {
            case KeyTransRecipientInfo transport -> isNamedIn(transport);
            case KeyAgreeRecipientInfo agreement -> keyIn(agreement).isPresent();
            // RFC 5652 §6.2.3 and §6.2.4 know no certificates.
            default -> encapsulatedIn(recipient).isPresent();
        };
    }

    /// The key encapsulation for the certificate: RFC 9629 §3.
    ///
    /// @return empty if the recipient is not named so, or is another one
    public Optional<KEMRecipientInfo> encapsulatedIn(RecipientInfo recipient) {
        if (recipient.getInfo() instanceof OtherRecipientInfo other
                && KEM.equals(other.getType())) {
            KEMRecipientInfo info = KEMRecipientInfo.getInstance(other.getValue());
            return isNamed(info.getRecipientIdentifier()) ? Optional.of(info) : Optional.empty();
        }
        return Optional.empty();
    }

    /// Whether a content key was encrypted to the certificate.
    public boolean isNamedIn(KeyTransRecipientInfo recipient) {
        return isNamed(recipient.getRecipientIdentifier());
    }

    private boolean isNamed(RecipientIdentifier name) {
        return name.isTagged()
                ? isOwn(ASN1OctetString.getInstance(name.getId()))
                : isOwn(IssuerAndSerialNumber.getInstance(name.getId()));
    }

    /// The content key that was wrapped for the certificate by key agreement.
    public Optional<ASN1OctetString> keyIn(KeyAgreeRecipientInfo recipient) {
        for (var each : recipient.getRecipientEncryptedKeys()) {
            RecipientEncryptedKey key = RecipientEncryptedKey.getInstance(each);
            IssuerAndSerialNumber named = key.getIdentifier().getIssuerAndSerialNumber();
            boolean found =
                    named != null
                            ? isOwn(named)
                            : isOwn(key.getIdentifier().getRKeyID().getSubjectKeyIdentifier());
            if (found) {
                return Optional.of(key.getEncryptedKey());
            }
        }
        return Optional.empty();
    }

    private boolean isOwn(IssuerAndSerialNumber named) {
        return named.getName().equals(own.getIssuer())
                && named.getSerialNumber().equals(own.getSerialNumber());
    }

    /// Some programs name the hash of the key (RFC 5280 §4.2.1.2) whether or not the certificate
    /// does.
    private boolean isOwn(ASN1OctetString keyIdentifier) {
        Extension extension =
                own.getTBSCertificate().getExtensions() == null
                        ? null
                        : own.getTBSCertificate()
                                .getExtensions()
                                .getExtension(Extension.subjectKeyIdentifier);
        return namesHashOfKey(keyIdentifier)
                || (extension != null
                        && keyIdentifier.equals(
                                new DEROctetString(
                                        SubjectKeyIdentifier.getInstance(extension.getParsedValue())
                                                .getKeyIdentifier())));
    }

    /// Of the key alone, or with its algorithm, as Outlook has it.
    private boolean namesHashOfKey(ASN1OctetString identifier) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            SubjectPublicKeyInfo key = own.getSubjectPublicKeyInfo();
            byte[] named = identifier.getOctets();
            return Arrays.equals(named, sha1.digest(key.getPublicKeyData().getBytes()))
                    || Arrays.equals(named, sha1.digest(key.getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java has SHA-1, and a key has octets", e);
        }
    }
}
