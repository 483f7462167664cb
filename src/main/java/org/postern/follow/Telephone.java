package org.postern.follow;

import java.io.IOException;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.QueueId;

/// The telephone numbers that the clinic has on file, and the way to send a text message to one.
/// Where the clinic has neither, there is none of these.
public interface Telephone {
    /// The number as the clinic wrote it, for people; empty if there is none.
    ///
    /// @throws IOException if nobody knows now
    Optional<String> number(Address patient) throws IOException;

    /// Tells a patient that a message waits, by text message: no name, no subject, no link, only
    /// the host of the pages.
    ///
    /// @param message the queue id of the message, for the service's own list of what it did
    /// @return false if there is no number or no service; then the patient is told by mail
    /// @throws IOException if the service did not take it, or nobody knows
    boolean tell(Address patient, QueueId message) throws IOException;
}
