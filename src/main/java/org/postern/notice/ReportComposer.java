package org.postern.notice;

import jakarta.activation.DataHandler;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.notice.FailureReport.Action;
import org.postern.notice.FailureReport.Line;
import org.postern.notice.MailWriter.Mail;

/// Writes failure and delay reports: `multipart/report` (RFC 6522) of a sentence for people, the
/// status for programs (RFC 3464) and a few header fields of the original.
///
/// Reports about protected mail travel in clear, so they carry no body and no Subject.
public final class ReportComposer {
    /// What finds the original again in the author's client, and nothing that tells of its content.
    private static final List<String> SHOWN =
            List.of("From", "To", "Date", "Message-ID", "In-Reply-To", "References");

    private static final int FIELD_CHARS_MAX = 900;

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final MailWriter writer;
    private final Address from;

    /// @param domain of the gateway, its name as reporting MTA
    /// @param from such as postmaster at the clinic's domain
    public ReportComposer(
            Domain domain, Address from, InstantSource clock, RandomGenerator random) {
        this.writer = new MailWriter(domain, clock, random);
        this.from = from;
    }

    /// The whole report, to be sent with the empty reverse-path (RFC 3464 §2).
    public Content compose(FailureReport report) {
        boolean failed = report.recipients().stream().anyMatch(l -> l.action() == Action.FAILED);
        try {
            Mail mail = writer.begin();
            // RFC 3834 §5.1: a report is a reply, made by a program.
            mail.setHeader("Auto-Submitted", "auto-replied");
            mail.setFrom(MailWriter.address(from, "Mail delivery"));
            mail.setRecipient(Message.RecipientType.TO, MailWriter.address(report.to(), ""));
            mail.setSubject(failed ? "Your message was not delivered" : "Your message is delayed");
            mail.setContent(parts(report, failed));
            return MailWriter.octets(mail);
        } catch (MessagingException e) {
            throw new IllegalStateException("a report could not be composed", e);
        }
    }

    /// Tells a clinician that her notice reached somebody else, who said so on the page.
    ///
    /// @param patient whose address it went to
    /// @param id of the message that the notice was about
    public Content misdirected(Address to, Address patient, QueueId id) {
        try {
            Mail mail = writer.begin();
            mail.setHeader("Auto-Submitted", "auto-generated");
            mail.setFrom(MailWriter.address(from, "Mail delivery"));
            mail.setRecipient(Message.RecipientType.TO, MailWriter.address(to, ""));
            mail.setSubject("A message of yours reached the wrong person");
            mail.setText(
                    """
                    Somebody who got the notice for %s says: this is not me.

                    The links to that message are dead now. Please check the address, and call the
                    patient. The message itself was not opened by this person, unless the audit says
                    so.

                    Number for questions to IT: %s
                    """
                            .formatted(patient, id),
                    StandardCharsets.UTF_8.name());
            return MailWriter.octets(mail);
        } catch (MessagingException e) {
            throw new IllegalStateException("a report could not be composed", e);
        }
    }

    private MimeMultipart parts(FailureReport report, boolean failed) throws MessagingException {
        MimeMultipart parts = new MimeMultipart("report; report-type=delivery-status");
        MimeBodyPart words = new MimeBodyPart();
        words.setText(words(report, failed), StandardCharsets.UTF_8.name());
        parts.addBodyPart(words);
        parts.addBodyPart(part("message/delivery-status", status(report)));
        parts.addBodyPart(part("text/rfc822-headers", original(report.original())));
        return parts;
    }

    private static MimeBodyPart part(String type, String body) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        byte[] octets = body.getBytes(StandardCharsets.US_ASCII);
        part.setDataHandler(new DataHandler(new ByteArrayDataSource(octets, type)));
        part.setHeader("Content-Type", type);
        // RFC 3464 §2.1 wants these two in 7bit.
        part.setHeader("Content-Transfer-Encoding", "7bit");
        return part;
    }

    private static String words(FailureReport report, boolean failed) {
        StringBuilder text = new StringBuilder();
        text.append(
                failed
                        ? "Your message could not be delivered to everybody.\n\n"
                        : "Your message is not yet delivered to everybody. We keep trying; you"
                                + " need not send it again.\n\n");
        for (Line line : report.recipients()) {
            text.append("To: ").append(line.recipient()).append('\n');
            text.append(line.action() == Action.FAILED ? "Not delivered: " : "Delayed: ");
            text.append(line.reply().text()).append('\n');
            if (!line.hop().isEmpty()) {
                text.append("Said by: ").append(line.hop()).append('\n');
            }
            text.append('\n');
        }
        text.append("The subject and the text of your message are left out here on purpose: this")
                .append(" report travels unprotected. You find the message in your Sent folder.\n")
                .append("Number for questions to IT: ")
                .append(report.id())
                .append('\n');
        return text.toString();
    }

    private String status(FailureReport report) {
        StringBuilder status = new StringBuilder();
        report.envelopeId().ifPresent(id -> line(status, "Original-Envelope-Id", ascii(id)));
        line(status, "Reporting-MTA", "dns; " + writer.domain());
        line(status, "X-Postern-Queue-ID", report.id().value());
        line(status, "Arrival-Date", DATE.format(report.arrived()));
        for (Line recipient : report.recipients()) {
            recipient(status, recipient);
        }
        return status.toString();
    }

    private static void recipient(StringBuilder status, Line recipient) {
        status.append("\r\n");
        line(status, "Final-Recipient", typed(recipient.recipient()));
        line(status, "Action", recipient.action().name().toLowerCase(Locale.ROOT));
        line(status, "Status", status(recipient));
        if (!recipient.hop().isEmpty()) {
            line(status, "Remote-MTA", "dns; " + ascii(recipient.hop().replaceFirst(":\\d+$", "")));
        }
        line(status, "Diagnostic-Code", "smtp; " + recipient.reply());
    }

    /// What is not ASCII is written in the ASCII form of RFC 6533 §3.
    private static String typed(Address recipient) {
        if (recipient.isAscii()) {
            return "rfc822; " + recipient;
        }
        StringBuilder text = new StringBuilder("utf-8; ");
        recipient
                .toString()
                .codePoints()
                .forEach(c -> {
                    if (c < 0x80 && c != '\\') {
                        text.append((char) c);
                    } else {
                        text.append("\\x{").append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
                        text.append('}');
                    }
                });
        return text.toString();
    }

    /// RFC 3464 §2.3.4 wants a status even where the reply has none; its class must fit the action.
    private static String status(Line line) {
        String wantedClass = line.action() == Action.FAILED ? "5" : "4";
        String given = line.reply().enhanced();
        return given.startsWith(wantedClass + ".") ? given : wantedClass + ".0.0";
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append(name).append(": ").append(MailWriter.oneLine(value)).append("\r\n");
    }

    private static String original(Content message) {
        StringBuilder shown = new StringBuilder();
        try {
            HeaderSection section = HeaderSection.read(message);
            for (String name : SHOWN) {
                section.first(name).ifPresent(field -> shown.append(shown(field)));
            }
        } catch (IOException | MimeException e) {
            return "X-Original: unreadable\r\n";
        }
        return shown.append("Subject: [...]\r\n").toString();
    }

    private static String shown(HeaderField field) {
        String body = ascii(field.body());
        String cut = body.length() > FIELD_CHARS_MAX ? body.substring(0, FIELD_CHARS_MAX) : body;
        return field.name() + ": " + cut + "\r\n";
    }

    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder();
        text.chars().forEach(c -> ascii.append(c >= 0x20 && c < 0x7F ? (char) c : '?'));
        return ascii.toString();
    }
}
