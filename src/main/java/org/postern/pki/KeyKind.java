package org.postern.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/// The kinds of keys that are made here.
public enum KeyKind {
    RSA_1024("RSA", "SHA256withRSA"),
    RSA_2048("RSA", "SHA256withRSA"),
    RSA_3072("RSA", "SHA256withRSA"),
    P_256("EC", "SHA256withECDSA"),
    P_384("EC", "SHA384withECDSA"),
    P_521("EC", "SHA512withECDSA");

    private final String algorithm;
    private final String signature;

    KeyKind(String algorithm, String signature) {
        this.algorithm = algorithm;
        this.signature = signature;
    }

    /// Makes a new key pair. RSA takes a tenth of a second or more.
    public KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator =
                    KeyPairGenerator.getInstance(algorithm, Providers.BOUNCY_CASTLE);
            generator.initialize(parameters(), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the provider cannot make a key of kind " + this, e);
        }
    }

    /// The signature algorithm that such a key signs with, in JCA's words.
    String signature() {
        return signature;
    }

    private AlgorithmParameterSpec parameters() {
        return switch (this) {
            case RSA_1024 -> new RSAKeyGenParameterSpec(1_024, RSAKeyGenParameterSpec.F4);
            case RSA_2048 -> new RSAKeyGenParameterSpec(2_048, RSAKeyGenParameterSpec.F4);
            case RSA_3072 -> new RSAKeyGenParameterSpec(3_072, RSAKeyGenParameterSpec.F4);
            case P_256 -> new ECGenParameterSpec("secp256r1");
            case P_384 -> new ECGenParameterSpec("secp384r1");
            case P_521 -> new ECGenParameterSpec("secp521r1");
        };
    }
}
