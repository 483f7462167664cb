package org.postern.pickup;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.access.Passkeys;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.check.CheckKind;
import org.postern.conversation.FileCard;
import org.postern.conversation.QuickReply;
import org.postern.conversation.Standing;
import org.postern.conversation.ThreadView;
import org.postern.http.Disposition;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.StoredMessage;
import org.postern.mime.MimePart;
import org.postern.page.Faces;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views.Conversation;
import org.postern.page.Views.Keep;
import org.postern.page.Views.KeyAsk;
import org.postern.page.Views.Look;
import org.postern.page.Views.Reply;
import org.postern.pickup.PickupJournal.Act;
import org.postern.reader.OpenedLetter;
import org.postern.reader.OriginalLook;
import org.postern.reader.Thumbnail;
import org.postern.writing.Unsent;
import org.postern.writing.Writing;

/// The conversation, its attachments and original looks: all that stands behind the check.
///
/// Every request looks up its session anew and serves that session's thread alone. Whatever else is
/// asked for gets the page of a dead link, so that nobody learns what exists.
final class ReadingRoom {
    /// Messages on one page; older ones are a tap away.
    private static final int SHOWN_MAX = 30;

    private static final int ALL_MAX = 300;

    /// Types that are named to the browser; all else is a file without a type.
    private static final Set<String> NAMED_TYPES =
            Set.of(
                    "application/pdf",
                    "image/png",
                    "image/jpeg",
                    "image/gif",
                    "image/webp",
                    "image/heic",
                    "text/plain");

    private static final String OCTETS = "application/octet-stream";

    private static final String FILE_POLICY = "sandbox; default-src 'none'";

    /// A browser draws a picture in a document of its own, with a style of its own.
    private static final String SHOWN_POLICY = FILE_POLICY + "; style-src 'unsafe-inline'";

    private final Stage stage;
    private final Visits visits;
    private final MailboxStore mailbox;
    private final PickupParts parts;
    private final DoorPages doors;
    private final ThreadView view;
    private final DraftDesk drafts;

    ReadingRoom(Stage stage, Faces faces, Visits visits, DraftDesk drafts, PickupParts parts) {
        this.stage = stage;
        this.visits = visits;
        this.mailbox = parts.store().mailbox();
        this.parts = parts;
        this.drafts = drafts;
        this.doors = new DoorPages(stage, faces, parts);
        this.view = new ThreadView(faces, mailbox, stage.clinic().zone(), parts.clock());
    }

    /// `GET /t/{thread}`
    WebResponse read(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<Visit> visit = visits.of(request);
        if (visit.isEmpty()) {
            boolean refused = request.query("opened").isPresent() && !visits.showsSession(request);
            return refused ? doors.noCookies(texts) : stage.signedOut(texts);
        }
        if (!visit.get().isFor(request.captured("thread"))) {
            return stage.dead(texts);
        }
        return read(request, visit.get());
    }

    private WebResponse read(WebRequest request, Visit visit) throws IOException {
        Texts texts =
                visit.isPatient() ? stage.texts(request, visit.patient()) : stage.texts(request);
        List<StoredMessage> thread = mailbox.thread(visit.session().thread());
        if (thread.isEmpty()) {
            return stage.dead(texts);
        }
        if (!Knock.maySee(visit, mailbox, thread, parts.clock().instant())) {
            return WebResponse.seeOther(
                    "/again/" + request.captured("thread") + "?lang=" + texts.language().tag());
        }
        if (!request.isHead()) {
            noteOpening(request, visit, thread);
        }
        // A link may choose the words; only the form sends them.
        String chosen =
                request.query("r").flatMap(QuickReply::of).map(it -> it.words(texts)).orElse("");
        Optional<Unsent.Kept> typed =
                chosen.isEmpty() ? drafts.find(visit, request.path()) : Optional.empty();
        Reply reply =
                new Reply(
                        visit.formToken(),
                        Writing.newOnce(),
                        typed.map(Unsent.Kept::words).orElse(chosen),
                        Optional.empty(),
                        DraftDesk.at(visit, request.path(), typed));
        ThreadView.Request shown =
                new ThreadView.Request(
                        texts,
                        thread,
                        request.query("all").isPresent() ? ALL_MAX : SHOWN_MAX,
                        request.query("sent").isPresent(),
                        keep(request, visit),
                        readsFor(visit));
        return stage.page(
                200,
                new Setting(texts, request.path(), true),
                "conversation",
                conversation(shown, reply));
    }

    /// Whether to ask if this device shall be remembered: after reading, once, and only somebody
    /// who showed who she is.
    private Keep keep(WebRequest request, Visit visit) throws IOException {
        boolean offer =
                visit.isPatient()
                        && visit.session().device().isEmpty()
                        && visit.session().passed().check().isPersonal()
                        && request.query("kept").isEmpty();
        boolean done = visit.session().device().isPresent() && request.query("kept").isPresent();
        return new Keep(
                offer,
                done,
                visit.formToken(),
                newKey(visit),
                idleSeconds(visit),
                visit.session().passed().check().isPersonal(),
                asksForKeys(visit),
                mayChoose(visit));
    }

    /// Whether the reader may ask for a key: the patient herself, if the clinic gives any, and a
    /// certificate can name her address.
    boolean asksForKeys(Visit visit) {
        return stage.clinic().keys()
                && visit.isPatient()
                && visit.patient().isPlain()
                && visit.session().passed().check().isPersonal();
    }

    /// Whether the reader may choose how she is written to: the patient herself, if the clinic lets
    /// its patients choose.
    boolean mayChoose(Visit visit) {
        return stage.clinic().choosable()
                && visit.isPatient()
                && visit.session().passed().check().isPersonal();
    }

    /// How long this page may lie unused.
    long idleSeconds(Visit visit) {
        return Duration.between(parts.clock().instant(), visit.session().expires()).toSeconds();
    }

    /// A passkey is offered on a device of hers, right after a check.
    private Optional<KeyAsk> newKey(Visit visit) throws IOException {
        Instant now = parts.clock().instant();
        Passkeys passkeys = parts.store().passkeys();
        boolean offered =
                visit.session().device().isPresent()
                        && visits.isChecked(visit)
                        && visit.session().passed().check() != CheckKind.PASSKEY;
        return offered
                ? Optional.of(
                        new KeyAsk(
                                passkeys.challenge(visit.patient(), now),
                                String.join(" ", passkeys.credentials(visit.patient())),
                                passkeys.user(visit.patient())))
                : Optional.empty();
    }

    /// For whom somebody reads who is not the patient.
    static Optional<String> readsFor(Visit visit) {
        return visit.isPatient() ? Optional.empty() : Optional.of(visit.patient().toString());
    }

    Conversation conversation(ThreadView.Request shown, Reply reply) throws IOException {
        return view.of(shown, reply);
    }

    /// `GET /t/{thread}/look/{message}`
    WebResponse look(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<StoredMessage> message = message(request);
        if (message.isEmpty()) {
            return stage.dead(texts);
        }
        String back = ThreadView.path(message.get());
        Look look = new Look(back + "/original/" + message.get().key(), back);
        return stage.page(200, new Setting(texts, request.path(), true), "look", look);
    }

    /// `GET /t/{thread}/original/{message}`: the only response that may be framed, by us.
    WebResponse original(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<StoredMessage> message = message(request);
        Optional<OpenedLetter> letter =
                message.isEmpty() ? Optional.empty() : view.open(message.get());
        Optional<String> document = letter.isEmpty() ? Optional.empty() : letter.get().look();
        return document.isEmpty()
                ? stage.dead(texts)
                : WebResponse.html(200, document.get())
                        .with("Content-Security-Policy", OriginalLook.POLICY)
                        .with("Referrer-Policy", "no-referrer");
    }

    /// `GET /a/{message}/{number}`, to be saved; with `?view=1` to be shown, where that is safe.
    WebResponse attachment(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<StoredMessage> message = message(request);
        Optional<OpenedLetter> opened =
                message.isEmpty() ? Optional.empty() : view.open(message.get());
        String number = request.captured("number");
        if (opened.isEmpty() || !number.matches("[0-9]{1,4}")) {
            return stage.dead(texts);
        }
        OpenedLetter letter = opened.get();
        int index = Integer.parseInt(number);
        if (index >= letter.files().size()) {
            return stage.dead(texts);
        }
        noteFile(request, message.get());
        MimePart file = letter.files().get(index);
        if (request.query("small").isPresent()) {
            return thumbnail(texts, letter, file);
        }
        String name = FileCard.name(file, index);
        boolean shown = request.query("view").isPresent() && FileCard.isShown(file);
        String type = NAMED_TYPES.contains(file.type()) ? file.type() : OCTETS;
        return file(
                        type.startsWith("text/") ? OCTETS : type,
                        out -> {
                            try (InputStream in = letter.open(file)) {
                                in.transferTo(out);
                            }
                        })
                .with(
                        "Content-Disposition",
                        shown ? Disposition.inline(name) : Disposition.attachment(name))
                .with("Content-Security-Policy", shown ? SHOWN_POLICY : FILE_POLICY);
    }

    private WebResponse thumbnail(Texts texts, OpenedLetter letter, MimePart file)
            throws IOException {
        try (InputStream in = letter.open(file)) {
            Optional<byte[]> small = Thumbnail.of(in);
            return small.isEmpty()
                    ? stage.dead(texts)
                    : file("image/jpeg", out -> out.write(small.get()))
                            .with("Content-Disposition", Disposition.inline("small.jpg"));
        }
    }

    /// `GET /t/{thread}/eml/{message}`: the whole message as it came, to be kept.
    WebResponse save(WebRequest request) throws IOException {
        Optional<StoredMessage> message = message(request);
        if (message.isEmpty()) {
            return stage.dead(stage.texts(request));
        }
        noteFile(request, message.get());
        Content content = mailbox.content(message.get().key());
        return file(OCTETS, content)
                .with("Content-Disposition", Disposition.attachment("message.eml"));
    }

    private static WebResponse file(String type, ContentWriter content) {
        return WebResponse.stream(type, content)
                .with("Content-Security-Policy", FILE_POLICY)
                .with("Referrer-Policy", "no-referrer");
    }

    /// The message of a path, if the session may see it.
    private Optional<StoredMessage> message(WebRequest request) throws IOException {
        Optional<Visit> visit = visits.of(request);
        String key = request.captured("message");
        if (visit.isEmpty() || !key.matches("[A-Za-z0-9_-]{22}")) {
            return Optional.empty();
        }
        Optional<StoredMessage> message =
                mailbox.message(new MessageKey(key))
                        .filter(found -> visit.get().isFor(found.thread().value()))
                        .filter(found -> found.recalled().isEmpty())
                        .filter(found -> !found.message().stay().isOver(parts.clock().instant()));
        boolean seen =
                message.isPresent()
                        && !isWithheld(message.get())
                        && Knock.maySee(
                                visit.get(),
                                mailbox,
                                mailbox.thread(message.get().thread()),
                                parts.clock().instant());
        return seen ? message : Optional.empty();
    }

    private boolean isWithheld(StoredMessage message) throws IOException {
        return ThreadView.isMine(message)
                && Standing.of(mailbox, message.thread()).isWithheld(message);
    }

    /// Whatever leaves is in the audit, with whoever took it.
    private void noteFile(WebRequest request, StoredMessage message) throws IOException {
        Optional<Visit> visit = visits.of(request);
        boolean along = visit.isPresent() && !visit.get().isPatient();
        parts.journal()
                .record(
                        new PickupJournal.Step(
                                message.message().queueId(),
                                along
                                        ? visit.get().session().reader()
                                        : message.message().patient(),
                                Act.ATTACHMENT,
                                along ? visit.get().session().shown() : "session",
                                request.peer(),
                                request.device()));
    }

    /// Opening several messages at once is several openings. Whatever leaves is in the audit; read
    /// is only what a person looks at, not what a browser fetches ahead.
    private void noteOpening(WebRequest request, Visit visit, List<StoredMessage> thread)
            throws IOException {
        if (!visit.isPatient()) {
            // Noted at the door; what somebody else read is not read by the patient.
            return;
        }
        String check = visit.session().shown();
        for (StoredMessage message : thread) {
            boolean fresh = message.read().isEmpty() && message.recalled().isEmpty();
            if (!ThreadView.isMine(message) && fresh) {
                parts.journal().step(request, message, Act.OPENED, check);
                if (request.isSeen()) {
                    mailbox.markRead(message.key(), parts.clock().instant());
                }
            }
        }
    }
}
