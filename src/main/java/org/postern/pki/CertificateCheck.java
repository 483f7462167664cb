package org.postern.pki;

import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// What must be true of a person's own certificate before anything is encrypted to it, or a
/// signature made with it is believed: RFC 8550, RFC 5280. The path above it is not looked at here.
public final class CertificateCheck {
    static final int RSA_BITS_MIN = 2_048;

    /// Larger keys cost more time than any partner needs.
    static final int RSA_BITS_MAX = 8_192;

    private static final BigInteger RSA_EXPONENT_MIN = BigInteger.valueOf(65_537);

    private static final Set<ASN1ObjectIdentifier> CURVES =
            Set.of(
                    X9ObjectIdentifiers.prime256v1,
                    SECObjectIdentifiers.secp384r1,
                    SECObjectIdentifiers.secp521r1);

    private static final Set<ASN1ObjectIdentifier> DIGESTS =
            Set.of(
                    NISTObjectIdentifiers.id_sha256,
                    NISTObjectIdentifiers.id_sha384,
                    NISTObjectIdentifiers.id_sha512);

    /// A list of the good ones: MD5, SHA-1 and whatever comes are not on it.
    private static final Set<ASN1ObjectIdentifier> SIGNATURES =
            Set.of(
                    PKCSObjectIdentifiers.sha256WithRSAEncryption,
                    PKCSObjectIdentifiers.sha384WithRSAEncryption,
                    PKCSObjectIdentifiers.sha512WithRSAEncryption,
                    X9ObjectIdentifiers.ecdsa_with_SHA256,
                    X9ObjectIdentifiers.ecdsa_with_SHA384,
                    X9ObjectIdentifiers.ecdsa_with_SHA512,
                    EdECObjectIdentifiers.id_Ed25519,
                    EdECObjectIdentifiers.id_Ed448);

    private static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    private static final Set<ASN1ObjectIdentifier> EDWARDS =
            Set.of(EdECObjectIdentifiers.id_Ed25519, EdECObjectIdentifiers.id_Ed448);

    /// RFC 5280 §4.2.1.3.
    private static final int DIGITAL_SIGNATURE = 0;

    private static final int NON_REPUDIATION = 1;
    private static final int KEY_ENCIPHERMENT = 2;

    private static final int KEY_AGREEMENT = 4;

    /// What the certificate's key is to do.
    enum Use {
        ENCRYPT,
        SIGN
    }

    private CertificateCheck() {}

    /// @return what is wrong at that time, the first fault found; empty if nothing is
    static Optional<Verdict> fault(X509Certificate certificate, Use use, Instant now) {
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            return Optional.of(Verdict.NOT_YET_VALID);
        }
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            return Optional.of(Verdict.EXPIRED);
        }
        try {
            return fault(certificate, use, structure(certificate));
        } catch (IllegalArgumentException e) {
            // Bouncy Castle says so of what the JDK's reader let pass.
            return Optional.of(Verdict.MALFORMED);
        }
    }

    /// Whether the algorithm that somebody signed a certificate with is a good one.
    static boolean isWellSigned(X509Certificate certificate) {
        try {
            return isGoodSignature(structure(certificate).getSignatureAlgorithm());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Optional<Verdict> fault(
            X509Certificate certificate, Use use, Certificate structure) {
        if (!isGoodSignature(structure.getSignatureAlgorithm())) {
            return Optional.of(Verdict.WEAK_SIGNATURE);
        }
        if (certificate.hasUnsupportedCriticalExtension()) {
            return Optional.of(Verdict.UNKNOWN_EXTENSION);
        }
        return keyFault(certificate, use, structure.getSubjectPublicKeyInfo())
                .or(() -> purposeFault(certificate));
    }

    private static Optional<Verdict> keyFault(
            X509Certificate certificate, Use use, SubjectPublicKeyInfo key) {
        AlgorithmIdentifier algorithm = key.getAlgorithm();
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
                && certificate.getPublicKey() instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < RSA_BITS_MIN || rsa.getPublicExponent().compareTo(RSA_EXPONENT_MIN) < 0) {
                return Optional.of(Verdict.WEAK_KEY);
            }
            return bits > RSA_BITS_MAX
                    ? Optional.of(Verdict.UNKNOWN_KEY)
                    : usageFault(certificate, use, KEY_ENCIPHERMENT);
        }
        // Named curves only: explicit parameters may describe any curve (CVE-2020-0601).
        ASN1Encodable curve = algorithm.getParameters();
        if (algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                && curve instanceof ASN1ObjectIdentifier name
                && CURVES.contains(name)) {
            return usageFault(certificate, use, KEY_AGREEMENT);
        }
        if (use == Use.ENCRYPT
                && algorithm.getAlgorithm().equals(EdECObjectIdentifiers.id_X25519)) {
            return usageFault(certificate, use, KEY_AGREEMENT);
        }
        if (use == Use.SIGN && EDWARDS.contains(algorithm.getAlgorithm())) {
            return usageFault(certificate, use, DIGITAL_SIGNATURE);
        }
        return Optional.of(Verdict.UNKNOWN_KEY);
    }

    /// RFC 8550 §4.4.2: without the extension every use is allowed.
    private static Optional<Verdict> usageFault(
            X509Certificate certificate, Use use, int encryptionBit) {
        boolean[] usage = certificate.getKeyUsage();
        boolean allowed =
                usage == null
                        || switch (use) {
                            case ENCRYPT -> usage[encryptionBit];
                            case SIGN -> usage[DIGITAL_SIGNATURE] || usage[NON_REPUDIATION];
                        };
        return allowed ? Optional.empty() : Optional.of(Verdict.WRONG_KEY_USAGE);
    }

    /// RFC 8550 §4.4.4.
    private static Optional<Verdict> purposeFault(X509Certificate certificate) {
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            boolean fits =
                    purposes == null
                            || purposes.contains(EMAIL_PROTECTION)
                            || purposes.contains(ANY_PURPOSE);
            return fits ? Optional.empty() : Optional.of(Verdict.WRONG_PURPOSE);
        } catch (CertificateParsingException e) {
            return Optional.of(Verdict.WRONG_PURPOSE);
        }
    }

    /// Whether nobody can forge what is signed by this algorithm.
    ///
    /// @throws IllegalArgumentException if its parameters cannot be read
    public static boolean isGoodSignature(AlgorithmIdentifier algorithm) {
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            // Without parameters PSS means SHA-1 (RFC 4055 §3.1).
            RSASSAPSSparams parameters = RSASSAPSSparams.getInstance(algorithm.getParameters());
            return parameters != null
                    && DIGESTS.contains(parameters.getHashAlgorithm().getAlgorithm());
        }
        return SIGNATURES.contains(algorithm.getAlgorithm());
    }

    private static Certificate structure(X509Certificate certificate) {
        try {
            return Certificate.getInstance(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate has no encoding", e);
        }
    }
}
