package org.postern.notice;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.notice.CardMail.Card;
import org.postern.notice.CardMail.Place;
import org.postern.notice.NoticeTemplate.Values;

/// Writes what patients get: pickup notices, reminders, codes, and the answer to those who wrote by
/// ordinary mail. Nothing of the content stands in them.
public final class NoticeComposer {
    private final Domain domain;
    private final CardMail mail;

    /// @param domain of the Message-IDs
    /// @param random cryptographically strong
    public NoticeComposer(Domain domain, InstantSource clock, RandomGenerator random) {
        this.domain = domain;
        this.mail = new CardMail(new MailWriter(domain, clock, random));
    }

    /// The mail that says that a message waits, or still waits.
    public Content pickup(PickupNotice notice) {
        // No mail has this id. It only makes the notices of one conversation siblings.
        String sibling = "thread." + notice.thread() + "@" + domain;
        return write(notice, new Place(List.of(sibling), Optional.empty()), "auto-generated");
    }

    /// The automatic answer to a patient's ordinary mail, with a link: RFC 3834.
    ///
    /// @param answered Message-ID of her mail without angle brackets; empty if it has none
    public Content answer(PickupNotice notice, String answered) {
        List<String> references = answered.isEmpty() ? List.of() : List.of(answered);
        Place thread = new Place(references, references.stream().findFirst());
        return write(notice, thread, "auto-replied");
    }

    private Content write(PickupNotice notice, Place thread, String automatic) {
        Letterhead from = notice.from();
        Values values =
                new Values()
                        .put("clinician", from.clinician())
                        .put("clinic", from.clinic())
                        .put("phone", from.phone())
                        .put("link", notice.ways().link().toString())
                        .put("host", notice.ways().link().getRawAuthority())
                        .put("notme", notice.ways().notMe().toString())
                        .put("typed", notice.ways().typed().orElse(""))
                        .put("word", notice.word().orElse(""))
                        .mark(notice.question().mark());
        return mail.write(
                new Card(
                        notice.words(),
                        values,
                        from,
                        notice.to(),
                        notice.replyTo(),
                        thread,
                        automatic));
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
        return clinicMail(notice.words(), values, notice.from(), notice.to());
    }

    /// The mail that brings a link to somebody who is no reader of her own.
    public Content link(LinkNotice notice) {
        Values values =
                new Values()
                        .put("clinician", notice.clinician())
                        .put("clinic", notice.from().clinic())
                        .put("phone", notice.from().phone())
                        .put("link", notice.link().toString())
                        .put("host", notice.link().getRawAuthority())
                        .put("hours", Long.toString(notice.life().toHours()));
        return clinicMail(notice.words(), values, notice.from(), notice.to());
    }

    /// The mail that tells of something odd. It has no link: what is odd may be that somebody else
    /// reads along.
    public Content alert(AlertNotice notice) {
        Values values =
                new Values()
                        .put("clinic", notice.from().clinic())
                        .put("phone", notice.from().phone())
                        .put("host", notice.host())
                        .mark(notice.reason().mark());
        return clinicMail(notice.words(), values, notice.from(), notice.to());
    }

    /// Mail that belongs to no conversation.
    private Content clinicMail(
            List<NoticeTemplate> words, Values values, Letterhead from, Address to) {
        return mail.write(
                new Card(
                        words,
                        values,
                        from,
                        to,
                        Optional.empty(),
                        new Place(List.of(), Optional.empty()),
                        "auto-generated"));
    }
}
