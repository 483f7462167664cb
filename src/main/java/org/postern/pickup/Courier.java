package org.postern.pickup;

import java.io.IOException;
import org.postern.check.Codes;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mailbox.StoredMessage;

/// Sends mail that a page asked for. What it took over is in the queue, on disk.
public interface Courier {
    /// Mails a code to the patient of a message.
    ///
    /// @throws IOException if it could not be queued; the patient is told to try again
    void code(StoredMessage message, Codes.Code code) throws IOException;

    /// Sends a code to the mobile number on file.
    ///
    /// @return false if the service did not take it: then she is asked something else
    boolean text(StoredMessage message, Codes.Code code, Texts texts);

    /// Mails a fresh link to the newest message for this address, which takes the place of older
    /// ones. Does nothing for an address that is not known. The page has answered already, the same
    /// in both cases.
    ///
    /// @throws IOException if it could not be queued; the log says so
    void freshLink(Address patient) throws IOException;

    /// Mails a fresh link to this message, to the address on file.
    ///
    /// @throws IOException as above
    void freshLink(StoredMessage message) throws IOException;

    /// Tells a patient that something odd happened.
    ///
    /// @param message to or from which it came about
    /// @throws IOException if it could not be queued
    void alert(StoredMessage message, Alarm alarm) throws IOException;

    /// Tells a patient on her telephone as well that ordinary mail was chosen for her, where a text
    /// message reaches her: who chose it may be whoever reads her mailbox. The mail was queued
    /// before, so nothing hangs on it.
    void textOfOrdinaryMail(Address patient);

    /// What a patient is told of.
    enum Alarm {
        /// Several wrong answers in a row.
        TRIES,
        /// A copied cookie of a device came back, and the device was forgotten.
        STOLEN,
        /// A device was remembered.
        NEW_DEVICE,
        /// Somebody was invited to read along.
        NEW_CAREGIVER,
        /// Ordinary mail was chosen for her.
        ORDINARY_MAIL
    }

    /// Tells the clinician that the link of a message reached somebody else.
    ///
    /// @throws IOException if it could not be queued
    void notTheirs(StoredMessage message) throws IOException;
}
