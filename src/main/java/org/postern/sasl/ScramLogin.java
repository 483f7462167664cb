package org.postern.sasl;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.postern.sasl.Authenticator.Account;
import org.postern.scram.ScramExchange;
import org.postern.scram.ScramVerifier;

/// Lets in whoever proves to know a secret of which the gateway keeps a verifier: SCRAM-SHA-256,
/// RFC 7677. Ordinary passwords have none.
public final class ScramLogin {
    private final Verifiers verifiers;
    private final RandomGenerator random;

    /// What is kept of people's secrets. Called by many threads at once.
    public interface Verifiers {
        /// One of a name, always the same, whether there is anybody of this name or not.
        byte[] salt(String user);

        /// Takes the same way whether the user exists or not.
        ///
        /// @param user as the client says, hostile until proved otherwise
        /// @return empty if there is nobody of this name, or nothing by which this user could prove
        ///   anything
        /// @throws IOException if it cannot be known now
        List<Candidate> of(String user) throws IOException;

        /// Of one user, at the most.
        int most();
    }

    /// One secret that may be proved.
    ///
    /// @param account what it opens; asked once, when it was proved
    public record Candidate(ScramVerifier verifier, Supplier<Account> account) {}

    /// What a proof opens.
    ///
    /// @param signature what the client is told, by which it knows the server
    record Opened(Account account, String signature) {}

    /// @param random cryptographically strong; of it the server's nonces are
    public ScramLogin(Verifiers verifiers, RandomGenerator random) {
        this.verifiers = verifiers;
        this.random = random;
    }

    /// @param message the client's first
    /// @return empty if it is none that can be answered
    Optional<ScramExchange> begin(byte[] message) {
        return ScramExchange.begin(message, random, verifiers::salt);
    }

    /// @param message the client's last
    Optional<Opened> prove(ScramExchange exchange, byte[] message) throws IOException {
        List<Candidate> candidates = verifiers.of(exchange.user());
        List<ScramVerifier> kept = candidates.stream().map(Candidate::verifier).toList();
        return exchange.prove(message, kept, verifiers.most())
                .map(proved ->
                        new Opened(
                                candidates.get(proved.index()).account().get(),
                                proved.signature()));
    }
}
