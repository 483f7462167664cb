package org.postern.conversation;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.postern.language.Texts;
import org.postern.mail.QueueId;
import org.postern.mailbox.Fate;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.StoredMessage;
import org.postern.mailbox.ThreadId;
import org.postern.page.Views.Mark;

/// How the patient's own messages of a thread stand, as far as the gateway knows: sent, once they
/// are on its disk; delivered, once the clinic's mail server has taken them; never "read".
public record Standing(Map<QueueId, Fate> fates) {
    public Standing {
        fates = Map.copyOf(fates);
    }

    /// @throws IOException if the store is not to be had
    public static Standing of(MailboxStore mailbox, ThreadId thread) throws IOException {
        return new Standing(mailbox.fates(thread));
    }

    /// Whether the files of a message are not given out: nobody knows yet what they hold, or
    /// somebody of the clinic has looked and destroyed it.
    public boolean isWithheld(StoredMessage message) {
        Fate fate = fates.get(message.message().queueId());
        return ThreadView.isMine(message) && (fate == Fate.HELD || fate == Fate.FAILED);
    }

    /// Whether somebody of the clinic has to look at a message first.
    boolean isHeld(StoredMessage message) {
        return ThreadView.isMine(message) && fates.get(message.message().queueId()) == Fate.HELD;
    }

    /// What stands below a message of the patient's own; empty for those of others.
    Optional<Mark> mark(Texts texts, StoredMessage message) {
        if (!ThreadView.isMine(message)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (fates.get(message.message().queueId())) {
                    case null -> new Mark(texts.say("thread.sent"), "sent");
                    case DELIVERED -> new Mark(texts.say("thread.delivered"), "delivered");
                    case HELD -> new Mark(texts.say("thread.held"), "held");
                    case FAILED -> new Mark(texts.say("thread.failed"), "failed");
                });
    }
}
