package org.postern.mailbox;

import java.time.Instant;
import java.util.List;
import org.postern.mail.Address;
import org.postern.mail.QueueId;

/// What the store must know of a message besides its content.
///
/// @param queueId the queue id under which it arrived
/// @param clinician the clinic's side of the conversation
/// @param patient the outside party, who reads through the pickup page
/// @param messageId the Message-ID field without angle brackets; empty if there is none
/// @param references Message-IDs of In-Reply-To and References, without angle brackets
public record NewMessage(
        QueueId queueId,
        Direction direction,
        Address clinician,
        Address patient,
        String messageId,
        List<String> references,
        Instant arrived) {
    public NewMessage {
        references = List.copyOf(references);
    }

    public enum Direction {
        TO_PATIENT,
        FROM_PATIENT
    }
}
