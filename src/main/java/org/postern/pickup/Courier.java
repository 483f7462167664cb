package org.postern.pickup;

import java.io.IOException;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore.MailedCode;
import org.postern.mailbox.StoredMessage;

/// Sends mail that a page asked for. What it took over is in the queue, on disk.
public interface Courier {
    /// Mails a code to the patient of a message.
    ///
    /// @throws IOException if it could not be queued; the patient is told to try again
    void code(StoredMessage message, MailedCode code) throws IOException;

    /// Mails fresh links for what waits for this address, and lets older ones die. Does nothing for
    /// an address that is not known. The page has answered already, the same in both cases.
    ///
    /// @throws IOException if it could not be queued; the log says so
    void freshLink(Address patient) throws IOException;

    /// Tells the clinician that the link of a message reached somebody else.
    ///
    /// @throws IOException if it could not be queued
    void notTheirs(StoredMessage message) throws IOException;
}
