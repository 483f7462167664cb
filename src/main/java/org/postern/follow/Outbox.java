package org.postern.follow;

import java.io.IOException;
import java.util.Optional;
import org.postern.spool.QueuedMessage;
import org.postern.transit.OwnMail;
import org.postern.transit.OwnMail.Letter;

/// Sends letters that must go out once: the letter is on disk before it is recorded as done, and
/// leaves after that. A stop in between leaves a letter in the spool, which the next start finds.
public record Outbox(OwnMail ownMail) {
    /// Records that a letter is done; durable on return.
    @FunctionalInterface
    public interface Mark {
        void set() throws IOException;
    }

    void once(Letter letter, Mark mark) throws IOException {
        Optional<QueuedMessage> committed = ownMail.commitOnce(letter);
        mark.set();
        committed.ifPresent(ownMail::release);
    }

    /// Sends a letter that somebody just asked for.
    void now(Letter letter) throws IOException {
        ownMail.release(ownMail.commit(letter));
    }
}
