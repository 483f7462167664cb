package org.postern.notice;

import jakarta.activation.DataHandler;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.notice.MailWriter.Mail;
import org.postern.notice.NoticeTemplate.Values;

/// Writes filled templates as mail: `multipart/alternative`, a text of full worth and the same as a
/// card in HTML, with the clinician's photo inside the mail. No remote picture, no attachment.
final class CardMail {
    private static final String PHOTO_ID = "photo";
    private static final int ID_CHARS_MAX = 200;
    private static final int REFERENCES_MAX = 20;

    private final MailWriter writer;

    CardMail(MailWriter writer) {
        this.writer = writer;
    }

    /// What a mail belongs to: RFC 5322 §3.6.4.
    ///
    /// @param references Message-IDs without angle brackets, the oldest first
    /// @param answered the one that is answered; empty if none is
    record Place(List<String> references, Optional<String> answered) {
        Place {
            references = List.copyOf(references);
        }
    }

    /// One mail.
    ///
    /// @param words in each language that the reader may know
    /// @param automatic what RFC 3834 §5 calls it: `auto-generated` or `auto-replied`
    record Card(
            List<NoticeTemplate> words,
            Values values,
            Letterhead from,
            Address to,
            Optional<Address> replyTo,
            Place thread,
            String automatic) {
        private String subject() {
            return words.stream()
                    .map(w -> w.subject(values))
                    .distinct()
                    .collect(Collectors.joining(" / "));
        }

        private String text() {
            return words.stream()
                    .map(w -> w.text(values))
                    .collect(Collectors.joining("\n\n- - -\n\n"));
        }

        private String html() {
            return words.stream().map(w -> w.html(values)).collect(Collectors.joining("\n<hr>\n"));
        }
    }

    Content write(Card card) {
        try {
            Mail mail = writer.begin();
            mail.setHeader("Auto-Submitted", card.automatic());
            Letterhead from = card.from();
            String name =
                    from.clinician().isEmpty()
                            ? from.clinic()
                            : from.clinician() + " (" + from.clinic() + ")";
            mail.setFrom(MailWriter.address(from.address(), name));
            mail.setRecipient(Message.RecipientType.TO, MailWriter.address(card.to(), ""));
            if (card.replyTo().isPresent()) {
                mail.setReplyTo(
                        new jakarta.mail.Address[] {MailWriter.address(card.replyTo().get(), "")});
            }
            mail.setSubject(MailWriter.oneLine(card.subject()), StandardCharsets.UTF_8.name());
            thread(mail, card.thread());
            mail.setContent(alternatives(card));
            return MailWriter.octets(mail);
        } catch (MessagingException e) {
            throw new IllegalStateException("a notice could not be composed", e);
        }
    }

    private static void thread(Mail mail, Place thread) throws MessagingException {
        Optional<String> answered = thread.answered().filter(CardMail::isUsable);
        if (answered.isPresent()) {
            mail.setHeader("In-Reply-To", "<" + answered.get() + ">");
        }
        List<String> usable = thread.references().stream().filter(CardMail::isUsable).toList();
        if (!usable.isEmpty()) {
            int surplus = Math.max(0, usable.size() - REFERENCES_MAX);
            mail.setHeader(
                    "References",
                    usable.subList(surplus, usable.size()).stream()
                            .map(id -> "<" + id + ">")
                            .collect(Collectors.joining("\r\n ")));
        }
    }

    /// Longer ones would break the line limit (RFC 5322 §2.1.1), and nothing else may stand in one.
    private static boolean isUsable(String id) {
        return id.length() <= ID_CHARS_MAX && id.matches("[\\x21-\\x7E&&[^<>]]+");
    }

    private static MimeMultipart alternatives(Card card) throws MessagingException {
        MimeBodyPart text = new MimeBodyPart();
        text.setText(card.text() + "\n", StandardCharsets.UTF_8.name());
        MimeBodyPart page = new MimeBodyPart();
        page.setText(
                NoticePage.around(card.html(), card.words().getFirst().direction(), card.from()),
                StandardCharsets.UTF_8.name(),
                "html");
        MimeMultipart alternatives = new MimeMultipart("alternative");
        alternatives.addBodyPart(text);
        Optional<Letterhead.Photo> photo = card.from().photo();
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
