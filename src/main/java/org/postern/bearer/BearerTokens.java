package org.postern.bearer;

import java.io.IOException;
import java.time.Instant;
import org.postern.mail.Address;

/// Says whose an access token is. Called by many threads at once.
@FunctionalInterface
public interface BearerTokens {
    /// @param token as the client sent it, hostile until proved otherwise
    /// @throws IOException if it cannot be checked now
    Outcome verify(String token) throws IOException;

    /// What a token is worth.
    sealed interface Outcome {
        /// Nothing, whatever the reason.
        record Invalid() implements Outcome {}

        /// It is the issuer's and for us, but not for mail: RFC 6750 §3.1, `insufficient_scope`.
        record Narrow() implements Outcome {}

        /// A token that is good.
        ///
        /// @param mailbox whose it is
        /// @param ends until when
        record Verified(Address mailbox, Instant ends) implements Outcome {}
    }
}
