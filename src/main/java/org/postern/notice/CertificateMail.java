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
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;

/// The mail by which IT hears of certificates that end or are asked for, and of notices that came
/// back about which nobody else may be written to.
public final class CertificateMail {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final MailWriter writer;
    private final Address from;

    /// One certificate.
    ///
    /// @param what whose it is and where it lies, for people
    /// @param end empty for one that is not used, whenever it ends
    /// @param advice a sentence: what to do
    public record Line(String what, Optional<Instant> end, String advice) {
        /// One that ends.
        public Line(String what, Instant end, String advice) {
            this(what, Optional.of(end), advice);
        }
    }

    /// @param domain of the Message-IDs
    /// @param from of the gateway itself
    public CertificateMail(
            Domain domain, Address from, InstantSource clock, RandomGenerator random) {
        this.writer = new MailWriter(domain, clock, random);
        this.from = from;
    }

    /// That certificates end, or are not used.
    ///
    /// @param lines at least one
    public Content ending(Address to, List<Line> lines) {
        StringBuilder text = new StringBuilder();
        long ends = lines.stream().filter(line -> line.end().isPresent()).count();
        text.append(
                        ends == lines.size()
                                ? "These certificates end soon. When one has ended,"
                                : "These certificates end soon, or are not used. Without one,")
                .append(" mail that needs it is held, or goes another way.\n\n");
        for (Line line : lines) {
            text.append("- ").append(MailWriter.oneLine(line.what())).append("\n  ");
            text.append(line.end().map(it -> "ends on " + DAY.format(it)).orElse("is not used"));
            text.append(". ").append(MailWriter.oneLine(line.advice())).append("\n\n");
        }
        text.append("You hear of each 30 days ahead and 7 days ahead, once; of one that is not")
                .append(" used, once. ./gateway doctor shows all of them.\n");
        String end = ends == 0 ? "is not used" : "ends soon";
        String subject =
                lines.size() == 1
                        ? "A certificate " + end
                        : lines.size()
                                + " certificates "
                                + (ends == lines.size() ? "end soon" : "end soon or are not used");
        return write(to, subject, text.toString());
    }

    /// That a patient asks for a key of her own.
    public Content asked(Address to, Address patient) {
        String text =
                """
                On the page, behind the check, this patient asks to read private mail in a mail
                program of her own:

                  %s

                Call her at a number that the clinic has had before, so that you know it is she.
                Then give her a key, or say that she gets none:

                  ./gateway cert issue --pickup %s
                  ./gateway cert decline %s

                ./gateway cert asked shows everybody who waits. She may take it back until then.
                """
                        .formatted(patient, patient.lastShellWord(), patient.lastShellWord());
        return write(to, "A patient asks for a key of her own", text);
    }

    /// That patients were not reached, by mail whose author may be anybody. It names neither
    /// patients nor authors, and nothing of the mail but its queue ids.
    ///
    /// @param named at least one
    /// @param others how many more there were
    public Content returned(Address to, List<QueueId> named, long others) {
        StringBuilder text = new StringBuilder();
        text.append(
                """
                Notices to patients came back, or whoever got one says that it is not for her. So
                nobody reads what waits for them here, and their links pause. The author of each
                message is outside of the clinic's domains: your own mail server passed it on, and
                anybody may have written it, so nobody is written to but you.

                """);
        for (QueueId id : named) {
            text.append("  ./gateway audit show ").append(id).append('\n');
        }
        if (others > 0) {
            text.append("  and ").append(others).append(" more: ./gateway audit show\n");
        }
        text.append(
                """

                This shows to whom each was, and why it came back. You hear of all that come within
                an hour by one letter. If these are people of the clinic, add their domain to the
                domains of gateway.yaml; they are told by themselves then.
                """);
        return write(to, "Notices to patients came back", text.toString());
    }

    private Content write(Address to, String subject, String text) {
        try {
            MailWriter.Mail mail = writer.begin();
            mail.setFrom(MailWriter.address(from, "Mail gateway"));
            mail.setRecipient(Message.RecipientType.TO, MailWriter.address(to, ""));
            mail.setSubject(subject);
            mail.setText(text, StandardCharsets.UTF_8.name());
            return MailWriter.octets(mail);
        } catch (MessagingException e) {
            throw new IllegalStateException("a mail to IT could not be composed", e);
        }
    }
}
