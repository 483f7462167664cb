package org.postern.bridge;

import java.io.IOException;
import java.util.List;
import org.postern.mail.Address;
import org.postern.mailbox.MessageKey;

/// Where it is written down who reads what. Called by many threads at once.
@FunctionalInterface
public interface Readings {
    /// Notes that somebody is about to read these messages; durable on return.
    ///
    /// @return those of them that were written down; one that was not there may not be shown, not
    ///   even if it is there again later
    /// @throws IOException if it could not be written down; then nothing may be shown
    List<MessageKey> note(Address reader, List<MessageKey> keys) throws IOException;
}
