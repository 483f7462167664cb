package org.postern.signature;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/// How a key signs, and by which digest: RFC 5754, RFC 4056, RFC 5753, RFC 8419. The key decides.
enum Scheme {
    RSA_PKCS1("SHA256withRSA", "sha-256", Scheme.SHA_256),
    RSA_PSS("SHA256withRSAandMGF1", "sha-256", Scheme.SHA_256),
    ECDSA_P256("SHA256withECDSA", "sha-256", Scheme.SHA_256),
    ECDSA_P384("SHA384withECDSA", "sha-384", Scheme.SHA_384),
    ECDSA_P521("SHA512withECDSA", "sha-512", Scheme.SHA_512),
    /// Pure, over attributes that hold a SHA-512 digest (RFC 8419 §3.1).
    ED25519("Ed25519", "sha-512", Scheme.SHA_512);

    private static final String SHA_256 = "2.16.840.1.101.3.4.2.1";
    private static final String SHA_384 = "2.16.840.1.101.3.4.2.2";
    private static final String SHA_512 = "2.16.840.1.101.3.4.2.3";

    /// Keys below are refused; nobody believes their signatures (RFC 8551 §4.4).
    static final int RSA_BITS_MIN = 2_048;

    private final String algorithm;
    private final String micalg;
    private final String digest;

    Scheme(String algorithm, String micalg, String digest) {
        this.algorithm = algorithm;
        this.micalg = micalg;
        this.digest = digest;
    }

    /// @throws IllegalArgumentException if nothing is signed by a key of that kind
    static Scheme of(PublicKey key, RsaPadding padding) {
        if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= RSA_BITS_MIN) {
            return switch (padding) {
                case PKCS1 -> RSA_PKCS1;
                case PSS -> RSA_PSS;
            };
        }
        if (key instanceof ECPublicKey ec) {
            return switch (ec.getParams().getCurve().getField().getFieldSize()) {
                case 256 -> ECDSA_P256;
                case 384 -> ECDSA_P384;
                case 521 -> ECDSA_P521;
                default -> throw unusable();
            };
        }
        if (key.getAlgorithm().equals("Ed25519") || key.getAlgorithm().equals("EdDSA")) {
            return ED25519;
        }
        throw unusable();
    }

    private static IllegalArgumentException unusable() {
        return new IllegalArgumentException("nothing is signed by a key of that kind");
    }

    /// JCA's name.
    String algorithm() {
        return algorithm;
    }

    /// The value of `micalg` (RFC 8551 §3.5.3.2).
    String micalg() {
        return micalg;
    }

    /// RFC 5754 §2: without parameters.
    AlgorithmIdentifier digest() {
        return new AlgorithmIdentifier(new ASN1ObjectIdentifier(digest));
    }
}
