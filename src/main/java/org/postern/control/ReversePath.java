package org.postern.control;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Domain;

/// Which reverse-paths a filter means (RFC 5321 §4.5.5 has the empty one).
public sealed interface ReversePath {
    /// What `parse` takes, in words for people.
    String WANTED =
            "an address, a domain, or <>, as in anna@clinic.example, clinic.example or \"<>\"";

    /// That of reports, to which nobody answers.
    record Empty() implements ReversePath {}

    /// One address, whatever the case of its local part.
    record Of(Address address) implements ReversePath {}

    /// All addresses of one domain.
    record In(Domain domain) implements ReversePath {}

    /// Reads what somebody means; a domain in any spelling.
    ///
    /// @return empty for what no reverse-path can be
    static Optional<ReversePath> parse(String text) {
        if (text.equals("<>")) {
            return Optional.of(new Empty());
        }
        return text.indexOf('@') < 0
                ? Domain.parse(text).map(In::new)
                : Address.parse(text).map(Of::new);
    }

    /// Whether a message is meant.
    ///
    /// @param reversePath its own; null for the empty one
    default boolean matches(@Nullable Address reversePath) {
        return switch (this) {
            case Empty() -> reversePath == null;
            case Of(Address address) ->
                    reversePath != null && reversePath.key().equals(address.key());
            case In(Domain domain) -> reversePath != null && reversePath.domain().equals(domain);
        };
    }

    /// As `parse` reads it.
    default String text() {
        return switch (this) {
            case Empty() -> "<>";
            case Of(Address address) -> address.toString();
            case In(Domain domain) -> domain.name();
        };
    }
}
