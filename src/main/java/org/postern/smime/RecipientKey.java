package org.postern.smime;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.postern.kem.MlKem;
import org.postern.pki.KeyKind;
import org.postern.pki.Providers;

/// How the content key reaches one recipient: RFC 5652 §6.2.
sealed interface RecipientKey {
    /// Keys below are refused here again, whoever chose the certificate.
    int RSA_BITS_MIN = 2_048;

    /// May be kept and used by many threads.
    ///
    /// @throws SmimeException if nothing is encrypted to a key of that kind
    static RecipientKey of(X509Certificate certificate, KeyTransport transport)
            throws SmimeException {
        X509Certificate read = reread(certificate);
        PublicKey key = read.getPublicKey();
        if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= RSA_BITS_MIN) {
            return new Rsa(name(read), rsa, transport);
        }
        if (key instanceof ECPublicKey) {
            return new Ec(read, curve(key));
        }
        if (KeyKind.of(key).equals(Optional.of(KeyKind.X25519))) {
            return new Montgomery(read);
        }
        if (MlKem.isOne(key)) {
            return new Lattice(name(read), key);
        }
        throw new SmimeException("A recipient's certificate has a key that cannot be used.");
    }

    /// A new one for each message, because it holds that message's ephemeral key.
    RecipientInfoGenerator generator() throws CMSException;

    /// Key transport. The library's own generator reads the certificate once more for each message.
    ///
    /// @param name the certificate, as a recipientInfo names it
    record Rsa(RecipientIdentifier name, RSAPublicKey key, KeyTransport transport)
            implements RecipientKey {
        @Override
        public RecipientInfoGenerator generator() {
            return content ->
                    new RecipientInfo(
                            new KeyTransRecipientInfo(
                                    name,
                                    transport.algorithm(),
                                    new DEROctetString(transport.wrap(content, key))));
        }
    }

    /// By issuer and serial number: RFC 5652 §6.2.1.
    private static RecipientIdentifier name(X509Certificate certificate) throws SmimeException {
        try {
            return new RecipientIdentifier(
                    new IssuerAndSerialNumber(Certificate.getInstance(certificate.getEncoded())));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SmimeException("A recipient's certificate cannot be read.");
        }
    }

    /// Key agreement: ephemeral-static ECDH (RFC 5753 §3.1.1) on the recipient's own curve.
    ///
    /// @param curve by its name and not by its numbers: only for names the library uses its fast
    ///   arithmetic, five times as fast
    record Ec(X509Certificate certificate, ECGenParameterSpec curve) implements RecipientKey {
        @Override
        public RecipientInfoGenerator generator() throws CMSException {
            try {
                KeyPairGenerator ephemeral =
                        KeyPairGenerator.getInstance("EC", Providers.BOUNCY_CASTLE);
                ephemeral.initialize(curve);
                KeyPair pair = ephemeral.generateKeyPair();
                return new JceKeyAgreeRecipientInfoGenerator(
                                CMSAlgorithm.ECDH_SHA256KDF,
                                pair.getPrivate(),
                                pair.getPublic(),
                                CMSAlgorithm.AES256_WRAP)
                        .setProvider(Providers.BOUNCY_CASTLE)
                        .addRecipient(certificate);
            } catch (GeneralSecurityException e) {
                throw new CMSException("no key can be agreed on a recipient's curve", e);
            }
        }
    }

    /// The same on Curve25519, with the key derived by HKDF: RFC 8418 §2.2, §3.
    record Montgomery(X509Certificate certificate) implements RecipientKey {
        @Override
        public RecipientInfoGenerator generator() throws CMSException {
            try {
                KeyPair pair =
                        KeyPairGenerator.getInstance("X25519", Providers.BOUNCY_CASTLE)
                                .generateKeyPair();
                return new JceKeyAgreeRecipientInfoGenerator(
                                CMSAlgorithm.ECDH_HKDF_SHA256,
                                pair.getPrivate(),
                                pair.getPublic(),
                                CMSAlgorithm.AES256_WRAP)
                        .setProvider(Providers.BOUNCY_CASTLE)
                        .addRecipient(certificate);
            } catch (GeneralSecurityException e) {
                throw new CMSException("no key can be agreed on a recipient's curve", e);
            }
        }
    }

    /// Key encapsulation: RFC 9629, RFC 9936.
    record Lattice(RecipientIdentifier name, PublicKey key) implements RecipientKey {
        @Override
        public RecipientInfoGenerator generator() {
            return content -> MlKem.wrap(name, key, KeyTransport.octets(content));
        }
    }

    /// The named curve of a key; others may be any curve (CVE-2020-0601).
    private static ECGenParameterSpec curve(PublicKey key) throws SmimeException {
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(key.getEncoded());
        if (info.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier name) {
            return new ECGenParameterSpec(name.getId());
        }
        throw new SmimeException("A recipient's certificate has a key on a curve without a name.");
    }

    /// Lets Bouncy Castle read the certificate, so that its keys are of its own kind and use its
    /// fast curves.
    private static X509Certificate reread(X509Certificate certificate) throws SmimeException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509", Providers.BOUNCY_CASTLE)
                            .generateCertificate(
                                    new ByteArrayInputStream(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new SmimeException("A recipient's certificate cannot be read.");
        }
    }
}
