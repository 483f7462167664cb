package org.postern.transit;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postern.check.Codes;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.NewMessage.Stay;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.StoredMessage;
import org.postern.mime.DisplayAddress;
import org.postern.mime.DisplayAddress.Single;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.notice.AlertNotice;
import org.postern.notice.CodeNotice;
import org.postern.notice.NoticeComposer;
import org.postern.notice.NoticeTemplate;
import org.postern.notice.PickupNotice;
import org.postern.outgoing.OutgoingContent;
import org.postern.policy.Extras;
import org.postern.policy.Protection.Level;
import org.postern.spool.QueuedMessage;

/// The secure mailbox as the story uses it: keeps a message and tells the patient; keeps the
/// patient's reply beside it. Who may read is the pickup's business.
public final class SecureMailbox {
    /// Why mail waits that the policy sends into mailboxes.
    static final String UNREAD =
            "the policy sends it into the secure mailbox, and nobody could read it there:"
                    + " listeners.imap and listeners.pickup have to be open";

    /// RFC 5322 §3.6.4, `msg-id`, as strict as it has to be to serve as a name.
    private static final Pattern MESSAGE_ID = Pattern.compile("<([^<>\\s]{1,250})>");

    /// References beyond these are of no use to find a thread.
    private static final int REFERENCES_MAX = 50;

    private final MailboxStore store;
    private final OwnMail ownMail;
    private final NoticeComposer composer;
    private final FollowUp followUp;
    private final Stationery stationery;
    private final Terms terms;
    private final Pins pins;
    private final Clock clock;

    /// @param url of the pickup pages, without a slash at its end
    /// @param link how long a link in a notice is good
    /// @param readers who opens it
    public record Terms(String url, Duration link, Signs signs, Readers readers) {}

    /// Who can read what lies there.
    public enum Readers {
        /// Patients on their pages.
        PATIENTS,
        /// The clinic's people in their mail programs as well.
        CLINIC_TOO
    }

    /// What tells a patient that a mail is ours.
    public interface Signs {
        /// What stands for a link where somebody types and does not tap; durable on return.
        ///
        /// @param expires when the link does
        String typed(PickupToken token, Instant expires) throws IOException;

        /// The word that she chose; empty if she chose none.
        Optional<String> word(Address patient) throws IOException;
    }

    /// How a PIN that was set for one message of a patient is kept.
    @FunctionalInterface
    public interface Pins {
        /// The keyed, slow hash of it.
        String hash(Address patient, String pin);
    }

    /// What watches over a message from its notice on.
    @FunctionalInterface
    public interface FollowUp {
        /// Begins once for a message, however often it is called; durable on return.
        void begin(StoredMessage message) throws IOException;

        /// The patient's notice is on its way: others may hear of the message too. What fails here
        /// is logged, and keeps nothing of the patient's back.
        default void told(StoredMessage message) {}
    }

    public SecureMailbox(
            MailboxStore store,
            OwnMail ownMail,
            NoticeComposer composer,
            FollowUp followUp,
            Stationery stationery,
            Terms terms,
            Pins pins,
            Clock clock) {
        this.store = store;
        this.ownMail = ownMail;
        this.composer = composer;
        this.followUp = followUp;
        this.stationery = stationery;
        this.terms = terms;
        this.pins = pins;
        this.clock = clock;
    }

    /// Stores a message for its recipient; once, however often it is attempted.
    ///
    /// @param level how well she shows who she is
    StoredMessage keep(QueuedMessage message, Address patient, Level level, Content content)
            throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(content);
        Address clinician = clinician(message, header);
        Optional<String> pin =
                OutgoingContent.pin(header).map(found -> pins.hash(patient, found.digits()));
        Guard guard = new Guard(level, pin);
        Stay stay = stay(message, patient, clock.instant());
        Pair pair = new Pair(clinician, patient, guard, ownMail.telling(clinician, message, stay));
        return store.store(
                newMessage(message, Direction.TO_PATIENT, pair, header),
                OutgoingContent.withoutPin(content));
    }

    /// As the decision about her mail says. The time to read begins when the message can be read,
    /// not while it waits for a person or a server; a later attempt finds what the first one kept.
    static Stay stay(QueuedMessage message, Address patient, Instant now) {
        Extras.Fetching fetching = message.extras(patient).fetching();
        return new Stay(message.arrived(), fetching.expiry().map(now::plus), fetching.language());
    }

    /// Puts a patient's reply into the thread that she sees.
    void keepReply(QueuedMessage message, Content content) throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(content);
        Address patient = message.envelope().reversePath();
        if (patient != null) {
            Address clinician = message.envelope().recipients().getFirst();
            store.store(
                    newMessage(
                            message,
                            Direction.FROM_PATIENT,
                            new Pair(clinician, patient, Guard.USUAL, Stay.from(message.arrived())),
                            header),
                    content);
        }
    }

    /// Queues the notice, unless that was done.
    public void notify(StoredMessage stored) throws IOException {
        if (stored.recalled().isPresent()) {
            return;
        }
        if (stored.notified()) {
            // A stop behind the mark has left the letter, and it was kept back for this attempt.
            NewMessage message = stored.message();
            if (ownMail.releaseKept(OwnMail.NOTICE, message.queueId(), message.patient())) {
                followUp.told(stored);
            }
            return;
        }
        Optional<QueuedMessage> letter = ownMail.commitOnce(notice(stored, newLink(stored)));
        followUp.begin(stored);
        store.markNotified(stored.key());
        letter.ifPresent(ownMail::release);
        followUp.told(stored);
    }

    /// Queues another notice with a fresh link. The links before it are replaced when the notice is
    /// on disk, and not before: whatever fails, one of them opens.
    public void renew(StoredMessage stored) throws IOException {
        PickupToken token = newLink(stored);
        QueuedMessage letter = ownMail.commit(notice(stored, token));
        store.replaceGrants(stored.key(), token);
        ownMail.release(letter);
    }

    private PickupToken newLink(StoredMessage stored) throws IOException {
        return store.grant(stored.key(), linkEnd(stored));
    }

    /// A link opens nothing any more when its message is gone.
    private Instant linkEnd(StoredMessage stored) {
        return stored.message().stay().within(clock.instant().plus(terms.link()));
    }

    /// Queues a notice with a fresh link to the newest message of a patient; nothing for an address
    /// that has none.
    public void renewAll(Address patient) throws IOException {
        Optional<StoredMessage> newest = store.newest(patient);
        if (newest.isPresent()) {
            renew(newest.get());
        }
    }

    /// Queues a mail that brings a code to the patient.
    public void mailCode(StoredMessage stored, Codes.Code code) throws IOException {
        NewMessage message = stored.message();
        CodeNotice notice =
                new CodeNotice(
                        stationery.codeWords(message.patient()),
                        stationery.clinic(message.clinician()),
                        message.patient(),
                        code.digits(),
                        URI.create(terms.url()).getAuthority(),
                        Codes.LIFE);
        ownMail.release(
                ownMail.commit(
                        new OwnMail.Letter(
                                OwnMail.CODE,
                                message.queueId(),
                                List.of(message.patient()),
                                null,
                                message.patient(),
                                composer.code(notice))));
    }

    /// What an alert comes from.
    ///
    /// @param cause the message that it is about, or what names the event in the audit
    /// @param clinician in whose name it is sent
    public record Occasion(QueueId cause, Address clinician, Address patient) {
        /// A message to or from the patient.
        public static Occasion of(StoredMessage stored) {
            NewMessage message = stored.message();
            return new Occasion(message.queueId(), message.clinician(), message.patient());
        }
    }

    /// Queues a mail that tells a patient of something odd.
    public void alert(Occasion occasion, AlertNotice.Reason reason) throws IOException {
        AlertNotice notice =
                new AlertNotice(
                        stationery.alertWords(occasion.patient()),
                        stationery.clinic(occasion.clinician()),
                        occasion.patient(),
                        URI.create(terms.url()).getAuthority(),
                        reason);
        ownMail.release(
                ownMail.commit(
                        new OwnMail.Letter(
                                OwnMail.ALERT,
                                occasion.cause(),
                                List.of(occasion.patient()),
                                null,
                                occasion.patient(),
                                composer.alert(notice))));
    }

    private OwnMail.Letter notice(StoredMessage stored, PickupToken token) throws IOException {
        List<NoticeTemplate> words = stationery.noticeWords(stored.message());
        return letter(OwnMail.NOTICE, stored, composer.pickup(notice(stored, words, token)));
    }

    /// The notice once more, with a link of its own; the links before it stay alive.
    ///
    /// @param kind names the reminder among those of this message
    /// @return to be committed
    public OwnMail.Letter reminder(String kind, StoredMessage stored) throws IOException {
        List<NoticeTemplate> words = stationery.reminderWords(stored.message());
        return letter(kind, stored, composer.pickup(notice(stored, words, newLink(stored))));
    }

    /// The automatic answer to ordinary mail of a patient, with a link.
    ///
    /// @param answered Message-ID of her mail without angle brackets; empty if it has none
    /// @return to be committed
    public OwnMail.Letter answer(StoredMessage stored, String answered) throws IOException {
        Address patient = stored.message().patient();
        Content content =
                composer.answer(
                        notice(stored, stationery.answerWords(stored.message()), newLink(stored)),
                        answered);
        // RFC 3834 §3.3: nobody answers an answer.
        return new OwnMail.Letter(
                OwnMail.ANSWER,
                stored.message().queueId(),
                List.of(patient),
                null,
                patient,
                content);
    }

    private OwnMail.Letter letter(String kind, StoredMessage stored, Content content) {
        NewMessage message = stored.message();
        return new OwnMail.Letter(
                kind,
                message.queueId(),
                List.of(message.patient()),
                stationery.returnTo(stored),
                message.patient(),
                content);
    }

    private PickupNotice notice(StoredMessage stored, List<NoticeTemplate> words, PickupToken token)
            throws IOException {
        NewMessage message = stored.message();
        // Making one takes a while, so only where somebody gets to see it.
        boolean shown = words.stream().anyMatch(each -> each.names("typed"));
        Optional<String> typed =
                shown ? Optional.of(terms.signs().typed(token, linkEnd(stored))) : Optional.empty();
        return new PickupNotice(
                words,
                stationery.letterhead(message.clinician()),
                message.patient(),
                new PickupNotice.Ways(
                        URI.create(terms.url() + "/m/" + token.value()),
                        URI.create(terms.url() + "/notme/" + token.value()),
                        typed),
                stationery.question(message.patient(), message.guard()),
                stored.thread().value(),
                stationery.replyTo(stored.key()),
                terms.signs().word(message.patient()));
    }

    /// Whether the clinic's people read what lies here.
    boolean isReadByPrograms() {
        return terms.readers() == Readers.CLINIC_TOO;
    }

    /// Puts mail into the mailbox of one of the clinic's people; once, however often it is
    /// attempted. A patient's own answer lies there already, beside what it answers.
    void keepInside(QueuedMessage message, Address to, Content content)
            throws IOException, MimeException {
        Envelope envelope = message.envelope();
        if (envelope.arrival().listener() == Listener.PICKUP
                && to.equals(envelope.recipients().getFirst())) {
            keepReply(message, content);
            return;
        }
        Address from = envelope.reversePath();
        // RFC 5321 §4.4: at the final delivery, and in place of any other.
        String path = "Return-Path: <" + (from == null ? "" : from) + ">\r\n";
        Content plain = OutgoingContent.of(content);
        Content letter = path.chars().allMatch(c -> c < 128) ? plain.below(path) : plain;
        store.store(NewMessage.incoming(message.id(), to, message.arrived()), letter);
    }

    private record Pair(Address clinician, Address patient, Guard guard, Stay stay) {}

    private static NewMessage newMessage(
            QueuedMessage message, Direction direction, Pair pair, HeaderSection header) {
        return new NewMessage(
                message.id(),
                direction,
                pair.clinician(),
                pair.patient(),
                messageIds(header, "Message-ID").stream().findFirst().orElse(""),
                Stream.of("In-Reply-To", "References")
                        .flatMap(name -> messageIds(header, name).stream())
                        .distinct()
                        .toList(),
                pair.stay(),
                pair.guard());
    }

    /// Who wrote it: the one mailbox of From, which the inspection has checked where somebody
    /// logged in; else whom failures are reported to.
    private static Address clinician(QueuedMessage message, HeaderSection header)
            throws MimeException {
        if (DisplayAddress.single(header, "From") instanceof Single.One(_, Address address)) {
            return address;
        }
        Address reversePath = message.envelope().reversePath();
        if (reversePath == null) {
            throw new MimeException("it names no author, so nobody could get the answer");
        }
        return reversePath;
    }

    private static List<String> messageIds(HeaderSection header, String name) {
        List<String> ids = new ArrayList<>();
        for (HeaderField field : header.all(name)) {
            Matcher matcher = MESSAGE_ID.matcher(field.body());
            while (matcher.find() && ids.size() < REFERENCES_MAX) {
                ids.add(matcher.group(1));
            }
        }
        return ids;
    }
}
