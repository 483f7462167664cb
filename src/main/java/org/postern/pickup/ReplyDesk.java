package org.postern.pickup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.conversation.QuickReply;
import org.postern.conversation.ThreadView;
import org.postern.http.BadRequest;
import org.postern.http.FormParts.Part;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.Reply;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.mime.MimeException;
import org.postern.page.Language;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Texts;
import org.postern.page.Views;
import org.postern.pickup.PickupJournal.Act;
import org.postern.reader.OpenedLetter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a patient's answer and hands it over like any other mail. "Sent" stands on the page only
/// after a positive reply: then the answer is on disk.
final class ReplyDesk {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyDesk.class);

    /// All files and the text, as the browser sends them.
    private static final long FORM_OCTETS_MAX = 26L * 1024 * 1024;

    private static final int TEXT_CHARS_MAX = 20_000;
    private static final int FIELD_OCTETS_MAX = 4 * TEXT_CHARS_MAX;
    private static final int REFERENCES_MAX = 20;
    private static final int ONCE_MAX = 5_000;
    private static final int LOCKS = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ReadingRoom room;
    private final Stage stage;
    private final Visits visits;
    private final MailboxStore mailbox;
    private final PickupParts parts;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /// Writings that were handed over: a second tap on "Send" must not send again.
    private final Set<String> handedOver =
            Collections.newSetFromMap(
                    Collections.synchronizedMap(
                            new LinkedHashMap<>() {
                                private static final long serialVersionUID = 1L;

                                @Override
                                protected boolean removeEldestEntry(
                                        Map.Entry<String, Boolean> eldest) {
                                    return size() > ONCE_MAX;
                                }
                            }));

    ReplyDesk(ReadingRoom room, Stage stage, Visits visits, PickupParts parts) {
        this.room = room;
        this.stage = stage;
        this.visits = visits;
        this.mailbox = parts.store().mailbox();
        this.parts = parts;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /// Names one writing of an answer.
    static String newOnce() {
        return random(16);
    }

    /// `POST /t/{thread}/reply`
    WebResponse reply(WebRequest request) throws IOException {
        if (!request.isFromOwnPage()) {
            throw new BadRequest(403, "not from a page of ours");
        }
        Optional<Visit> visit = visits.of(request);
        if (visit.isEmpty()) {
            return stage.signedOut(stage.texts(request));
        }
        if (!visit.get().isFor(request.captured("thread"))) {
            return stage.dead(stage.texts(request));
        }
        try (Draft draft = parts.drafts().open()) {
            return reply(request, visit.get(), draft);
        }
    }

    private WebResponse reply(WebRequest request, Visit visit, Draft draft) throws IOException {
        List<StoredMessage> thread = mailbox.thread(visit.session().thread());
        if (thread.isEmpty()) {
            return stage.dead(stage.texts(request));
        }
        Instant now = parts.clock().instant();
        if (!Knock.maySee(visit, thread, now)) {
            // What she typed is lost, so this is said only where the conversation became more
            // sensitive while she wrote, or half a day went by.
            return stage.signedOut(stage.texts(request));
        }
        NewMessage message = message(draft, thread, visit.patient(), now);
        ReplyLetter letter = new ReplyLetter(draft.out(), "=_" + random(18));
        Writing writing =
                new Writing(letter, visit, head(message, thread, now), stage.texts(request));
        boolean complete = true;
        try {
            request.parts(FORM_OCTETS_MAX, writing::take);
        } catch (BadRequest e) {
            if (e.status() != 413) {
                throw e;
            }
            complete = false;
        }
        Texts texts = stage.texts(request, writing.field("lang"));
        Optional<String> alert =
                complete ? writing.alert(texts) : Optional.of(texts.say("reply.big"));
        if (alert.isPresent()) {
            return again(texts, visit, writing, alert.get());
        }
        letter.end();
        Answer whole = new Answer(request, visit, draft, message, writing, thread.getLast());
        // Only behind the upload, so that a slow phone keeps nobody waiting.
        ReentrantLock lock = locks[Math.floorMod(visit.session().thread().hashCode(), LOCKS)];
        lock.lock();
        try {
            return handOver(texts, whole);
        } finally {
            lock.unlock();
        }
    }

    /// What a patient wrote, read to its end.
    ///
    /// @param newest of the thread, for the audit
    private record Answer(
            WebRequest request,
            Visit visit,
            Draft draft,
            NewMessage message,
            Writing writing,
            StoredMessage newest) {}

    /// Once for each form: a second tap on Send finds the first one done.
    private WebResponse handOver(Texts texts, Answer whole) throws IOException {
        Visit visit = whole.visit();
        Draft draft = whole.draft();
        String once = whole.writing().field("once");
        String done =
                "/t/"
                        + visit.session().thread()
                        + "?sent=1&lang="
                        + texts.language().tag()
                        + "#sent";
        if (handedOver.contains(once)) {
            return WebResponse.seeOther(done);
        }
        Content content = draft.finish();
        parts.journal().step(whole.request(), whole.newest(), Act.REPLIED, "session");
        Arrival arrival =
                new Arrival(
                        Listener.PICKUP,
                        whole.request().peer(),
                        visit.patient(),
                        whole.request().tls().orElse(null));
        Address clinician = whole.message().clinician();
        Envelope envelope = new Envelope(arrival, visit.patient(), List.of(clinician));
        Reply answer = parts.reception().receive(envelope, draft);
        if (!answer.isPositive()) {
            LOG.warn("The answer {} was not taken: {}", draft.id(), answer);
            String key = answer.isTransient() ? "reply.later" : "reply.refused";
            return again(texts, visit, whole.writing(), texts.say(key));
        }
        handedOver.add(once);
        keep(whole.message(), content);
        return WebResponse.seeOther(done);
    }

    /// The patient's own copy. The answer itself is safe by now, so a fault here must not look as
    /// if it had not been sent.
    private void keep(NewMessage message, Content content) {
        try {
            mailbox.store(message, content);
        } catch (IOException e) {
            LOG.error("The patient's copy of {} could not be stored", message.queueId(), e);
        }
    }

    private WebResponse again(Texts texts, Visit visit, Writing writing, String alert)
            throws IOException {
        String words = writing.hasFiles() ? alert + " " + texts.say("reply.keep") : alert;
        var reply =
                new Views.Reply(
                        visit.formToken(), newOnce(), writing.field("text"), Optional.of(words));
        List<StoredMessage> thread = mailbox.thread(visit.session().thread());
        var keep = new Views.Keep(false, false, "", Optional.empty());
        var shown = new ThreadView.Request(texts, thread, 3, false, keep);
        return stage.page(
                422, new Setting(texts, "", true), "conversation", room.conversation(shown, reply));
    }

    private static NewMessage message(
            Draft draft, List<StoredMessage> thread, Address patient, Instant now) {
        Address clinician = thread.getLast().message().clinician();
        String id = random(16) + "@" + clinician.domain();
        return new NewMessage(
                draft.id(),
                Direction.FROM_PATIENT,
                clinician,
                patient,
                id,
                references(thread),
                now);
    }

    /// The Message-IDs of the conversation as the clinician's client knows them, the answered
    /// message last (RFC 5322 §3.6.4).
    private static List<String> references(List<StoredMessage> thread) {
        List<String> ids = new ArrayList<>();
        Optional<StoredMessage> answered =
                thread.reversed().stream()
                        .filter(m -> m.message().direction() == Direction.TO_PATIENT)
                        .findFirst();
        if (answered.isPresent()) {
            ids.addAll(answered.get().message().references());
            ids.add(answered.get().message().messageId());
        }
        List<String> good =
                ids.stream().filter(id -> id.matches("[!-;=?-~]{1,250}")).distinct().toList();
        return good.subList(Math.max(0, good.size() - REFERENCES_MAX), good.size());
    }

    private ReplyLetter.Head head(NewMessage message, List<StoredMessage> thread, Instant now) {
        return new ReplyLetter.Head(
                message.patient(),
                message.clinician(),
                subject(thread),
                message.messageId(),
                message.references(),
                now);
    }

    /// It goes to the clinic's own server alone, never out.
    private String subject(List<StoredMessage> thread) {
        for (StoredMessage message : thread.reversed()) {
            if (message.message().direction() == Direction.TO_PATIENT) {
                try {
                    return OpenedLetter.of(mailbox.content(message.key())).subject();
                } catch (IOException | MimeException e) {
                    LOG.error("The subject of {} cannot be read", message.key());
                }
            }
        }
        return "";
    }

    private static String random(int octets) {
        byte[] bytes = new byte[octets];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The form as it comes in: small fields first, then files, which go straight into the letter.
    private static final class Writing {
        private final ReplyLetter letter;
        private final Visit visit;
        private final ReplyLetter.Head head;
        private final Texts fallback;
        private final Uploads uploads;
        private final Map<String, String> fields = new HashMap<>();
        private boolean begun;
        private String text = "";
        private boolean files;

        /// @param fallback the language of the words of one tap, if the form names none
        Writing(ReplyLetter letter, Visit visit, ReplyLetter.Head head, Texts fallback) {
            this.fallback = fallback;
            this.letter = letter;
            this.visit = visit;
            this.head = head;
            this.uploads = new Uploads(letter);
        }

        String field(String name) {
            return fields.getOrDefault(name, "");
        }

        boolean hasFiles() {
            return files;
        }

        OutputStream take(Part part) throws IOException {
            String filename = part.filename();
            if (filename == null) {
                return new Field(part.name());
            }
            if (filename.isEmpty()) {
                // A file field that was left empty comes as an empty file without a name.
                return OutputStream.nullOutputStream();
            }
            begin();
            files = true;
            return uploads.take(part);
        }

        /// Writes what stands before the files. The token comes before any file: a form of a
        /// stranger stops here.
        private void begin() throws IOException {
            if (!visit.owns(field("form"))) {
                throw new BadRequest(403, "wrong form token");
            }
            if (!begun) {
                begun = true;
                text = words();
                letter.head(head);
                letter.text(text);
            }
        }

        /// What she typed, or what her one tap stands for.
        private String words() {
            String typed = field("text");
            Texts texts = Language.of(field("lang")).map(Texts::in).orElse(fallback);
            return typed.isEmpty()
                    ? QuickReply.of(field("quick")).map(it -> it.words(texts)).orElse("")
                    : typed;
        }

        /// Why this cannot be sent.
        Optional<String> alert(Texts texts) throws IOException {
            begin();
            if (uploads.problem().isPresent()) {
                var problem = uploads.problem().get();
                return Optional.of(texts.say(problem.key(), problem.value()));
            }
            if (text.isBlank() && uploads.taken() == 0) {
                return Optional.of(texts.say("reply.empty"));
            }
            return text.length() > TEXT_CHARS_MAX
                    ? Optional.of(texts.say("reply.long"))
                    : Optional.empty();
        }

        /// A small field; what is beyond its limit is read and left out.
        private final class Field extends OutputStream {
            private final String name;
            private final ByteArrayOutputStream value = new ByteArrayOutputStream();

            Field(String name) {
                this.name = name;
            }

            @Override
            public void write(int octet) {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] octets, int offset, int length) {
                int room = FIELD_OCTETS_MAX - value.size();
                value.write(octets, offset, Math.min(length, room));
            }

            @Override
            public void close() {
                // A browser counts a line end as one character and sends two.
                String text = value.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
                fields.putIfAbsent(name, text);
            }
        }
    }
}
