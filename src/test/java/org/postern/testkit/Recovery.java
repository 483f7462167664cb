package org.postern.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.postern.mail.QueueId;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;

/// A recovery of a spool that is small enough to be looked at as a whole.
///
/// @param corrupt set aside
/// @param unread could not be read this time
/// @param missing what was acknowledged and is gone
public record Recovery(
        List<QueuedMessage> messages,
        List<QueueId> corrupt,
        List<QueueId> unread,
        List<String> missing) {
    /// Recovers, and gathers what was shown.
    public static Recovery of(Spool spool) throws IOException {
        List<QueuedMessage> messages = new ArrayList<>();
        Spool.Recovered recovered = spool.recover(messages::add);
        if (recovered.messages() != messages.size()) {
            throw new AssertionError("counted " + recovered.messages());
        }
        return new Recovery(messages, recovered.corrupt(), recovered.unread(), recovered.missing());
    }
}
