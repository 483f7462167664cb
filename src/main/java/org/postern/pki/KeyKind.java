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
    X25519("X25519", "");

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
            default -> Optional.empty();
        };
    }

    /// Makes a new key pair. RSA takes a tenth of a second or more.
    public KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator =
                    KeyPairGenerator.getInstance(algorithm, Providers.BOUNCY_CASTLE);
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
            case ED25519, X25519 -> Optional.empty();
        };
    }

    private static Optional<AlgorithmParameterSpec> rsa(int bits) {
        return Optional.of(new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
    }

    private static Optional<AlgorithmParameterSpec> curve(String name) {
        return Optional.of(new ECGenParameterSpec(name));
    }
}
