package org.postern.mailbox;

import java.util.Base64;
import java.util.random.RandomGenerator;
import org.postern.vault.LookupHash;

/// The secret of a pickup link: 256 random bits, 43 characters of base64url. It is never stored,
/// logged or put into an exception; `toString` hides it.
public record PickupToken(String value) {
    private static final int OCTETS = 32;

    public PickupToken {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("not a pickup token");
        }
    }

    public static boolean isWellFormed(String text) {
        return text.matches("[A-Za-z0-9_-]{43}");
    }

    /// @param random cryptographically strong
    public static PickupToken next(RandomGenerator random) {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        return new PickupToken(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    }

    @Override
    public String toString() {
        return "PickupToken[hidden]";
    }

    /// What is stored of it, and looked up.
    String hash() {
        return LookupHash.of("lookup", value);
    }
}
