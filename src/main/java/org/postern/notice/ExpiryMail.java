package org.postern.notice;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;

/// The mail by which IT hears that certificates end.
public final class ExpiryMail {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final MailWriter writer;
    private final Address from;

    /// One certificate.
    ///
    /// @param what whose it is and where it lies, for people
    /// @param advice a sentence: what to do
    public record Line(String what, Instant end, String advice) {}

    /// @param domain of the Message-IDs
    /// @param from of the gateway itself
    public ExpiryMail(Domain domain, Address from, InstantSource clock, RandomGenerator random) {
        this.writer = new MailWriter(domain, clock, random);
        this.from = from;
    }

    /// @param lines at least one
    public Content compose(Address to, List<Line> lines) {
        StringBuilder text = new StringBuilder();
        text.append("These certificates end soon. When one has ended, mail that needs it is held, ")
                .append("or goes another way.\n\n");
        for (Line line : lines) {
            text.append("- ").append(MailWriter.oneLine(line.what())).append("\n  ends on ");
            text.append(DAY.format(line.end())).append(". ").append(line.advice()).append("\n\n");
        }
        text.append("You hear of each 30 days ahead and 7 days ahead, once. ./gateway doctor shows")
                .append(" all of them.\n");
        try {
            MailWriter.Mail mail = writer.begin();
            mail.setFrom(MailWriter.address(from, "Mail gateway"));
            mail.setRecipient(Message.RecipientType.TO, MailWriter.address(to, ""));
            mail.setSubject(
                    lines.size() == 1
                            ? "A certificate ends soon"
                            : lines.size() + " certificates end soon");
            mail.setText(text.toString(), StandardCharsets.UTF_8.name());
            return MailWriter.octets(mail);
        } catch (MessagingException e) {
            throw new IllegalStateException("a mail to IT could not be composed", e);
        }
    }
}
