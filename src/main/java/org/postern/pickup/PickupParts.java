package org.postern.pickup;

import java.time.InstantSource;
import org.postern.mail.Draft;
import org.postern.mail.Reception;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.PatientFile;
import org.postern.mailbox.PickupSessions;
import org.postern.page.Clinicians;

/// What the pages need of the rest of the gateway.
///
/// @param reception takes the patients' answers
/// @param drafts where answers are written before they are handed over
public record PickupParts(
        Store store,
        Clinicians clinicians,
        Courier courier,
        PickupJournal journal,
        Reception reception,
        Draft.Source drafts,
        InstantSource clock) {
    /// What is kept: messages, sessions, and what patients are asked.
    public record Store(MailboxStore mailbox, PickupSessions sessions, PatientFile patients) {}
}
