package org.postern.follow;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.PickupToken;
import org.postern.notice.LinkNotice;
import org.postern.notice.NoticeComposer;
import org.postern.notice.NoticeTemplate;
import org.postern.transit.OwnMail;
import org.postern.transit.Stationery;

/// Mail with a link for somebody who is no reader of her own: who wants to write first, or who
/// reads along for a patient. Nobody is told if it cannot be delivered.
public final class LinkLetters {
    private final Outbox outbox;
    private final NoticeComposer composer;
    private final Stationery stationery;
    private final String url;

    /// @param url of the pages, without a slash at its end
    public LinkLetters(
            OwnMail ownMail, NoticeComposer composer, Stationery stationery, String url) {
        this.outbox = new Outbox(ownMail);
        this.composer = composer;
        this.stationery = stationery;
        this.url = url;
    }

    /// @param cause the message it is about, or what names the request in the audit
    /// @param clinician whom it is about
    /// @param life how long the link is good
    public record Wanted(QueueId cause, Address clinician, Address to, Duration life) {}

    /// Queues a link to write first.
    public void start(Wanted wanted, Locale language, PickupToken token) throws IOException {
        List<NoticeTemplate> words = stationery.startWords(language);
        outbox.now(letter(OwnMail.START, wanted, words, "/w/" + token.value()));
    }

    /// Queues a link for somebody who reads along.
    public void caregiver(Wanted wanted, PickupToken token) throws IOException {
        List<NoticeTemplate> words = stationery.caregiverWords();
        outbox.now(letter(OwnMail.CAREGIVER, wanted, words, "/k/" + token.value()));
    }

    /// The same, once for each message and caregiver, however often the attempt is repeated that it
    /// belongs to.
    ///
    /// @param mark records that the letter is on disk, before it leaves
    public void caregiverOnce(Wanted wanted, PickupToken token, Outbox.Mark mark)
            throws IOException {
        List<NoticeTemplate> words = stationery.caregiverWords();
        outbox.once(letter(OwnMail.CAREGIVER, wanted, words, "/k/" + token.value()), mark);
    }

    private OwnMail.Letter letter(
            String kind, Wanted wanted, List<NoticeTemplate> words, String path) {
        LinkNotice notice =
                new LinkNotice(
                        words,
                        stationery.clinic(wanted.clinician()),
                        stationery.letterhead(wanted.clinician()).clinician(),
                        wanted.to(),
                        URI.create(url + path),
                        wanted.life());
        return new OwnMail.Letter(
                kind,
                wanted.cause(),
                List.of(wanted.to()),
                null,
                wanted.to(),
                composer.link(notice));
    }
}
