package org.postern.smime;

import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

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

    private static RSAESOAEPparams oaepSha256() {
        AlgorithmIdentifier sha256 =
                new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
        return new RSAESOAEPparams(
                sha256,
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, sha256),
                RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM);
    }
}
