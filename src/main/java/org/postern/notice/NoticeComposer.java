package org.postern.notice;

import jakarta.activation.DataHandler;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.notice.MailWriter.Mail;
import org.postern.notice.NoticeTemplate.Values;

/// Writes pickup notices and codes: `multipart/alternative`, a text of full worth and HTML with the
/// clinician's photo inside the mail. No remote picture, no attachment, nothing of the content.
public final class NoticeComposer {
    private static final String PHOTO_ID = "photo";

    private final MailWriter writer;

    /// @param domain of the Message-IDs
    /// @param random cryptographically strong
    public NoticeComposer(Domain domain, InstantSource clock, RandomGenerator random) {
        this.writer = new MailWriter(domain, clock, random);
    }

    /// The mail that says that a message waits.
    public Content pickup(PickupNotice notice) {
        Letterhead from = notice.from();
        Values values =
                new Values()
                        .put("clinician", from.clinician())
                        .put("clinic", from.clinic())
                        .put("phone", from.phone())
                        .put("link", notice.link().toString())
                        .put("host", notice.link().getRawAuthority())
                        .put("notme", notice.notMe().toString())
                        .mark(notice.question().mark());
        return compose(
                new Parts(notice.words(), values, from, notice.to(), Optional.of(notice.thread())));
    }

    /// The mail that brings a code.
    public Content code(CodeNotice notice) {
        Values values =
                new Values()
                        .put("clinic", notice.from().clinic())
                        .put("phone", notice.from().phone())
                        .put("code", notice.code())
                        .put("host", notice.host())
                        .put("minutes", Long.toString(notice.life().toMinutes()));
        return compose(
                new Parts(notice.words(), values, notice.from(), notice.to(), Optional.empty()));
    }

    private record Parts(
            List<NoticeTemplate> words,
            Values values,
            Letterhead from,
            Address to,
            Optional<String> thread) {
        String subject() {
            return words.stream()
                    .map(w -> w.subject(values))
                    .distinct()
                    .collect(Collectors.joining(" / "));
        }

        String text() {
            return words.stream()
                    .map(w -> w.text(values))
                    .collect(Collectors.joining("\n\n- - -\n\n"));
        }

        String html() {
            return words.stream().map(w -> w.html(values)).collect(Collectors.joining("\n<hr>\n"));
        }
    }

    private Content compose(Parts parts) {
        try {
            Mail mail = writer.begin();
            Letterhead from = parts.from();
            String name =
                    from.clinician().isEmpty()
                            ? from.clinic()
                            : from.clinician() + " (" + from.clinic() + ")";
            mail.setFrom(MailWriter.address(from.address(), name));
            mail.setRecipient(Message.RecipientType.TO, MailWriter.address(parts.to(), ""));
            mail.setSubject(MailWriter.oneLine(parts.subject()), StandardCharsets.UTF_8.name());
            if (parts.thread().isPresent()) {
                // No mail has this id. It only makes the notices of one conversation siblings.
                mail.setHeader(
                        "References",
                        "<thread." + parts.thread().get() + "@" + writer.domain() + ">");
            }
            mail.setContent(alternatives(parts));
            return MailWriter.octets(mail);
        } catch (MessagingException e) {
            throw new IllegalStateException("a notice could not be composed", e);
        }
    }

    private static MimeMultipart alternatives(Parts parts) throws MessagingException {
        MimeBodyPart text = new MimeBodyPart();
        text.setText(parts.text() + "\n", StandardCharsets.UTF_8.name());
        MimeBodyPart page = new MimeBodyPart();
        page.setText(
                NoticePage.around(parts.html(), parts.from()),
                StandardCharsets.UTF_8.name(),
                "html");
        MimeMultipart alternatives = new MimeMultipart("alternative");
        alternatives.addBodyPart(text);
        Optional<Letterhead.Photo> photo = parts.from().photo();
        alternatives.addBodyPart(photo.isEmpty() ? page : related(page, photo.get()));
        return alternatives;
    }

    /// RFC 2387: the page and the picture that it shows by its Content-ID.
    private static MimeBodyPart related(MimeBodyPart page, Letterhead.Photo photo)
            throws MessagingException {
        MimeBodyPart picture = new MimeBodyPart();
        picture.setDataHandler(new DataHandler(new ByteArrayDataSource(photo.png(), "image/png")));
        picture.setContentID("<" + PHOTO_ID + ">");
        picture.setDisposition(MimeBodyPart.INLINE);
        MimeMultipart related = new MimeMultipart("related; type=\"text/html\"");
        related.addBodyPart(page);
        related.addBodyPart(picture);
        MimeBodyPart whole = new MimeBodyPart();
        whole.setContent(related);
        return whole;
    }
}
