package org.postern.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Optional;

/// The kinds of keys that are made here.
public enum KeyKind {
    RSA_1024("RSA", "SHA256withRSA"),
    RSA_2048("RSA", "SHA256withRSA"),
    RSA_3072("RSA", "SHA256withRSA"),
    P_256("EC", "SHA256withECDSA"),
    P_384("EC", "SHA384withECDSA"),
    P_521("EC", "SHA512withECDSA"),
    /// Signs only (RFC 8410).
    ED25519("Ed25519", "Ed25519"),
    /// Is encrypted to only (RFC 8410), so it needs an authority.
    X25519("X25519", ""),
    /// Are encrypted to only (FIPS 203, RFC 9935), so they need an authority.
    ML_KEM_768("ML-KEM-768", ""),
    ML_KEM_1024("ML-KEM-1024", "");

    private final String algorithm;
    private final String signature;

    KeyKind(String algorithm, String signature) {
        this.algorithm = algorithm;
        this.signature = signature;
    }

    /// The kind of a key; empty if none like it is made here.
    public static Optional<KeyKind> of(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa ->
                    switch (rsa.getModulus().bitLength()) {
                        case 1_024 -> Optional.of(RSA_1024);
                        case 2_048 -> Optional.of(RSA_2048);
                        case 3_072 -> Optional.of(RSA_3072);
                        default -> Optional.empty();
                    };
            case ECPublicKey ec ->
                    switch (ec.getParams().getCurve().getField().getFieldSize()) {
                        case 256 -> Optional.of(P_256);
                        case 384 -> Optional.of(P_384);
                        case 521 -> Optional.of(P_521);
                        default -> Optional.empty();
                    };
            case EdECPublicKey _ -> Optional.of(ED25519);
            case XECPublicKey xec ->
                    xec.getParams() instanceof NamedParameterSpec curve
                                    && curve.getName().equals(NamedParameterSpec.X25519.getName())
                            ? Optional.of(X25519)
                            : Optional.empty();
            default ->
                    switch (parameterName(key)) {
                        case "ML-KEM-768" -> Optional.of(ML_KEM_768);
                        case "ML-KEM-1024" -> Optional.of(ML_KEM_1024);
                        default -> Optional.empty();
                    };
        };
    }

    /// The JDK says the set of parameters apart from the algorithm, and Bouncy Castle in its name.
    private static String parameterName(PublicKey key) {
        return key.getParams() instanceof NamedParameterSpec named
                ? named.getName()
                : key.getAlgorithm();
    }

    /// Whether it signs; the others are encrypted to only.
    public boolean signs() {
        return !signature.isEmpty();
    }

    /// Whether it is one of those that no quantum computer is known to break.
    public boolean isLattice() {
        return switch (this) {
            case ML_KEM_768, ML_KEM_1024 -> true;
            case RSA_1024, RSA_2048, RSA_3072, P_256, P_384, P_521, ED25519, X25519 -> false;
        };
    }

    /// Makes a new key pair. RSA takes a tenth of a second or more.
    public KeyPair generate(SecureRandom random) {
        try {
            // Of ML-KEM the JDK reads no other form of a private key from a keystore than its own.
            KeyPairGenerator generator =
                    isLattice()
                            ? KeyPairGenerator.getInstance(algorithm)
                            : KeyPairGenerator.getInstance(algorithm, Providers.BOUNCY_CASTLE);
            Optional<AlgorithmParameterSpec> parameters = parameters();
            if (parameters.isPresent()) {
                generator.initialize(parameters.get(), random);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the provider cannot make a key of kind " + this, e);
        }
    }

    /// The signature algorithm that such a key signs with, in JCA's words.
    public String signature() {
        return signature;
    }

    /// None where the algorithm leaves no choice; the provider's own random numbers serve there.
    private Optional<AlgorithmParameterSpec> parameters() {
        return switch (this) {
            case RSA_1024 -> rsa(1_024);
            case RSA_2048 -> rsa(2_048);
            case RSA_3072 -> rsa(3_072);
            case P_256 -> curve("secp256r1");
            case P_384 -> curve("secp384r1");
            case P_521 -> curve("secp521r1");
            case ED25519, X25519, ML_KEM_768, ML_KEM_1024 -> Optional.empty();
        };
    }

    private static Optional<AlgorithmParameterSpec> rsa(int bits) {
        return Optional.of(new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
    }

    private static Optional<AlgorithmParameterSpec> curve(String name) {
        return Optional.of(new ECGenParameterSpec(name));
    }
}
