package org.postern.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.postern.vault.Vault;

/// Challenges for passkeys (WebAuthn level 3 §13.4.3): random, good for some time, for one purpose,
/// once. They carry their own proof, so that a page that is only looked at writes nothing down;
/// what was used is remembered until its time is over.
public final class Challenges {
    /// How long a page may lie open.
    static final Duration LIFE = Duration.ofMinutes(30);

    private static final int NONCE_OCTETS = 16;
    private static final int MAC_OCTETS = 32;
    private static final int OCTETS = NONCE_OCTETS + Long.BYTES + MAC_OCTETS;

    /// More than can be signed in the time of one.
    private static final int USED_MAX = 100_000;

    private final Vault vault;
    private final RandomGenerator random;
    private final Map<String, Instant> used = new LinkedHashMap<>();

    /// @param random cryptographically strong
    public Challenges(Vault vault, RandomGenerator random) {
        this.vault = vault;
        this.random = random;
    }

    String next(String purpose, Instant now) {
        byte[] nonce = new byte[NONCE_OCTETS];
        random.nextBytes(nonce);
        byte[] head =
                ByteBuffer.allocate(NONCE_OCTETS + Long.BYTES)
                        .put(nonce)
                        .putLong(now.plus(LIFE).toEpochMilli())
                        .array();
        byte[] whole = Arrays.copyOf(head, OCTETS);
        System.arraycopy(mac(purpose, head), 0, whole, head.length, MAC_OCTETS);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /// Uses a challenge up.
    ///
    /// @return false if it is none of ours, for something else, too old, or used
    /// @throws IllegalArgumentException if it is not even base64url
    boolean spend(String purpose, String challenge, Instant now) {
        byte[] whole = Base64.getUrlDecoder().decode(challenge);
        if (whole.length != OCTETS) {
            return false;
        }
        byte[] head = Arrays.copyOf(whole, NONCE_OCTETS + Long.BYTES);
        byte[] mac = Arrays.copyOfRange(whole, head.length, OCTETS);
        Instant expires = Instant.ofEpochMilli(ByteBuffer.wrap(head).getLong(NONCE_OCTETS));
        boolean ours = MessageDigest.isEqual(mac, mac(purpose, head));
        String nonce = Base64.getUrlEncoder().encodeToString(head);
        return ours && expires.isAfter(now) && note(nonce, expires, now);
    }

    private synchronized boolean note(String nonce, Instant expires, Instant now) {
        used.values().removeIf(end -> !end.isAfter(now));
        return used.size() < USED_MAX && used.putIfAbsent(nonce, expires) == null;
    }

    private byte[] mac(String purpose, byte[] head) {
        return vault.mac("passkey-challenge", purpose.getBytes(StandardCharsets.UTF_8), head);
    }
}
