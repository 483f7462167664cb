package org.postern.clerk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.bridge.Readings;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.StoredMessage;

/// Writes reading by mail programs into the audit. A message that is not there any more has nothing
/// to be read.
public record AuditedReadings(MailboxStore mailbox, AuditLog audit) implements Readings {
    @Override
    public void note(Address reader, List<MessageKey> keys) throws IOException {
        List<AuditEvent> events = new ArrayList<>();
        for (MessageKey key : keys) {
            Optional<StoredMessage> stored = mailbox.message(key);
            stored.ifPresent(
                    it -> events.add(new AuditEvent.Fetched(it.message().queueId(), reader)));
        }
        if (events.isEmpty()) {
            return;
        }
        audit.append(events.toArray(AuditEvent[]::new));
    }
}
