package org.postern.clerk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.bridge.Readings;
import org.postern.held.Decider.Approver;
import org.postern.held.HeldDesk;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;

/// Writes reading by mail programs into the audit: of held mail as the page does.
public record AuditedReadings(MailboxStore mailbox, AuditLog audit) implements Readings {
    @Override
    public List<MessageKey> note(Address reader, List<MessageKey> keys) throws IOException {
        List<AuditEvent> events = new ArrayList<>();
        List<MessageKey> there = new ArrayList<>();
        for (MessageKey key : keys) {
            Optional<StoredMessage> stored = mailbox.message(key);
            if (stored.isEmpty()) {
                continue;
            }
            NewMessage message = stored.get().message();
            boolean held = message.direction() == Direction.HELD;
            events.add(
                    held
                            ? HeldDesk.looking(new Approver(reader, Set.of()), message.queueId())
                            : new AuditEvent.Fetched(message.queueId(), reader));
            there.add(key);
        }
        if (!events.isEmpty()) {
            audit.append(events.toArray(AuditEvent[]::new));
        }
        return List.copyOf(there);
    }
}
