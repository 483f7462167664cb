package org.postern.opening;

import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.SignerInformation;
import org.postern.pki.CertificateCheck.Algorithms;

/// What the algorithms of a signature are worth: RFC 8551 §2.1, §2.2. What stands on no list is not
/// verified.
enum SignatureStrength {
    GOOD,
    /// Verified, but never valid.
    WEAK,
    UNSUPPORTED;

    private static final Set<String> GOOD_DIGESTS =
            Set.of(
                    CMSAlgorithm.SHA256.getId(),
                    CMSAlgorithm.SHA384.getId(),
                    CMSAlgorithm.SHA512.getId());

    private static final Set<String> WEAK_DIGESTS =
            Set.of(
                    CMSAlgorithm.MD5.getId(),
                    CMSAlgorithm.SHA1.getId(),
                    CMSAlgorithm.SHA224.getId());

    private static final Set<String> GOOD_SIGNATURES =
            Set.of(
                    PKCSObjectIdentifiers.rsaEncryption.getId(),
                    PKCSObjectIdentifiers.sha256WithRSAEncryption.getId(),
                    PKCSObjectIdentifiers.sha384WithRSAEncryption.getId(),
                    PKCSObjectIdentifiers.sha512WithRSAEncryption.getId(),
                    X9ObjectIdentifiers.ecdsa_with_SHA256.getId(),
                    X9ObjectIdentifiers.ecdsa_with_SHA384.getId(),
                    X9ObjectIdentifiers.ecdsa_with_SHA512.getId(),
                    EdECObjectIdentifiers.id_Ed25519.getId());

    private static final Set<String> WEAK_SIGNATURES =
            Set.of(
                    PKCSObjectIdentifiers.md5WithRSAEncryption.getId(),
                    PKCSObjectIdentifiers.sha1WithRSAEncryption.getId(),
                    PKCSObjectIdentifiers.sha224WithRSAEncryption.getId(),
                    OIWObjectIdentifiers.sha1WithRSA.getId(),
                    OIWObjectIdentifiers.dsaWithSHA1.getId(),
                    X9ObjectIdentifiers.id_dsa.getId(),
                    X9ObjectIdentifiers.id_dsa_with_sha1.getId(),
                    X9ObjectIdentifiers.ecdsa_with_SHA1.getId());

    /// FIPS 204, by the weakest hash that goes with each: RFC 9882 §3.3.
    private static final Map<String, Set<String>> LATTICE_SIGNATURES =
            Map.of(
                    NISTObjectIdentifiers.id_ml_dsa_44.getId(),
                    GOOD_DIGESTS,
                    NISTObjectIdentifiers.id_ml_dsa_65.getId(),
                    Set.of(CMSAlgorithm.SHA384.getId(), CMSAlgorithm.SHA512.getId()),
                    NISTObjectIdentifiers.id_ml_dsa_87.getId(),
                    Set.of(CMSAlgorithm.SHA512.getId()));

    static SignatureStrength of(SignerInformation signer, Algorithms algorithms) {
        AlgorithmIdentifier signature = signer.toASN1Structure().getDigestEncryptionAlgorithm();
        Set<String> hashes = LATTICE_SIGNATURES.get(signature.getAlgorithm().getId());
        if (hashes != null && algorithms == Algorithms.POST_QUANTUM) {
            return worse(
                    digest(signer.getDigestAlgOID()),
                    hashes.contains(signer.getDigestAlgOID()) ? GOOD : WEAK);
        }
        return worse(digest(signer.getDigestAlgOID()), signature(signature));
    }

    private static SignatureStrength digest(String identifier) {
        return GOOD_DIGESTS.contains(identifier)
                ? GOOD
                : WEAK_DIGESTS.contains(identifier) ? WEAK : UNSUPPORTED;
    }

    private static SignatureStrength signature(AlgorithmIdentifier algorithm) {
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            // Without parameters PSS means SHA-1 (RFC 4055 §3.1).
            RSASSAPSSparams parameters = RSASSAPSSparams.getInstance(algorithm.getParameters());
            return parameters == null
                    ? WEAK
                    : digest(parameters.getHashAlgorithm().getAlgorithm().getId());
        }
        String identifier = algorithm.getAlgorithm().getId();
        return GOOD_SIGNATURES.contains(identifier)
                ? GOOD
                : WEAK_SIGNATURES.contains(identifier) ? WEAK : UNSUPPORTED;
    }

    private static SignatureStrength worse(SignatureStrength one, SignatureStrength other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
