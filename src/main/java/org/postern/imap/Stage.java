package org.postern.imap;

import org.postern.sasl.Authenticator.Account;
import org.postern.showing.View;

/// How far a session has come: RFC 3501 §3. Going over to TLS makes a new one, so nothing that was
/// learned in clear survives.
sealed interface Stage {
    /// Nobody has logged in.
    ///
    /// @param secured whether it is under TLS
    record Stranger(boolean secured) implements Stage {}

    /// Somebody has; no folder is selected.
    record Known(Account account) implements Stage {}

    /// A folder is.
    record Reading(Account account, View view) implements Stage {}

    /// The session is over.
    ///
    /// @param why for the log
    record Over(String why) implements Stage {}
}
