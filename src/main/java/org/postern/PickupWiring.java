package org.postern;

import java.io.IOException;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.Courier;
import org.postern.pickup.PickupJournal;
import org.postern.transit.SecureMailbox;

/// Joins the patient's pages to the story: what they ask to be mailed, and what they tell the
/// audit.
final class PickupWiring {
    private PickupWiring() {}

    static PickupJournal journal(AuditLog audit) {
        return step ->
                audit.append(
                        new AuditEvent.Pickup(
                                step.message(),
                                step.reader(),
                                step.act().word(),
                                step.check(),
                                step.peer(),
                                step.device()));
    }

    static Courier courier(SecureMailbox mailbox) {
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
                mailbox.reportStranger(message);
            }
        };
    }
}
