package org.postern.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secret of a cookie: 256 random bits, 43 characters of base64url. It is never stored, logged
/// or put into an exception; `toString` hides it.
public record SessionSecret(String value) {
    private static final int OCTETS = 32;
    private static final String MAC = "HmacSHA256";

    public SessionSecret {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("not a session secret");
        }
    }

    /// Reads what a browser sent as its cookie.
    ///
    /// @return empty if it cannot be a secret of ours
    public static Optional<SessionSecret> parse(String text) {
        return isWellFormed(text) ? Optional.of(new SessionSecret(text)) : Optional.empty();
    }

    /// @param random cryptographically strong
    public static SessionSecret next(RandomGenerator random) {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        return new SessionSecret(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    }

    /// Stands in each form of this session and in no other page of the world.
    public String formToken() {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(value.getBytes(StandardCharsets.US_ASCII), MAC));
            byte[] token = mac.doFinal("form".getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC, e);
        }
    }

    /// Whether a form of this session brought the token.
    public boolean owns(String token) {
        return MessageDigest.isEqual(
                formToken().getBytes(StandardCharsets.US_ASCII),
                token.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "SessionSecret[hidden]";
    }

    private static boolean isWellFormed(String text) {
        return text.matches("[A-Za-z0-9_-]{43}");
    }
}
