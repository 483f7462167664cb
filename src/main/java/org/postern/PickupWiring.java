package org.postern;

import java.io.IOException;
import java.time.InstantSource;
import org.postern.audit.AuditEvent;
import org.postern.follow.FollowUp;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.ClinicianMail.Reading;
import org.postern.pickup.Courier;
import org.postern.pickup.PickupJournal;
import org.postern.transit.SecureMailbox;

/// Joins the patient's pages to the story: what they ask to be mailed, and what they tell the
/// audit.
final class PickupWiring {
    private PickupWiring() {}

    /// The audit comes first; then an opening is noted for the receipt, before the page shows
    /// anything.
    static PickupJournal journal(Ground ground, FollowUp followUp, InstantSource clock) {
        return step -> {
            ground.audit()
                    .append(
                            new AuditEvent.Pickup(
                                    step.message(),
                                    step.reader(),
                                    step.act().word(),
                                    step.check(),
                                    step.peer(),
                                    step.device()));
            if (step.act() == PickupJournal.Act.OPENED) {
                followUp.opened(
                        step.message(),
                        step.reader(),
                        new Reading(clock.instant(), step.check(), step.device()));
            }
        };
    }

    static Courier courier(SecureMailbox mailbox, FollowUp followUp) {
        return new Courier() {
            @Override
            public void code(StoredMessage message, MailboxStore.MailedCode code)
                    throws IOException {
                mailbox.mailCode(message, code);
            }

            @Override
            public void freshLink(Address patient) throws IOException {
                mailbox.renewAll(patient);
            }

            @Override
            public void notTheirs(StoredMessage message) throws IOException {
                followUp.notTheirs(message);
            }
        };
    }
}
