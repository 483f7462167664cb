package org.postern.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Optional;
import org.postern.mail.Address;

/// Whose a key is.
public sealed interface Owner {
    /// The clinic's own authority, which issues certificates to the others.
    record Authority() implements Owner {}

    /// The clinic as a whole.
    record Organisation() implements Owner {}

    /// One mailbox of the clinic. Case does not count (see [Address#key]).
    record Person(Address address) implements Owner {
        /// @throws IllegalArgumentException if no certificate can name the address in the old form
        ///   of rfc822Name (RFC 5280 §4.2.1.6)
        public Person {
            if (!address.isPlain()) {
                throw new IllegalArgumentException("no certificate is made for " + address);
            }
            address = Address.of(address.key());
        }
    }

    /// How a person names it on the command line: `authority`, `organisation` or an address.
    default String word() {
        return switch (this) {
            case Authority() -> "authority";
            case Organisation() -> "organisation";
            case Person(Address address) -> address.toString();
        };
    }

    /// The word as a person is to type it into a shell, as the last one of a command (see
    /// [Address#lastShellWord]).
    default String lastShellWord() {
        return switch (this) {
            case Authority(), Organisation() -> word();
            case Person(Address address) -> address.lastShellWord();
        };
    }

    /// What was named so; empty if nothing can be.
    static Optional<Owner> of(String word) {
        return switch (word) {
            case "authority" -> Optional.of(new Authority());
            case "organisation" -> Optional.of(new Organisation());
            default -> Address.parse(word).filter(Address::isPlain).map(Person::new);
        };
    }

    /// The word as a part of a file name.
    default String fileWord() {
        return URLEncoder.encode(word(), UTF_8).replace("*", "%2A").replace("%40", "@");
    }

    /// Reads [#fileWord] again.
    static Optional<Owner> ofFileWord(String word) {
        try {
            Optional<Owner> owner = of(URLDecoder.decode(word, UTF_8));
            return owner.filter(it -> it.fileWord().equals(word));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
