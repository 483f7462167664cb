package org.postern.sasl;

import java.util.Optional;
import org.postern.sasl.Authenticator.Account;

/// Who may log in, whatever the secret. Called by many threads at once, and often.
@FunctionalInterface
public interface Accounts {
    /// @param user as the client sent it, hostile until proved otherwise
    /// @return empty if there is no such user, as far as the gateway can know
    Optional<Account> account(String user);
}
