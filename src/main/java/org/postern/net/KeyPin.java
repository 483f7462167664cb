package org.postern.net;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// One public key of a server, by the SHA-256 of its SubjectPublicKeyInfo. It stays the same when
/// the certificate is renewed with the same key.
///
/// @param sha256 64 hexadecimal digits, lower case
public record KeyPin(String sha256) {
    private static final int DIGITS = 64;

    public KeyPin {
        if (!sha256.matches("[0-9a-f]{" + DIGITS + "}")) {
            throw new IllegalArgumentException("not a SHA-256 in hexadecimal: " + sha256);
        }
    }

    /// Reads a pin as `openssl dgst -sha256` prints it, with or without colons and `sha256:`.
    ///
    /// @return empty if it is none
    public static Optional<KeyPin> parse(String text) {
        String digits = text.strip().toLowerCase(Locale.ROOT);
        digits = digits.startsWith("sha256:") ? digits.substring("sha256:".length()) : digits;
        digits = digits.replace(":", "");
        return digits.matches("[0-9a-f]{" + DIGITS + "}")
                ? Optional.of(new KeyPin(digits))
                : Optional.empty();
    }

    /// The pin of a certificate's key.
    public static KeyPin of(X509Certificate certificate) {
        return of(certificate.getPublicKey());
    }

    /// The pin of a key.
    public static KeyPin of(PublicKey key) {
        return new KeyPin(sha256(key.getEncoded()));
    }

    static String sha256(byte[] octets) {
        return hex("SHA-256", octets);
    }

    /// @param digest one that every Java runtime has
    static String hex(String digest, byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(digest).digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
