package org.postern.bearer;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Whose access tokens are believed, as `gateway.yaml` says.
///
/// @param issuer as it stands in tokens, letter for letter
/// @param audience that a token must name, so that one for another service opens nothing here
/// @param claim that holds the address of the mailbox
/// @param scope that mail programs are told to ask for, words with blanks between them; a token has
///   each of them
/// @param provider what it can be relied on for
public record BearerSettings(
        String issuer,
        String audience,
        Keys keys,
        String claim,
        Optional<String> scope,
        Provider provider) {
    /// The claim in which providers usually have the address.
    static final String EMAIL = "email";

    public BearerSettings {
        if (provider.older() && scope.isEmpty()) {
            throw new IllegalArgumentException("without a type a token needs a scope");
        }
    }

    /// @param older whether it writes access tokens without the type of RFC 9068 §2.1
    /// @param assigns whether it gives people their addresses, so that none was only typed
    public record Provider(boolean older, boolean assigns) {
        public static final Provider USUAL = new Provider(false, false);
    }

    /// Where the issuer's keys are (RFC 7517, a JWK set).
    public sealed interface Keys {
        /// @param file that is read again when it has changed
        record InFile(Path file) implements Keys {}

        /// @param uri that is asked now and then
        record InWeb(URI uri) implements Keys {}
    }
}
