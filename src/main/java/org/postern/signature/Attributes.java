package org.postern.signature;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.smime.SMIMECapabilitiesAttribute;
import org.bouncycastle.asn1.smime.SMIMECapabilityVector;
import org.bouncycastle.asn1.smime.SMIMEEncryptionKeyPreferenceAttribute;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.cms.CMSAlgorithm;
import org.postern.smime.Capabilities;
import org.postern.smime.KeyTransport;

/// What a signature says besides that it is one: when it was made (RFC 5652 §11.3), what its signer
/// can open, and to which certificate answers are encrypted (RFC 8551 §2.5).
///
/// The library adds content type, digest and the algorithms themselves (RFC 6211).
final class Attributes {
    /// RFC 5280 §4.2.1.3.
    private static final int KEY_ENCIPHERMENT = 2;

    private static final int KEY_AGREEMENT = 4;

    private Attributes() {}

    static AttributeTable of(X509Certificate signer, Instant time) {
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        attributes.add(
                new Attribute(CMSAttributes.signingTime, new DERSet(new Time(Date.from(time)))));
        attributes.add(new SMIMECapabilitiesAttribute(capabilities(signer)));
        if (canBeEncryptedTo(signer)) {
            attributes.add(new SMIMEEncryptionKeyPreferenceAttribute(name(signer)));
        }
        return new AttributeTable(attributes);
    }

    /// What this gateway opens, the best first. AES-CBC is not named, because nothing authenticates
    /// what came by it; whoever can do better is asked to.
    private static SMIMECapabilityVector capabilities(X509Certificate signer) {
        SMIMECapabilityVector capabilities = new SMIMECapabilityVector();
        // RFC 5084 §3.3: without parameters.
        capabilities.addCapability(CMSAlgorithm.AES256_GCM);
        capabilities.addCapability(CMSAlgorithm.AES128_GCM);
        capabilities.addCapability(Capabilities.DERIVATION.getAlgorithm());
        if (signer.getPublicKey() instanceof RSAPublicKey) {
            AlgorithmIdentifier oaep = KeyTransport.OAEP_SHA256.algorithm();
            capabilities.addCapability(oaep.getAlgorithm(), oaep.getParameters());
        } else if (signer.getPublicKey() instanceof ECPublicKey) {
            // RFC 5753 §7: with the wrap that goes with it.
            ASN1Encodable wrap = new AlgorithmIdentifier(CMSAlgorithm.AES256_WRAP);
            capabilities.addCapability(CMSAlgorithm.ECDH_SHA256KDF, wrap);
        }
        return capabilities;
    }

    private static boolean canBeEncryptedTo(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        return switch (certificate.getPublicKey()) {
            case RSAPublicKey _ -> usage == null || usage[KEY_ENCIPHERMENT];
            case ECPublicKey _ -> usage == null || usage[KEY_AGREEMENT];
            default -> false;
        };
    }

    private static IssuerAndSerialNumber name(X509Certificate certificate) {
        try {
            return new IssuerAndSerialNumber(Certificate.getInstance(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a signer's certificate has no encoding", e);
        }
    }
}
