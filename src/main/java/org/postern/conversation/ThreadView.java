package org.postern.conversation;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.language.Texts;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.mime.MimeException;
import org.postern.mime.MimePart;
import org.postern.page.Faces;
import org.postern.page.Views.Conversation;
import org.postern.page.Views.Day;
import org.postern.page.Views.Face;
import org.postern.page.Views.File;
import org.postern.page.Views.Keep;
import org.postern.page.Views.Message;
import org.postern.page.Views.Reply;
import org.postern.reader.OpenedLetter;
import org.postern.reader.ReaderView;
import org.postern.reader.SafeHtml;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Thread → page: days, runs of one author, words made safe, files as cards.
public final class ThreadView {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadView.class);

    private final Faces faces;
    private final MailboxStore mailbox;
    private final ZoneId zone;
    private final InstantSource clock;

    /// @param zone in which the clinic lives
    public ThreadView(Faces faces, MailboxStore mailbox, ZoneId zone, InstantSource clock) {
        this.faces = faces;
        this.mailbox = mailbox;
        this.zone = zone;
        this.clock = clock;
    }

    /// What of a thread is shown, and how.
    ///
    /// @param thread oldest first, not empty
    /// @param most messages, the newest of all
    /// @param sent whether the newest message of the patient was sent just now
    /// @param readsFor the patient, if somebody else reads
    public record Request(
            Texts texts,
            List<StoredMessage> thread,
            int most,
            boolean sent,
            Keep keep,
            Optional<String> readsFor) {}

    /// Opens each message that is shown; one that cannot be opened leaves its place empty.
    ///
    /// @throws IOException if the store or a face is not to be had
    public Conversation of(Request request, Reply reply) throws IOException {
        List<StoredMessage> thread = request.thread();
        List<StoredMessage> visible =
                thread.subList(Math.max(0, thread.size() - request.most()), thread.size());
        Times times = new Times(request.texts(), zone, clock.instant());
        Face face = faces.of(thread.getLast().message().clinician());
        Standing standing = Standing.of(mailbox, thread.getLast().thread());
        return new Conversation(
                path(thread.getLast()),
                face,
                days(new Told(times, face, standing), visible),
                thread.size() - visible.size(),
                sent(request, new Told(times, face, standing)),
                reply,
                isMine(thread.getLast()) ? List.of() : QuickReply.all(request.texts()),
                request.keep(),
                request.readsFor());
    }

    /// Whether the patient wrote it.
    public static boolean isMine(StoredMessage message) {
        return message.message().direction() == Direction.FROM_PATIENT;
    }

    /// Path of a message's conversation.
    public static String path(StoredMessage message) {
        return "/t/" + message.thread();
    }

    /// Empty, and told to the log, for a body that cannot be opened.
    public Optional<OpenedLetter> open(StoredMessage message) {
        try {
            return Optional.of(OpenedLetter.of(mailbox.content(message.key())));
        } catch (IOException | MimeException e) {
            LOG.error("Message {} cannot be shown: {}", message.key(), e.getMessage());
            return Optional.empty();
        }
    }

    /// What all messages of a page are told with.
    private record Told(Times times, Face face, Standing standing) {}

    private List<Day> days(Told told, List<StoredMessage> visible) {
        Times times = told.times();
        List<Day> days = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < visible.size(); i++) {
            StoredMessage message = visible.get(i);
            Optional<StoredMessage> before =
                    messages.isEmpty() ? Optional.empty() : Optional.of(visible.get(i - 1));
            boolean begins = before.isEmpty() || isMine(before.get()) != isMine(message);
            messages.add(message(told, message, begins));
            Instant at = message.message().arrived();
            boolean last = i == visible.size() - 1;
            if (last || !times.day(visible.get(i + 1).message().arrived()).equals(times.day(at))) {
                days.add(new Day(times.dayName(at), times.day(at).toString(), messages));
                messages = new ArrayList<>();
            }
        }
        return days;
    }

    private static Optional<String> sent(Request request, Told told) {
        Texts texts = request.texts();
        String name = told.face().name();
        return request.thread().reversed().stream()
                .filter(message -> request.sent() && isMine(message))
                .findFirst()
                .map(it ->
                        told.standing().isHeld(it)
                                ? texts.say("reply.held", name)
                                : texts.say(
                                        "reply.sent",
                                        name,
                                        told.times().time(it.message().arrived())));
    }

    private Message message(Told told, StoredMessage message, boolean begins) {
        Times times = told.times();
        Face face = told.face();
        Texts texts = times.texts();
        boolean withheld = told.standing().isWithheld(message);
        boolean recalled = message.recalled().isPresent();
        Optional<OpenedLetter> opened = recalled ? Optional.empty() : open(message);
        ReaderView view = new ReaderView(texts.say("quote"));
        Optional<SafeHtml> words = words(opened, view);
        List<File> files = files(texts, message, opened, withheld);
        String lang = "?lang=" + texts.language().tag();
        boolean look = opened.isPresent() && opened.get().hasLook() && !isMine(message);
        Optional<String> notice =
                recalled
                        ? Optional.of(texts.say("recalled.heading", face.name()))
                        : notice(texts, words, !files.isEmpty());
        return new Message(
                message.key().value(),
                isMine(message),
                told.standing().mark(texts, message),
                begins,
                times.time(message.message().arrived()),
                message.message().arrived().toString(),
                words.orElseGet(() -> view.ofText("")),
                files,
                look
                        ? Optional.of(path(message) + "/look/" + message.key() + lang)
                        : Optional.empty(),
                opened.filter(_ -> !withheld).map(_ -> path(message) + "/eml/" + message.key()),
                notice);
    }

    private static Optional<SafeHtml> words(Optional<OpenedLetter> opened, ReaderView view) {
        try {
            return opened.isEmpty() ? Optional.empty() : opened.get().words(view);
        } catch (IOException e) {
            LOG.error("The words of a message cannot be shown: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static List<File> files(
            Texts texts, StoredMessage message, Optional<OpenedLetter> opened, boolean held) {
        List<File> files = new ArrayList<>();
        if (opened.isPresent()) {
            for (int i = 0; i < opened.get().files().size(); i++) {
                MimePart part = opened.get().files().get(i);
                files.add(
                        held
                                ? FileCard.named(texts, part, i)
                                : FileCard.of(texts, message.key(), part, i));
            }
        }
        return files;
    }

    private static Optional<String> notice(
            Texts texts, Optional<SafeHtml> words, boolean withFiles) {
        if (words.isEmpty()) {
            return Optional.of(texts.say("unreadable"));
        }
        boolean nothing = words.get().isEmptyContent() && !withFiles;
        return nothing ? Optional.of(texts.say("empty")) : Optional.empty();
    }
}
