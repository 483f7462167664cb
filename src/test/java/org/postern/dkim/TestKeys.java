package org.postern.dkim;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postern.mail.Domain;

/// Keys for signing, made when they are needed.
public final class TestKeys {
    private static final SigningKey RSA = key("t1-rsa", "RSA");
    private static final SigningKey ED25519 = key("t1-ed25519", "Ed25519");

    private TestKeys() {}

    public static SigningKey rsa() {
        return RSA;
    }

    public static SigningKey ed25519() {
        return ED25519;
    }

    private static SigningKey key(String selector, String algorithm) {
        return new SigningKey(new Domain(selector), make(algorithm));
    }

    static PrivateKey make(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("RSA")) {
                generator.initialize(2_048);
            }
            return generator.generateKeyPair().getPrivate();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// Something of the form of a public key with so many bits, in base64.
    static String rsaInfo(int bits) throws Exception {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE);
        return Base64.getEncoder()
                .encodeToString(
                        new SubjectPublicKeyInfo(
                                        new AlgorithmIdentifier(
                                                PKCSObjectIdentifiers.rsaEncryption),
                                        new RSAPublicKey(modulus, BigInteger.valueOf(65_537)))
                                .getEncoded());
    }
}
