package org.postern.access;

import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The secret of a cookie: 256 random bits, 43 characters of base64url. It is never stored, logged
/// or put into an exception; `toString` hides it.
public record SessionSecret(String value) {
    private static final int OCTETS = 32;

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

    @Override
    public String toString() {
        return "SessionSecret[hidden]";
    }

    private static boolean isWellFormed(String text) {
        return text.matches("[A-Za-z0-9_-]{43}");
    }
}
