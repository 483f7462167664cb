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
/// @param original the message's header section as it came, octets; the report shows a few fields
///   of it and never the Subject
public record FailureReport(
        Address to,
        QueueId id,
        Optional<String> envelopeId,
        Instant arrived,
        List<Line> recipients,
        Content original) {
    public FailureReport {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a report is about at least one recipient");
        }
        envelopeId.ifPresent(MailWriter::oneLine);
    }

    /// RFC 3464 §2.3.3.
    public enum Action {
        FAILED,
        DELAYED
    }

    /// What became of one recipient.
    ///
    /// @param reply the last reply, ours or the next MTA's
    /// @param hop `host:port` of the MTA that replied; empty if the reply is our own
    public record Line(Address recipient, Action action, Reply reply, String hop) {
        public Line {
            MailWriter.oneLine(hop);
        }
    }
}
