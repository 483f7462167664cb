package org.postern.bearer;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Whose access tokens are believed, as `gateway.yaml` says.
///
/// @param issuer as it stands in tokens, letter for letter
/// @param audience that a token must name, so that one for another service opens nothing here
/// @param claim that holds the address of the mailbox
/// @param scope that mail programs are told to ask for
public record BearerSettings(
        String issuer, String audience, Keys keys, String claim, Optional<String> scope) {
    /// Where the issuer's keys are (RFC 7517, a JWK set).
    public sealed interface Keys {
        /// @param file that is read again when it has changed
        record InFile(Path file) implements Keys {}

        /// @param uri that is asked now and then
        record InWeb(URI uri) implements Keys {}
    }
}
