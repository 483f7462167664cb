package org.postern.pickup;

import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.postern.access.DeviceTable;
import org.postern.access.Passkeys;
import org.postern.access.PickupSessions;
import org.postern.caregiver.CaregiverTable;
import org.postern.check.Codes;
import org.postern.check.Examiner;
import org.postern.check.Ladder;
import org.postern.check.PatientFile;
import org.postern.http.WebRequest;
import org.postern.mail.Address;
import org.postern.mail.Draft;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.StoredMessage;
import org.postern.page.Clinicians;
import org.postern.pickup.PickupJournal.Act;
import org.postern.writing.PostBox;
import org.postern.writing.Unsent;

/// What the pages need of the rest of the gateway.
///
/// @param post takes what patients write; one for all pages, because it counts
/// @param drafts where answers are written before they are handed over; they have less room than
///   mail, so that no page can fill the disk
public record PickupParts(
        Store store,
        Checks checks,
        Clinicians clinicians,
        Courier courier,
        PickupJournal journal,
        PostBox post,
        Draft.Source drafts,
        World world) {
    /// What is kept: messages, who was let in, what was typed and not sent, and who chose ordinary
    /// mail.
    public record Store(
            MailboxStore mailbox,
            PickupSessions sessions,
            DeviceTable devices,
            Passkeys passkeys,
            CaregiverTable caregivers,
            Unsent unsent,
            OrdinaryMail ordinaryMail) {}

    /// Who chose ordinary mail.
    @FunctionalInterface
    public interface OrdinaryMail {
        /// Somebody said that mail to this address reaches the wrong person: what was chosen for it
        /// counts no more; durable on return.
        ///
        /// @throws IOException if that may not have been written; it counts no more all the same
        void notHers(Address patient) throws IOException;
    }

    /// How readers are asked who they are.
    ///
    /// @param patients what the clinic knows of them
    public record Checks(Ladder ladder, Examiner examiner, Codes codes, PatientFile patients) {}

    /// @param random cryptographically strong
    public record World(InstantSource clock, RandomGenerator random) {}

    /// An old secret of a known device came back: whoever has it, the device is forgotten already,
    /// and the patient is told.
    ///
    /// @param message hers that was asked for
    public void noteStolen(WebRequest request, StoredMessage message) throws IOException {
        journal.step(request, message, Act.STOLEN, "device");
        courier.alert(message, Courier.Alarm.STOLEN);
    }

    public InstantSource clock() {
        return world.clock();
    }
}
