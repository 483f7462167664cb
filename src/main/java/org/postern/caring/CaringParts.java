package org.postern.caring;

import java.io.IOException;
import org.postern.caregiver.Caregiver;
import org.postern.caregiver.CaregiverTable;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PickupParts;

/// What the pages about caregivers need of the rest of the gateway.
public record CaringParts(PickupParts pickup, CaregiverTable caregivers, Letters letters) {
    /// Mails links to caregivers.
    @FunctionalInterface
    public interface Letters {
        /// Mails a link of her own to a message; the code never goes the same way.
        ///
        /// @throws IOException if it could not be queued
        void invite(Caregiver caregiver, StoredMessage message) throws IOException;
    }
}
