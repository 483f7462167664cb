package org.postern.smime;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.operator.GenericKey;
import org.jspecify.annotations.Nullable;
import org.postern.pki.Providers;
import org.postern.random.Randomness;

/// How the content key is wrapped for an RSA recipient.
public enum KeyTransport {
    /// RFC 3370 §4.2.1. Every client opens it, so it is used unless a partner is known to do more.
    PKCS1_V15,
    /// RFC 3560 with SHA-256. Better; RFC 8551 §2.3 asks for it where the recipient advertises it.
    OAEP_SHA256;

    /// As it stands in a recipientInfo, and in a list of capabilities.
    public AlgorithmIdentifier algorithm() {
        return switch (this) {
            case PKCS1_V15 ->
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
            case OAEP_SHA256 ->
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, oaepSha256());
        };
    }

    /// The content key of a message under a recipient's key.
    byte[] wrap(GenericKey content, RSAPublicKey key) throws CMSException {
        try {
            Cipher cipher = cipher();
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters(), Randomness.shared());
            return cipher.doFinal(octets(content));
        } catch (GeneralSecurityException e) {
            throw new CMSException("a content key cannot be wrapped for a recipient", e);
        }
    }

    static byte[] octets(GenericKey content) throws CMSException {
        return switch (content.getRepresentation()) {
            case byte[] plain -> plain;
            case Key plain when plain.getEncoded() != null -> plain.getEncoded();
            default -> throw new CMSException("a content key has no octets");
        };
    }

    private Cipher cipher() throws GeneralSecurityException {
        return switch (this) {
            case PKCS1_V15 -> Cipher.getInstance("RSA/ECB/PKCS1Padding", Providers.BOUNCY_CASTLE);
            case OAEP_SHA256 ->
                    Cipher.getInstance(
                            "RSA/ECB/OAEPWithSHA-256AndMGF1Padding", Providers.BOUNCY_CASTLE);
        };
    }

    private @Nullable AlgorithmParameterSpec parameters() {
        return switch (this) {
            case PKCS1_V15 -> null;
            case OAEP_SHA256 ->
                    new OAEPParameterSpec(
                            "SHA-256",
                            "MGF1",
                            MGF1ParameterSpec.SHA256,
                            PSource.PSpecified.DEFAULT);
        };
    }

    private static RSAESOAEPparams oaepSha256() {
        AlgorithmIdentifier sha256 =
                new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
        return new RSAESOAEPparams(
                sha256,
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, sha256),
                RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM);
    }
}
