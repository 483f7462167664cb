package org.postern.mailbox;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
    private static final int REFERENCES_MAX = 100;
    private static final int MESSAGE_ID_CHARS_MAX = 998;

    public NewMessage {
        references = List.copyOf(references);
    }

    /// As it is kept: the last hundred of the references, none that is no Message-ID, times to the
    /// millisecond.
    NewMessage trimmed() {
        List<String> ids = references.stream().filter(NewMessage::isMessageId).toList();
        int surplus = Math.max(0, ids.size() - REFERENCES_MAX);
        return new NewMessage(
                queueId,
                direction,
                clinician,
                patient,
                isMessageId(messageId) ? messageId : "",
                ids.subList(surplus, ids.size()),
                arrived.truncatedTo(ChronoUnit.MILLIS));
    }

    /// Printable ASCII without spaces, in a line of at most 998 (RFC 5322 §2.1.1, §3.6.4).
    private static boolean isMessageId(String text) {
        return text.length() <= MESSAGE_ID_CHARS_MAX && text.matches("[\\x21-\\x7E]+");
    }

    public enum Direction {
        TO_PATIENT,
        FROM_PATIENT
    }
}
