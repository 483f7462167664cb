package org.postern.smtp;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Reply;

/// Is told what the edge itself refused for good, so that somebody can answer "why did my message
/// not get through" although no message exists.
///
/// What a `Reception` refuses is not told here: it knows by itself. Nor are errors of syntax and
/// replies that ask the client to come again.
@FunctionalInterface
public interface RefusalJournal {
    /// Called on the session's thread before the reply is written; should not block for long.
    ///
    /// @param reversePath null if it is empty or not known yet
    /// @param recipients whom the refusal concerns; empty if it concerns none in particular
    void refused(
            Arrival arrival, @Nullable Address reversePath, List<Address> recipients, Reply reply);

    /// Keeps nothing.
    static RefusalJournal none() {
        return (arrival, reversePath, recipients, reply) -> {};
    }
}
