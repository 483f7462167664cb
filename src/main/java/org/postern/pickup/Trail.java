package org.postern.pickup;

import java.io.IOException;
import org.postern.http.WebRequest;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PickupJournal.Act;
import org.postern.pickup.PickupJournal.Step;

/// Writes the steps of readers into the journal, before their effect is visible.
record Trail(PickupJournal journal) {
    /// A step that concerns a message.
    ///
    /// @throws IOException if it was not recorded; the step must not be taken then
    void step(WebRequest request, StoredMessage message, Act act, String check) throws IOException {
        journal.record(
                new Step(
                        message.message().queueId(),
                        message.message().patient(),
                        act,
                        check,
                        request.peer(),
                        request.device()));
    }
}
