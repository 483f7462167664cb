package org.postern.scram;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// The functions of RFC 5802 §2.2, by SHA-256 (RFC 7677 §3).
final class Keys {
    static final int OCTETS = 32;

    private static final String HMAC = "HmacSHA256";
    private static final int OCTET_BITS = 8;

    private Keys() {}

    static byte[] hmac(byte[] key, String text) {
        return hmac(key, text.getBytes(UTF_8));
    }

    static byte[] hmac(byte[] key, byte[] octets) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(octets);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC by SHA-256", e);
        }
    }

    static byte[] hash(byte[] octets) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(octets);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// `Hi()`, which is PBKDF2 with an output of one hash.
    static byte[] salted(String secret, byte[] salt, int iterations) {
        PBEKeySpec asked =
                new PBEKeySpec(secret.toCharArray(), salt, iterations, OCTETS * OCTET_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(asked)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has PBKDF2 by SHA-256", e);
        } finally {
            asked.clearPassword();
        }
    }

    static byte[] xor(byte[] one, byte[] other) {
        byte[] both = new byte[OCTETS];
        for (int i = 0; i < OCTETS; i++) {
            both[i] = (byte) (one[i] ^ other[i]);
        }
        return both;
    }
}
