package org.postern;

import java.io.IOException;
import java.time.InstantSource;
import org.postern.access.DeviceTable;
import org.postern.access.SessionTable;
import org.postern.audit.AuditEvent;
import org.postern.check.Codes;
import org.postern.check.Examiner;
import org.postern.check.Ladder;
import org.postern.check.PatientFile;
import org.postern.check.WrongAnswers;
import org.postern.follow.FollowUp;
import org.postern.mail.Address;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.AlertNotice;
import org.postern.notice.ClinicianMail.Reading;
import org.postern.pickup.Courier;
import org.postern.pickup.PickupJournal;
import org.postern.pickup.PickupParts;
import org.postern.transit.SecureMailbox;

/// Joins the patient's pages to the story: what they ask to be mailed, and what they tell the
/// audit.
final class PickupWiring {
    private PickupWiring() {}

    static PickupParts.Store store(Ground ground, World world) {
        return new PickupParts.Store(
                ground.mailbox(),
                new SessionTable(ground.database(), world.random()),
                new DeviceTable(ground.database(), world.random()));
    }

    static PickupParts.Checks checks(
            Ground ground, World world, PatientFile patients, Ladder ladder) {
        Codes codes = new Codes(ground.database(), ground.vault(), world.random());
        WrongAnswers wrong = new WrongAnswers(ground.database());
        return new PickupParts.Checks(ladder, new Examiner(patients, codes, wrong), codes);
    }

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
            public void code(StoredMessage message, Codes.Code code) throws IOException {
                mailbox.mailCode(message, code);
            }

            @Override
            public void freshLink(Address patient) throws IOException {
                mailbox.renewAll(patient);
            }

            @Override
            public void freshLink(StoredMessage message) throws IOException {
                mailbox.renew(message);
            }

            @Override
            public void alert(StoredMessage message, Alarm alarm) throws IOException {
                mailbox.alert(
                        message,
                        switch (alarm) {
                            case TRIES -> AlertNotice.Reason.TRIES;
                            case STOLEN -> AlertNotice.Reason.STOLEN;
                            case NEW_DEVICE -> AlertNotice.Reason.NEW_DEVICE;
                        });
            }

            @Override
            public void notTheirs(StoredMessage message) throws IOException {
                followUp.notTheirs(message);
            }
        };
    }
}
