package org.postern.dkim;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.postern.dkim.DkimSignature.Algorithm;
import org.postern.mail.Domain;

/// A key that we sign with.
///
/// @param selector under which its public half stands in DNS
public record SigningKey(Domain selector, PrivateKey key) {
    /// RFC 8301 §3.2 asks signers for 2048.
    public static final int RSA_BITS_MIN = 2_048;

    /// @throws IllegalArgumentException with a sentence for people, if it is no key for this use
    public SigningKey {
        if (key instanceof RSAPrivateKey rsa) {
            if (rsa.getModulus().bitLength() < RSA_BITS_MIN) {
                throw new IllegalArgumentException(
                        "an RSA key for DKIM has at least " + RSA_BITS_MIN + " bits");
            }
        } else if (!(key instanceof EdECPrivateKey ed)
                || !ed.getParams().getName().equals("Ed25519")) {
            throw new IllegalArgumentException("a key for DKIM is an RSA or an Ed25519 key");
        }
    }

    Algorithm algorithm() {
        return key instanceof RSAPrivateKey ? Algorithm.RSA : Algorithm.ED25519;
    }

    byte[] sign(byte[] octets) throws GeneralSecurityException {
        Signature signature = DkimVerifier.signatureOf(algorithm());
        signature.initSign(key);
        signature.update(DkimVerifier.hashedFor(algorithm(), octets));
        return signature.sign();
    }

    /// What is to be published: the text of the TXT record of RFC 6376 §3.6.1.
    public String record() {
        return "v=DKIM1; k=" + algorithm().keyType() + "; p=" + publicKey();
    }

    /// The name of that record at one domain.
    public String recordName(Domain domain) {
        return selector + "._domainkey." + domain;
    }

    private String publicKey() {
        return Base64.getEncoder()
                .encodeToString(
                        switch (key) {
                            case RSAPrivateCrtKey rsa -> publicKey(rsa);
                            case EdECPrivateKey ed -> publicKey(ed);
                            default ->
                                    throw new IllegalStateException("the key has no public half");
                        });
    }

    private static byte[] publicKey(EdECPrivateKey key) {
        byte[] seed = key.getBytes().orElseThrow(() -> new IllegalStateException("no octets"));
        return new Ed25519PrivateKeyParameters(seed).generatePublicKey().getEncoded();
    }

    private static byte[] publicKey(RSAPrivateCrtKey key) {
        BigInteger modulus = key.getModulus();
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(modulus, key.getPublicExponent()))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime knows RSA", e);
        }
    }

    /// Never the key.
    @Override
    public String toString() {
        return "a key " + selector;
    }
}
