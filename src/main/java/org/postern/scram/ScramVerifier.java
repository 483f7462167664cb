package org.postern.scram;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;

/// What is kept of a secret, by which a proof of it is checked and answered: RFC 5802 §3. Whoever
/// reads it can neither log in nor, if the secret has 112 random bits or more, find the secret out;
/// whoever reads it and listens behind TLS as well can log in (RFC 5802 §9).
///
/// @param storedKey in base64
/// @param serverKey in base64
public record ScramVerifier(String storedKey, String serverKey) {
    /// The least that RFC 7677 §4 asks for. More would protect secrets that can be guessed, and of
    /// such ones no verifier is made. Those that are kept rest on it.
    public static final int ITERATIONS = 4096;

    /// One that no proof fits, so that a list of verifiers can always be equally long.
    static final ScramVerifier NOBODY = new ScramVerifier(zeros(), zeros());

    public ScramVerifier {
        requireKey(storedKey);
        requireKey(serverKey);
    }

    private static void requireKey(String key) {
        if (Base64.getDecoder().decode(key).length != Keys.OCTETS) {
            throw new IllegalArgumentException("a key of SHA-256 has 32 octets");
        }
    }

    private static String zeros() {
        return Base64.getEncoder().encodeToString(new byte[Keys.OCTETS]);
    }

    /// @param secret of ASCII, which SASLprep leaves as it is
    public static ScramVerifier of(String secret, byte[] salt) {
        return of(secret, salt, ITERATIONS);
    }

    static ScramVerifier of(String secret, byte[] salt, int iterations) {
        byte[] salted = Keys.salted(secret, salt, iterations);
        byte[] clientKey = Keys.hmac(salted, "Client Key");
        Base64.Encoder base64 = Base64.getEncoder();
        String stored = base64.encodeToString(Keys.hash(clientKey));
        String server = base64.encodeToString(Keys.hmac(salted, "Server Key"));
        Arrays.fill(salted, (byte) 0);
        Arrays.fill(clientKey, (byte) 0);
        return new ScramVerifier(stored, server);
    }

    /// A salt that is the same each time for a name, and tells nothing about whether there is
    /// anybody of this name.
    ///
    /// @param secret random, of this gateway alone
    /// @return 32 octets
    public static byte[] salt(byte[] secret, String name) {
        return Keys.hmac(secret, ("scram-salt\0" + name).getBytes(UTF_8));
    }

    byte[] stored() {
        return Base64.getDecoder().decode(storedKey);
    }

    byte[] server() {
        return Base64.getDecoder().decode(serverKey);
    }

    /// Half a secret is not shown.
    @Override
    public String toString() {
        return "ScramVerifier";
    }
}
