package org.postern.bridge;

import java.io.IOException;
import org.postern.mail.Address;
import org.postern.mailbox.MessageKey;
import org.postern.sent.SentOrder;

/// Does what a clinician asks for about a message of hers. Called by many threads at once.
public interface Orders {
    /// Does it, once it is in the audit; durable on return.
    ///
    /// @param by who has logged in
    /// @param key of a message in a folder of hers; whether it may be done is looked up
    /// @throws IOException if it could not be audited or done; it may be asked for again
    Result give(Address by, MessageKey key, SentOrder order) throws IOException;

    /// Writes into the audit that an order was refused before any message was looked at; durable on
    /// return.
    ///
    /// @param key of one of the messages that it was given for
    /// @param why in words of the gateway's own
    /// @throws IOException if it could not be written; then nothing is said of the reason
    void noteRefused(Address by, MessageKey key, SentOrder order, String why) throws IOException;

    /// What came of it.
    ///
    /// @param words for people, in one line
    record Result(boolean done, String words) {}

    /// Where no messages wait for patients.
    static Orders none() {
        return new Orders() {
            @Override
            public Result give(Address by, MessageKey key, SentOrder order) {
                return new Result(false, "nothing waits for patients here");
            }

            @Override
            public void noteRefused(Address by, MessageKey key, SentOrder order, String why) {
                // No message here is one of those that orders are about.
            }
        };
    }
}
