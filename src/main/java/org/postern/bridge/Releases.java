package org.postern.bridge;

import java.io.IOException;
import java.util.Set;
import org.postern.mail.Address;
import org.postern.mailbox.MessageKey;

/// Lets held mail go, if whoever asks may decide about it. Called by many threads at once.
public interface Releases {
    /// @param by who has logged in
    /// @param sendAs further addresses under which she writes
    /// @param ordinary whether it was with her ordinary password; what a device keeps by itself
    ///   lets nothing go, because whoever finds the device has it
    record Person(Address by, Set<Address> sendAs, boolean ordinary) {
        public Person {
            sendAs = Set.copyOf(sendAs);
        }
    }

    /// Decides once it is in the audit; durable on return.
    ///
    /// @param key of a message in her folder of held mail, as she saw it
    /// @throws IOException if it could not be audited or written down; nothing has changed then
    Result release(Person person, MessageKey key) throws IOException;

    /// Writes into the audit that letting go was refused before any message was looked at; durable
    /// on return.
    ///
    /// @param key of one of the messages that were to go
    /// @param why in words of the gateway's own
    /// @throws IOException if it could not be written; then nothing is said of the reason
    void noteRefused(Person person, MessageKey key, String why) throws IOException;

    /// What came of it.
    ///
    /// @param words for people, in one line
    record Result(boolean released, String words) {}
}
