package org.postern.notice;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;

/// What is reported to a return handler about one message: RFC 3464.
///
/// @param to the return handler; reports themselves go out with the empty reverse-path
/// @param id the queue id of the message
/// @param envelopeId the ENVID that the client gave (RFC 3461 §4.4), if it gave one
/// @param arrived when the gateway took the message over
/// @param recipients at least one
/// @param original the message as it came
/// @param returned how much of it the report shows
public record DeliveryReport(
        Address to,
        QueueId id,
        Optional<String> envelopeId,
        Instant arrived,
        List<Line> recipients,
        Content original,
        Returned returned) {
    public DeliveryReport {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a report is about at least one recipient");
        }
    }

    /// RFC 3464 §2.3.3, the worst first.
    public enum Action {
        FAILED,
        DELAYED,
        RELAYED,
        DELIVERED
    }

    /// How much of the original goes back. A report travels unprotected.
    public enum Returned {
        /// The fields that find it again, and never the Subject.
        REDACTED,
        /// The same with the Subject.
        HEADERS,
        /// All of it (RFC 3461 §4.3).
        FULL
    }

    /// What became of one recipient.
    ///
    /// @param reply the last reply, ours or the next MTA's
    /// @param hop `host:port` of the MTA that replied; empty if the reply is our own
    /// @param originalRecipient the ORCPT that the client gave (RFC 3461 §4.2)
    /// @param retryUntil when a delayed one will be given up
    /// @param said in the place of what the reply means to people
    public record Line(
            Address recipient,
            Action action,
            Reply reply,
            String hop,
            Optional<String> originalRecipient,
            Optional<Instant> retryUntil,
            Optional<String> said) {
        public Line {
            MailWriter.oneLine(hop);
        }

        /// One whose reply says it.
        public Line(
                Address recipient,
                Action action,
                Reply reply,
                String hop,
                Optional<String> originalRecipient,
                Optional<Instant> retryUntil) {
            this(recipient, action, reply, hop, originalRecipient, retryUntil, Optional.empty());
        }

        /// The same in other words.
        public Line saying(Optional<String> words) {
            return new Line(recipient, action, reply, hop, originalRecipient, retryUntil, words);
        }

        /// One for whom nothing besides is known.
        public Line(Address recipient, Action action, Reply reply, String hop) {
            this(recipient, action, reply, hop, Optional.empty(), Optional.empty());
        }
    }
}
