package org.postern.pickup;

import java.io.IOException;
import java.io.InputStream;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.http.Disposition;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.mime.MimeException;
import org.postern.mime.MimePart;
import org.postern.page.Faces;
import org.postern.page.Language;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Texts;
import org.postern.page.Views;
import org.postern.page.Views.Conversation;
import org.postern.page.Views.Keep;
import org.postern.page.Views.Look;
import org.postern.page.Views.Message;
import org.postern.page.Views.Reply;
import org.postern.pickup.PickupJournal.Act;
import org.postern.reader.OpenedLetter;
import org.postern.reader.OriginalLook;
import org.postern.reader.ReaderView;
import org.postern.reader.SafeHtml;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The conversation, its attachments and original looks: all that stands behind the check.
///
/// Every request looks up its session anew and serves that session's thread alone. Whatever else is
/// asked for gets the page of a dead link, so that nobody learns what exists.
final class ReadingRoom {
    private static final Logger LOG = LoggerFactory.getLogger(ReadingRoom.class);

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

    /// Types that the browser may also show.
    private static final Set<String> SHOWN_TYPES = Set.of("image/png", "image/jpeg");

    private static final String FILE_POLICY = "sandbox; default-src 'none'";

    /// A browser draws a picture in a document of its own, with a style of its own.
    private static final String SHOWN_POLICY = FILE_POLICY + "; style-src 'unsafe-inline'";

    private final Stage stage;
    private final Faces faces;
    private final Visits visits;
    private final MailboxStore mailbox;
    private final PickupParts parts;
    private final DoorPages doors;

    ReadingRoom(Stage stage, Faces faces, Visits visits, PickupParts parts) {
        this.stage = stage;
        this.faces = faces;
        this.visits = visits;
        this.mailbox = parts.store().mailbox();
        this.parts = parts;
        this.doors = new DoorPages(stage, faces);
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
        List<StoredMessage> thread = mailbox.thread(visit.get().session().thread());
        if (thread.isEmpty()) {
            return stage.dead(texts);
        }
        if (!Knock.maySee(visit.get(), thread, parts.clock().instant())) {
            return WebResponse.seeOther(
                    "/again/" + request.captured("thread") + "?lang=" + texts.language().tag());
        }
        if (!request.isHead()) {
            noteOpening(request, visit.get(), thread);
        }
        Reply reply = emptyReply(visit.get());
        View shown =
                new View(
                        texts,
                        thread,
                        request.query("all").isPresent() ? ALL_MAX : SHOWN_MAX,
                        request.query("sent").isPresent(),
                        keep(request, visit.get()));
        return stage.page(
                200,
                new Setting(texts, request.path(), true),
                "conversation",
                conversation(shown, reply));
    }

    /// What of a thread is shown, and how.
    ///
    /// @param sent whether the newest message of the patient was sent just now
    record View(Texts texts, List<StoredMessage> thread, int most, boolean sent, Keep keep) {}

    /// Whether to ask if this device shall be remembered: after reading, once, and only somebody
    /// who showed who she is.
    private static Keep keep(WebRequest request, Visit visit) throws IOException {
        boolean offer =
                visit.session().device().isEmpty()
                        && visit.session().passed().check().isPersonal()
                        && request.query("kept").isEmpty();
        boolean done = visit.session().device().isPresent() && request.query("kept").isPresent();
        return new Keep(offer, done, visit.formToken());
    }

    static Reply emptyReply(Visit visit) {
        return new Reply(visit.formToken(), ReplyDesk.newOnce(), "", Optional.empty());
    }

    Conversation conversation(View shown, Reply reply) throws IOException {
        Texts texts = shown.texts();
        List<StoredMessage> thread = shown.thread();
        List<StoredMessage> visible =
                thread.subList(Math.max(0, thread.size() - shown.most()), thread.size());
        List<Message> messages = new ArrayList<>();
        for (StoredMessage message : visible) {
            messages.add(message(texts, message));
        }
        var face = faces.of(thread.getLast().message().clinician());
        Optional<String> sent =
                thread.reversed().stream()
                        .filter(message -> shown.sent() && isMine(message))
                        .findFirst()
                        .map(m -> texts.say("reply.sent", face.name(), time(texts, m)));
        return new Conversation(
                path(thread.getLast()),
                face,
                messages,
                thread.size() - visible.size(),
                sent,
                reply,
                shown.keep());
    }

    /// `GET /t/{thread}/look/{message}`
    WebResponse look(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<StoredMessage> message = message(request);
        if (message.isEmpty()) {
            return stage.dead(texts);
        }
        String back = path(message.get());
        Look look = new Look(back + "/original/" + message.get().key(), back);
        return stage.page(200, new Setting(texts, request.path(), true), "look", look);
    }

    /// `GET /t/{thread}/original/{message}`: the only response that may be framed, by us.
    WebResponse original(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<StoredMessage> message = message(request);
        Optional<OpenedLetter> letter = message.isEmpty() ? Optional.empty() : open(message.get());
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
        Optional<OpenedLetter> opened = message.isEmpty() ? Optional.empty() : open(message.get());
        String number = request.captured("number");
        if (opened.isEmpty() || !number.matches("[0-9]{1,4}")) {
            return stage.dead(texts);
        }
        OpenedLetter letter = opened.get();
        int index = Integer.parseInt(number);
        if (index >= letter.files().size()) {
            return stage.dead(texts);
        }
        parts.journal().step(request, message.get(), Act.ATTACHMENT, "session");
        MimePart file = letter.files().get(index);
        String name = name(file, index);
        boolean shown = request.query("view").isPresent() && SHOWN_TYPES.contains(file.type());
        String type = NAMED_TYPES.contains(file.type()) ? file.type() : "application/octet-stream";
        return WebResponse.stream(
                        type.startsWith("text/") ? "application/octet-stream" : type,
                        out -> {
                            try (InputStream in = letter.open(file)) {
                                in.transferTo(out);
                            }
                        })
                .with(
                        "Content-Disposition",
                        shown ? Disposition.inline(name) : Disposition.attachment(name))
                .with("Content-Security-Policy", shown ? SHOWN_POLICY : FILE_POLICY)
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
                        .filter(found -> found.recalled().isEmpty());
        boolean seen =
                message.isPresent()
                        && Knock.maySee(
                                visit.get(),
                                mailbox.thread(message.get().thread()),
                                parts.clock().instant());
        return seen ? message : Optional.empty();
    }

    /// Opening several messages at once is several openings. Whatever leaves is in the audit; read
    /// is only what a person looks at, not what a browser fetches ahead.
    private void noteOpening(WebRequest request, Visit visit, List<StoredMessage> thread)
            throws IOException {
        String check = visit.session().shown();
        for (StoredMessage message : thread) {
            boolean fresh = message.read().isEmpty() && message.recalled().isEmpty();
            if (!isMine(message) && fresh) {
                parts.journal().step(request, message, Act.OPENED, check);
                if (request.isSeen()) {
                    mailbox.markRead(message.key(), parts.clock().instant());
                }
            }
        }
    }

    private Message message(Texts texts, StoredMessage message) throws IOException {
        if (message.recalled().isPresent()) {
            return recalled(texts, message);
        }
        Optional<OpenedLetter> opened = open(message);
        ReaderView view = new ReaderView(texts.say("quote"));
        var words = opened.isEmpty() ? Optional.<SafeHtml>empty() : opened.get().words(view);
        List<Views.File> files = new ArrayList<>();
        if (opened.isPresent()) {
            for (int i = 0; i < opened.get().files().size(); i++) {
                files.add(file(texts, message, opened.get().files().get(i), i));
            }
        }
        boolean look = opened.isPresent() && opened.get().hasLook() && !isMine(message);
        return new Message(
                message.key().value(),
                isMine(message),
                when(texts, message),
                message.message().arrived().toString(),
                words.orElseGet(() -> view.ofText("")),
                files,
                look
                        ? Optional.of(
                                path(message)
                                        + "/look/"
                                        + message.key()
                                        + "?lang="
                                        + texts.language().tag())
                        : Optional.empty(),
                notice(texts, words, !files.isEmpty()));
    }

    /// What is left of a message that its author took back: its place, and who did it.
    private Message recalled(Texts texts, StoredMessage message) throws IOException {
        String name = faces.of(message.message().clinician()).name();
        return new Message(
                message.key().value(),
                isMine(message),
                when(texts, message),
                message.message().arrived().toString(),
                new ReaderView("").ofText(""),
                List.of(),
                Optional.empty(),
                Optional.of(texts.say("recalled.heading", name)));
    }

    private static Optional<String> notice(
            Texts texts, Optional<SafeHtml> words, boolean withFiles) {
        if (words.isEmpty()) {
            return Optional.of(texts.say("unreadable"));
        }
        boolean nothing = words.get().isEmptyContent() && !withFiles;
        return nothing ? Optional.of(texts.say("empty")) : Optional.empty();
    }

    /// A body that cannot be opened leaves its place empty; the rest of the conversation is shown.
    private Optional<OpenedLetter> open(StoredMessage message) {
        try {
            return Optional.of(OpenedLetter.of(mailbox.content(message.key())));
        } catch (IOException | MimeException e) {
            LOG.error("Message {} cannot be shown: {}", message.key(), e.getMessage());
            return Optional.empty();
        }
    }

    private static Views.File file(Texts texts, StoredMessage message, MimePart part, int index) {
        String path = "/a/" + message.key() + "/" + index;
        return new Views.File(
                name(part, index),
                size(texts, part),
                path,
                SHOWN_TYPES.contains(part.type())
                        ? Optional.of(path + "?view=1")
                        : Optional.empty());
    }

    private static String name(MimePart part, int index) {
        String usual =
                part.isA("message") ? "message-" + (index + 1) + ".eml" : "file-" + (index + 1);
        return Disposition.clean(part.fileName().orElse(usual));
    }

    /// About so much: base64 is a third longer than what it holds.
    private static String size(Texts texts, MimePart part) {
        double octets = part.bodyOctets() * 0.74;
        Locale locale = Locale.forLanguageTag(texts.language().tag());
        return octets >= 1_000_000
                ? String.format(locale, "%.1f MB", octets / 1_000_000)
                : String.format(locale, "%d kB", Math.max(1, Math.round(octets / 1_000)));
    }

    private static boolean isMine(StoredMessage message) {
        return message.message().direction() == Direction.FROM_PATIENT;
    }

    private static String path(StoredMessage message) {
        return "/t/" + message.thread();
    }

    private String when(Texts texts, StoredMessage message) {
        return format(
                texts,
                message,
                DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT));
    }

    private String time(Texts texts, StoredMessage message) {
        return format(texts, message, DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT));
    }

    private String format(Texts texts, StoredMessage message, DateTimeFormatter style) {
        Locale locale =
                texts.language() == Language.ENGLISH
                        ? Locale.US
                        : Locale.forLanguageTag(texts.language().tag() + "-US");
        return style.withLocale(locale)
                .withZone(stage.clinic().zone())
                .format(message.message().arrived());
    }
}
