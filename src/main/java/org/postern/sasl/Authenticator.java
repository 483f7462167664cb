package org.postern.sasl;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Address;

/// Checks a user's name and secret.
@FunctionalInterface
public interface Authenticator {
    /// Takes the same time whether the user exists or not, and says nothing about which of the two
    /// was wrong. Called by many threads at once.
    ///
    /// @param user as the client sent it, hostile until proved otherwise
    /// @param secret not kept; the caller overwrites it afterwards
    /// @return empty if user or secret is wrong
    /// @throws IOException if it cannot be checked now; the client is told 454
    Optional<Account> authenticate(String user, char[] secret) throws IOException;

    /// For listeners on which nobody logs in.
    static Authenticator nobody() {
        return (user, secret) -> Optional.empty();
    }

    /// Somebody who logged in.
    ///
    /// @param address whom the user is
    /// @param sendAs the further addresses under which the user may write
    record Account(Address address, Set<Address> sendAs) {
        public Account {
            sendAs = Set.copyOf(sendAs);
        }

        /// Whether this user may name `reversePath` as the return handler.
        public boolean maySendAs(Address reversePath) {
            return reversePath.key().equals(address.key())
                    || sendAs.stream().anyMatch(a -> a.key().equals(reversePath.key()));
        }
    }
}
