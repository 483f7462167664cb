package org.postern.holding;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;

/// Held mail as one person may see it: what she is asked about, and what she wrote herself. The
/// folder of it is a view; what is true is asked for at each look.
public interface HeldMessages {
    /// Where no mail is held for people to decide.
    HeldMessages NONE =
            new HeldMessages() {
                @Override
                public List<Entry> seenBy(Address person) {
                    return List.of();
                }

                @Override
                public Content content(Address person, QueueId id) throws IOException {
                    throw new IOException("nothing is held");
                }

                @Override
                public boolean decides(Address person) {
                    return false;
                }

                @Override
                public boolean isHeld(QueueId id) {
                    return false;
                }

                @Override
                public void listen(Runnable changed) {
                    // Nothing changes.
                }
            };

    /// A message that is held.
    ///
    /// @param since when what holds it began, in milliseconds: held again, it is another message of
    ///   the folder
    record Entry(QueueId id, Instant since, long octets) {}

    /// What a person may see now, oldest first; a bounded number.
    List<Entry> seenBy(Address person) throws IOException;

    /// @throws IOException if it cannot be read, or she may not see it any more
    Content content(Address person, QueueId id) throws IOException;

    /// Whether she is one of those who decide.
    boolean decides(Address person);

    /// Whether people still decide about a message.
    boolean isHeld(QueueId id) throws IOException;

    /// @param changed called after held mail, or who decides about it, has changed; it must not
    ///   wait
    void listen(Runnable changed);
}
