package org.postern.notice;

import jakarta.activation.DataHandler;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.notice.DeliveryReport.Action;
import org.postern.notice.DeliveryReport.Line;
import org.postern.notice.DeliveryReport.Returned;
import org.postern.notice.MailWriter.Mail;

/// Writes delivery reports: `multipart/report` (RFC 6522) of words for people, the status for
/// programs (RFC 3464), and as much of the original as the report may show.
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
    public Content compose(DeliveryReport report) {
        Action worst =
                report.recipients().stream()
                        .map(Line::action)
                        .min(Comparator.naturalOrder())
                        .orElseThrow();
        return compose(report, ReportWords.subject(worst), ReportWords.text(report, worst));
    }

    /// The same about mail of which nobody else hears.
    public Content composeForPostmaster(DeliveryReport report) {
        return compose(
                report, "A report could not be delivered", ReportWords.forPostmaster(report));
    }

    private Content compose(DeliveryReport report, String subject, String words) {
        try {
            Mail mail = writer.begin();
            // RFC 3834 §5.1: a report is a reply, made by a program.
            mail.setHeader("Auto-Submitted", "auto-replied");
            mail.setFrom(MailWriter.address(from, "Mail delivery"));
            mail.setRecipient(Message.RecipientType.TO, MailWriter.address(report.to(), ""));
            mail.setSubject(subject);
            mail.setContent(parts(report, words));
            return MailWriter.octets(mail);
        } catch (MessagingException e) {
            throw new IllegalStateException("a report could not be composed", e);
        }
    }

    private MimeMultipart parts(DeliveryReport report, String text) throws MessagingException {
        MimeMultipart parts = new MimeMultipart("report; report-type=delivery-status");
        MimeBodyPart words = new MimeBodyPart();
        words.setText(text, StandardCharsets.UTF_8.name());
        parts.addBodyPart(words);
        parts.addBodyPart(part("message/delivery-status", status(report)));
        parts.addBodyPart(original(report));
        return parts;
    }

    private static MimeBodyPart part(String type, String body) throws MessagingException {
        return part(type, body.getBytes(StandardCharsets.US_ASCII));
    }

    private static MimeBodyPart part(String type, byte[] octets) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setDataHandler(new DataHandler(new ByteArrayDataSource(octets, type)));
        part.setHeader("Content-Type", type);
        // RFC 3464 §2.1 wants these two in 7bit.
        part.setHeader("Content-Transfer-Encoding", "7bit");
        return part;
    }

    private String status(DeliveryReport report) {
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

    private void recipient(StringBuilder status, Line recipient) {
        status.append("\r\n");
        recipient
                .originalRecipient()
                .ifPresent(it -> line(status, "Original-Recipient", ascii(it.replace(";", "; "))));
        line(status, "Final-Recipient", typed(recipient.recipient()));
        line(status, "Action", recipient.action().name().toLowerCase(Locale.ROOT));
        line(status, "Status", status(recipient));
        if (!recipient.hop().isEmpty()) {
            line(status, "Remote-MTA", "dns; " + ascii(recipient.hop().replaceFirst(":\\d+$", "")));
        }
        if (recipient.action() == Action.FAILED || !recipient.hop().isEmpty()) {
            line(status, "Diagnostic-Code", "smtp; " + recipient.reply());
        }
        recipient
                .retryUntil()
                .ifPresent(until -> line(status, "Will-Retry-Until", DATE.format(until)));
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
        String wantedClass =
                switch (line.action()) {
                    case FAILED -> "5";
                    case DELAYED -> "4";
                    case RELAYED, DELIVERED -> "2";
                };
        String given = line.reply().enhanced();
        return given.startsWith(wantedClass + ".") ? given : wantedClass + ".0.0";
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append(name).append(": ").append(MailWriter.oneLine(value)).append("\r\n");
    }

    /// The original's header fields, or all of it. What cannot be read any more is no obstacle.
    private static MimeBodyPart original(DeliveryReport report) throws MessagingException {
        if (report.returned() == Returned.FULL) {
            try (InputStream in = report.original().open()) {
                byte[] whole = in.readAllBytes();
                // Octets above 127 that nobody announced: they cannot go in a report of 7 bits.
                if (isAscii(whole)) {
                    return part("message/rfc822", whole);
                }
            } catch (IOException _) {
                return part("text/rfc822-headers", "X-Original: unreadable\r\n");
            }
        }
        boolean open = report.returned() != Returned.REDACTED;
        return part("text/rfc822-headers", fields(report.original(), open));
    }

    private static boolean isAscii(byte[] octets) {
        for (byte octet : octets) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
    }

    private static String fields(Content message, boolean withSubject) {
        StringBuilder shown = new StringBuilder();
        try {
            HeaderSection section = HeaderSection.read(message);
            for (String name : SHOWN) {
                section.first(name).ifPresent(field -> shown.append(shown(field)));
            }
            if (withSubject) {
                section.first("Subject").ifPresent(field -> shown.append(shown(field)));
                return shown.toString();
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
