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

    /// Which algorithms are used.
    public enum Algorithms {
        /// Those that programs of today have.
        CLASSIC,
        /// ML-KEM and ML-DSA besides, which no quantum computer is known to break.
        POST_QUANTUM
    }

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

    /// FIPS 204, RFC 9881.
    private static final Set<ASN1ObjectIdentifier> LATTICE_SIGNATURES =
            Set.of(
                    NISTObjectIdentifiers.id_ml_dsa_44,
                    NISTObjectIdentifiers.id_ml_dsa_65,
                    NISTObjectIdentifiers.id_ml_dsa_87);

    /// FIPS 203, RFC 9935; the weakest set is not used.
    private static final Set<ASN1ObjectIdentifier> LATTICE_KEYS =
            Set.of(
                    NISTObjectIdentifiers.id_alg_ml_kem_768,
                    NISTObjectIdentifiers.id_alg_ml_kem_1024);

    private static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    private static final Set<ASN1ObjectIdentifier> EDWARDS =
            Set.of(EdECObjectIdentifiers.id_Ed25519, EdECObjectIdentifiers.id_Ed448);

    /// RFC 5280 §4.2.1.3.
    private static final int DIGITAL_SIGNATURE = 0;

    private static final int NON_REPUDIATION = 1;
    private static final int KEY_ENCIPHERMENT = 2;

    private static final int KEY_AGREEMENT = 4;
    private static final int KEY_CERT_SIGN = 5;

    /// What the certificate's key is to do.
    enum Use {
        ENCRYPT,
        SIGN,
        /// To sign certificates of others.
        VOUCH
    }

    private final Use use;
    private final Algorithms algorithms;

    CertificateCheck(Use use, Algorithms algorithms) {
        this.use = use;
        this.algorithms = algorithms;
    }

    /// Whether programs of today can encrypt to it.
    static boolean canEncrypt(X509Certificate certificate, Instant now) {
        return new CertificateCheck(Use.ENCRYPT, Algorithms.CLASSIC)
                .fault(certificate, now)
                .isEmpty();
    }

    /// Whether a certificate says of itself that it vouches for others: RFC 5280 §4.2.1.9 and,
    /// where it has key usages at all, §4.2.1.3.
    public static boolean isAuthority(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        return certificate.getBasicConstraints() >= 0 && (usage == null || usage[KEY_CERT_SIGN]);
    }

    /// What is wrong with an authority that is to be an anchor. Its own signature proves nothing,
    /// and is not looked at.
    ///
    /// @return empty if nothing is
    public static Optional<Verdict> anchorFault(
            X509Certificate authority, Algorithms algorithms, Instant now) {
        return new CertificateCheck(Use.VOUCH, algorithms)
                .fault(authority, now)
                .or(() ->
                        isAuthority(authority)
                                ? Optional.empty()
                                : Optional.of(Verdict.WRONG_KEY_USAGE))
                .or(() ->
                        PathCheck.isAnchor(authority)
                                ? Optional.empty()
                                : Optional.of(Verdict.MALFORMED));
    }

    /// @return what is wrong at that time, the first fault found; empty if nothing is
    Optional<Verdict> fault(X509Certificate certificate, Instant now) {
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            return Optional.of(Verdict.NOT_YET_VALID);
        }
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            return Optional.of(Verdict.EXPIRED);
        }
        try {
            return fault(certificate, structure(certificate));
        } catch (IllegalArgumentException e) {
            // Bouncy Castle says so of what the JDK's reader let pass.
            return Optional.of(Verdict.MALFORMED);
        }
    }

    /// Whether the algorithm that somebody signed a certificate with is a good one.
    static boolean isWellSigned(X509Certificate certificate, Algorithms algorithms) {
        try {
            return isGoodSignature(structure(certificate).getSignatureAlgorithm(), algorithms);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Optional<Verdict> fault(X509Certificate certificate, Certificate structure) {
        if (use != Use.VOUCH && !isGoodSignature(structure.getSignatureAlgorithm(), algorithms)) {
            return Optional.of(Verdict.WEAK_SIGNATURE);
        }
        if (certificate.hasUnsupportedCriticalExtension()) {
            return Optional.of(Verdict.UNKNOWN_EXTENSION);
        }
        return keyFault(certificate, structure.getSubjectPublicKeyInfo())
                .or(() -> purposeFault(certificate));
    }

    private Optional<Verdict> keyFault(X509Certificate certificate, SubjectPublicKeyInfo key) {
        AlgorithmIdentifier algorithm = key.getAlgorithm();
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
                && certificate.getPublicKey() instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < RSA_BITS_MIN || rsa.getPublicExponent().compareTo(RSA_EXPONENT_MIN) < 0) {
                return Optional.of(Verdict.WEAK_KEY);
            }
            return bits > RSA_BITS_MAX
                    ? Optional.of(Verdict.UNKNOWN_KEY)
                    : usageFault(certificate, KEY_ENCIPHERMENT);
        }
        // Named curves only: explicit parameters may describe any curve (CVE-2020-0601).
        ASN1Encodable curve = algorithm.getParameters();
        if (algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                && curve instanceof ASN1ObjectIdentifier name
                && CURVES.contains(name)) {
            return usageFault(certificate, KEY_AGREEMENT);
        }
        if (use == Use.ENCRYPT
                && algorithm.getAlgorithm().equals(EdECObjectIdentifiers.id_X25519)) {
            return usageFault(certificate, KEY_AGREEMENT);
        }
        if (use != Use.ENCRYPT && EDWARDS.contains(algorithm.getAlgorithm())) {
            return usageFault(certificate, DIGITAL_SIGNATURE);
        }
        if (algorithms == Algorithms.POST_QUANTUM) {
            return latticeFault(certificate, algorithm);
        }
        return Optional.of(Verdict.UNKNOWN_KEY);
    }

    private Optional<Verdict> latticeFault(
            X509Certificate certificate, AlgorithmIdentifier algorithm) {
        boolean known =
                switch (use) {
                    case ENCRYPT -> LATTICE_KEYS.contains(algorithm.getAlgorithm());
                    case SIGN, VOUCH -> LATTICE_SIGNATURES.contains(algorithm.getAlgorithm());
                };
        return known ? usageFault(certificate, KEY_ENCIPHERMENT) : Optional.of(Verdict.UNKNOWN_KEY);
    }

    /// RFC 8550 §4.4.2: without the extension every use is allowed.
    private Optional<Verdict> usageFault(X509Certificate certificate, int encryptionBit) {
        boolean[] usage = certificate.getKeyUsage();
        boolean allowed =
                usage == null
                        || switch (use) {
                            case ENCRYPT -> usage[encryptionBit];
                            case SIGN -> usage[DIGITAL_SIGNATURE] || usage[NON_REPUDIATION];
                            case VOUCH -> usage[KEY_CERT_SIGN];
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

    private static boolean isGoodSignature(AlgorithmIdentifier algorithm, Algorithms algorithms) {
        return isGoodSignature(algorithm)
                || (algorithms == Algorithms.POST_QUANTUM
                        && LATTICE_SIGNATURES.contains(algorithm.getAlgorithm()));
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
