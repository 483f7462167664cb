package org.postern.opening;

import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;

/// Names of algorithms for people; others are shown by their object identifiers.
final class AlgorithmNames {
    private static final Map<ASN1ObjectIdentifier, String> NAMES =
            Map.ofEntries(
                    Map.entry(CMSAlgorithm.AES128_GCM, "AES-128-GCM"),
                    Map.entry(CMSAlgorithm.AES192_GCM, "AES-192-GCM"),
                    Map.entry(CMSAlgorithm.AES256_GCM, "AES-256-GCM"),
                    Map.entry(CMSAlgorithm.AES128_CBC, "AES-128-CBC"),
                    Map.entry(CMSAlgorithm.AES192_CBC, "AES-192-CBC"),
                    Map.entry(CMSAlgorithm.AES256_CBC, "AES-256-CBC"),
                    Map.entry(CMSAlgorithm.DES_EDE3_CBC, "3DES-CBC"),
                    Map.entry(CMSAlgorithm.DES_CBC, "DES-CBC"),
                    Map.entry(CMSAlgorithm.RC2_CBC, "RC2-CBC"),
                    Map.entry(CMSAlgorithm.ChaCha20Poly1305, "ChaCha20-Poly1305"),
                    Map.entry(CMSAlgorithm.MD5, "MD5"),
                    Map.entry(CMSAlgorithm.SHA1, "SHA-1"),
                    Map.entry(CMSAlgorithm.SHA224, "SHA-224"),
                    Map.entry(CMSAlgorithm.SHA256, "SHA-256"),
                    Map.entry(CMSAlgorithm.SHA384, "SHA-384"),
                    Map.entry(CMSAlgorithm.SHA512, "SHA-512"),
                    Map.entry(PKCSObjectIdentifiers.rsaEncryption, "RSA"),
                    Map.entry(PKCSObjectIdentifiers.id_RSAES_OAEP, "RSA-OAEP"),
                    Map.entry(PKCSObjectIdentifiers.id_RSASSA_PSS, "RSA-PSS"),
                    Map.entry(PKCSObjectIdentifiers.sha1WithRSAEncryption, "RSA-SHA-1"),
                    Map.entry(PKCSObjectIdentifiers.sha256WithRSAEncryption, "RSA-SHA-256"),
                    Map.entry(PKCSObjectIdentifiers.sha384WithRSAEncryption, "RSA-SHA-384"),
                    Map.entry(PKCSObjectIdentifiers.sha512WithRSAEncryption, "RSA-SHA-512"),
                    Map.entry(X9ObjectIdentifiers.id_dsa_with_sha1, "DSA-SHA-1"),
                    Map.entry(X9ObjectIdentifiers.ecdsa_with_SHA1, "ECDSA-SHA-1"),
                    Map.entry(X9ObjectIdentifiers.ecdsa_with_SHA256, "ECDSA-SHA-256"),
                    Map.entry(X9ObjectIdentifiers.ecdsa_with_SHA384, "ECDSA-SHA-384"),
                    Map.entry(X9ObjectIdentifiers.ecdsa_with_SHA512, "ECDSA-SHA-512"),
                    Map.entry(EdECObjectIdentifiers.id_Ed25519, "Ed25519"),
                    Map.entry(NISTObjectIdentifiers.id_ml_dsa_44, "ML-DSA-44"),
                    Map.entry(NISTObjectIdentifiers.id_ml_dsa_65, "ML-DSA-65"),
                    Map.entry(NISTObjectIdentifiers.id_ml_dsa_87, "ML-DSA-87"),
                    Map.entry(CMSAlgorithm.ECDH_SHA1KDF, "ECDH-SHA-1"),
                    Map.entry(CMSAlgorithm.ECDH_SHA256KDF, "ECDH-SHA-256"),
                    Map.entry(CMSAlgorithm.ECDH_SHA384KDF, "ECDH-SHA-384"),
                    Map.entry(CMSAlgorithm.ECDH_SHA512KDF, "ECDH-SHA-512"),
                    Map.entry(CMSAlgorithm.ECDH_HKDF_SHA256, "ECDH-HKDF-SHA-256"),
                    Map.entry(CMSAlgorithm.ECDH_HKDF_SHA384, "ECDH-HKDF-SHA-384"),
                    Map.entry(CMSAlgorithm.ECDH_HKDF_SHA512, "ECDH-HKDF-SHA-512"));

    private AlgorithmNames() {}

    static String of(AlgorithmIdentifier algorithm) {
        ASN1ObjectIdentifier identifier = algorithm.getAlgorithm();
        return NAMES.getOrDefault(identifier, identifier.getId());
    }
}
