package org.postern.transit;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.postern.audit.AuditEntry;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditEvent.Attempted;
import org.postern.audit.AuditLog;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delivered;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;

/// What a stop kept from the audit. An outcome is recorded in the spool before it is audited, so
/// that nothing is sent twice; a stop between the two leaves an outcome without an entry. At the
/// next start those that the spool still holds are compared with the log, and what is missing is
/// written.
///
/// Only final outcomes are compared: what is delayed is attempted again and audited then.
final class AuditGap {
    private static final String WHY = "recorded before a stop, audited after it";

    private final Map<Outcome, Attempted> missing = new LinkedHashMap<>();
    private Instant oldest = Instant.MAX;

    private record Outcome(String id, String recipient, String word) {}

    /// Notes the final outcomes of a message that was found in the spool.
    void note(QueuedMessage message) {
        message.states()
                .forEach((recipient, state) -> {
                    switch (state) {
                        case RecipientState.Done(DeliveryOutcome outcome) ->
                                note(message, recipient, outcome);
                        // No attempt: it is in the entry of the acceptance.
                        case RecipientState.Held held
                                when held.reason().equals(message.ruling().doubt()) -> {}
                        case RecipientState.Held held ->
                                note(message, recipient, new DeliveryOutcome.Held(held.reason()));
                        case RecipientState.Waiting _ -> {}
                    }
                });
    }

    private void note(QueuedMessage message, Address recipient, DeliveryOutcome outcome) {
        String way = way(message.decision(recipient), outcome);
        missing.put(
                new Outcome(message.id().value(), recipient.toString(), word(outcome)),
                new Attempted(message.id(), recipient, way, outcome, WHY));
        if (message.arrived().isBefore(oldest)) {
            oldest = message.arrived();
        }
    }

    /// Writes the entries that are missing; durable on return.
    ///
    /// @return how many there were
    int close(AuditLog audit) throws IOException {
        if (missing.isEmpty()) {
            return 0;
        }
        Set<QueueId> messages = new HashSet<>();
        missing.values().forEach(each -> messages.add(each.id()));
        audit.attempts(oldest, messages, this::found);
        audit.append(missing.values().toArray(AuditEvent[]::new));
        return missing.size();
    }

    private void found(AuditEntry entry) {
        missing.remove(
                new Outcome(entry.text("id"), entry.text("recipient"), entry.text("outcome")));
    }

    /// As the audit spells it.
    private static String word(DeliveryOutcome outcome) {
        return switch (outcome) {
            case DeliveryOutcome.Relayed _ -> "relayed";
            case Delivered() -> "delivered";
            case DeliveryOutcome.Delayed _ -> "delayed";
            case DeliveryOutcome.Held _ -> "held";
            case DeliveryOutcome.Failed _ -> "failed";
        };
    }

    /// Which of several protections it was the spool does not say.
    private static String way(Decision decision, DeliveryOutcome outcome) {
        return switch (decision) {
            case Decision.Deliver(Decision.Route route, _) -> route.word();
            case Decision.Protect protect when protect.inOrder().size() == 1 ->
                    protect.inOrder().getFirst().word();
            case Decision.Protect _ -> outcome instanceof Delivered ? "pickup" : "unknown";
            case Decision.Hold _, Decision.Refuse _, Decision.Return _ -> "none";
        };
    }
}
