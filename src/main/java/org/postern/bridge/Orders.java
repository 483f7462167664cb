package org.postern.bridge;

import java.io.IOException;
import org.postern.mail.Address;
import org.postern.mailbox.MessageKey;
import org.postern.sent.SentOrder;

/// Does what a clinician asks for about a message of hers. Called by many threads at once.
@FunctionalInterface
public interface Orders {
    /// Does it, once it is in the audit; durable on return.
    ///
    /// @param by who has logged in
    /// @param key of a message in a folder of hers; whether it may be done is looked up
    /// @throws IOException if it could not be audited or done; it may be asked for again
    Result give(Address by, MessageKey key, SentOrder order) throws IOException;

    /// What came of it.
    ///
    /// @param words for people, in one line
    record Result(boolean done, String words) {}

    /// Where no messages wait for patients.
    static Orders none() {
        return (by, key, order) -> new Result(false, "nothing waits for patients here");
    }
}
