package org.postern.mtasts;

import org.postern.mail.Domain;

/// Fetches what a domain publishes at its policy address: RFC 8461 §3.3.
@FunctionalInterface
public interface PolicyFetch {
    /// Blocks, with a deadline.
    Fetched fetch(Domain domain);

    /// What came of it.
    sealed interface Fetched {
        record Body(String text) implements Fetched {}

        /// @param reason a clause for people
        record Failed(String reason) implements Fetched {}
    }
}
