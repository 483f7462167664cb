package org.postern.scram;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The server's side of one exchange, once the client has said who it is: RFC 5802 §3. It does for
/// one proof; its nonce is never used a second time, so that what was listened to is worth nothing.
public final class ScramExchange {
    private static final int NONCE_OCTETS = 24;

    private static final int FINAL_OCTETS_MAX = 4096;

    private final ClientFirst first;
    private final String nonce;
    private final String serverFirst;

    private ScramExchange(ClientFirst first, String nonce, byte[] salt, int iterations) {
        this.first = first;
        this.nonce = nonce;
        this.serverFirst =
                "r="
                        + nonce
                        + ",s="
                        + Base64.getEncoder().encodeToString(salt)
                        + ",i="
                        + iterations;
    }

    /// Whom the secrets of an exchange are of.
    @FunctionalInterface
    public interface Salts {
        /// @param user prepared by SASLprep, and hostile until proved otherwise
        byte[] salt(String user);
    }

    /// @param message the client's first
    /// @param random cryptographically strong
    /// @return empty if it is no such message, or asks for what is not offered
    public static Optional<ScramExchange> begin(
            byte[] message, RandomGenerator random, Salts salts) {
        byte[] own = new byte[NONCE_OCTETS];
        random.nextBytes(own);
        String part = Base64.getEncoder().encodeToString(own);
        return ClientFirst.read(message).map(first -> begun(first, part, salts.salt(first.user())));
    }

    /// @param nonce the server's part
    static ScramExchange begun(ClientFirst first, String nonce, byte[] salt) {
        return new ScramExchange(first, first.nonce() + nonce, salt, ScramVerifier.ITERATIONS);
    }

    /// As the client says, not proved; prepared by SASLprep.
    public String user() {
        return first.user();
    }

    /// `server-first-message`.
    public String challenge() {
        return serverFirst;
    }

    /// What a proof fits.
    ///
    /// @param index in the list of verifiers
    /// @param signature `server-final-message`, by which the client sees that the server has the
    ///   verifier
    public record Proved(int index, String signature) {}

    /// Looks for the verifier that a proof fits, in a time that depends on the length of the list
    /// alone.
    ///
    /// @param message the client's last
    /// @param atLeast how long a list is made out that is shorter
    /// @return empty if it fits none, or is no such message of this exchange
    public Optional<Proved> prove(byte[] message, List<ScramVerifier> verifiers, int atLeast) {
        if (message.length > FINAL_OCTETS_MAX) {
            return Optional.empty();
        }
        return ClientFirst.text(message)
                .flatMap(text -> ClientFinal.read(text))
                .filter(last -> last.isOf(first.header(), nonce))
                .flatMap(last -> fitting(last, verifiers, atLeast));
    }

    private Optional<Proved> fitting(ClientFinal last, List<ScramVerifier> verifiers, int atLeast) {
        String said = first.bare() + "," + serverFirst + "," + last.withoutProof();
        byte[] proof = Base64.getDecoder().decode(last.proof());
        int found = -1;
        for (int i = 0; i < Math.max(atLeast, verifiers.size()); i++) {
            boolean real = i < verifiers.size();
            ScramVerifier verifier = real ? verifiers.get(i) : ScramVerifier.NOBODY;
            byte[] stored = verifier.stored();
            byte[] clientKey = Keys.xor(proof, Keys.hmac(stored, said));
            if (MessageDigest.isEqual(Keys.hash(clientKey), stored) && real) {
                found = i;
            }
        }
        if (found < 0) {
            return Optional.empty();
        }
        byte[] signature = Keys.hmac(verifiers.get(found).server(), said.getBytes(UTF_8));
        return Optional.of(new Proved(found, "v=" + Base64.getEncoder().encodeToString(signature)));
    }
}
