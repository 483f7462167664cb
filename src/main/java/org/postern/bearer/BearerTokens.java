package org.postern.bearer;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.postern.mail.Address;

/// Says whose an access token is. Called by many threads at once.
@FunctionalInterface
public interface BearerTokens {
    /// @param token as the client sent it, hostile until proved otherwise
    /// @return empty if it is refused, whatever the reason
    /// @throws IOException if it cannot be checked now
    Optional<Verified> verify(String token) throws IOException;

    /// A token that is good.
    ///
    /// @param mailbox whose it is
    /// @param ends until when
    record Verified(Address mailbox, Instant ends) {}
}
