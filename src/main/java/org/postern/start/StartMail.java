package org.postern.start;

import java.io.IOException;
import java.time.Duration;
import org.postern.language.Language;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.PickupToken;

/// Mails links to those who want to write first.
@FunctionalInterface
public interface StartMail {
    /// @throws IOException if it could not be queued; she may ask again
    void mail(Request request, PickupToken token) throws IOException;

    /// @param id names the request in the audit
    /// @param clinician whom she wants to write to
    /// @param patient whose mailbox gets the link
    /// @param life how long the link is good
    record Request(
            QueueId id, Address clinician, Address patient, Language language, Duration life) {}
}
