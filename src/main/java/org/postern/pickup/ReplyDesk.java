package org.postern.pickup;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.access.PickupSessions.Companion;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.caregiver.Caregiver;
import org.postern.conversation.QuickReply;
import org.postern.conversation.ThreadView;
import org.postern.http.BadRequest;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.Draft;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.mime.MimeException;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views;
import org.postern.pickup.PickupJournal.Act;
import org.postern.reader.OpenedLetter;
import org.postern.writing.PostBox;
import org.postern.writing.Writing;
import org.postern.writing.WrittenLetter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a patient's answer, which goes into the conversation that she reads.
final class ReplyDesk {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyDesk.class);

    private static final int REFERENCES_MAX = 20;

    private final ReadingRoom room;
    private final Stage stage;
    private final Visits visits;
    private final DraftDesk drafts;
    private final MailboxStore mailbox;
    private final PickupParts parts;
    private final PostBox post;

    ReplyDesk(ReadingRoom room, Stage stage, Visits visits, DraftDesk drafts, PickupParts parts) {
        this.room = room;
        this.stage = stage;
        this.visits = visits;
        this.mailbox = parts.store().mailbox();
        this.drafts = drafts;
        this.parts = parts;
        this.post = parts.post();
    }

    /// `POST /t/{thread}/reply`
    WebResponse reply(WebRequest request) throws IOException {
        if (!request.isFromOwnPage()) {
            throw new BadRequest(403, "not from a page of ours");
        }
        return WordsBack.from(stage, request, words -> reply(request, words));
    }

    /// `POST /t/{thread}/draft`
    WebResponse draft(WebRequest request) throws IOException {
        if (!request.isFromOwnPage()) {
            throw new BadRequest(403, "not from a page of ours");
        }
        Optional<Visit> visit = visits.of(request);
        if (visit.isEmpty()) {
            throw new BadRequest(403, "not from a page of ours");
        }
        if (!visit.get().isFor(request.captured("thread"))) {
            throw new BadRequest(404, "no such conversation");
        }
        return drafts.take(request, visit.get(), path(visit.get()));
    }

    private static String path(Visit visit) {
        return "/t/" + visit.session().thread();
    }

    private WebResponse reply(WebRequest request, WordsBack words) throws IOException {
        Optional<Visit> visit = visits.of(request);
        if (visit.isEmpty()) {
            return stage.signedOut(stage.texts(request), words.read());
        }
        if (!visit.get().isFor(request.captured("thread"))) {
            return words.orDead();
        }
        List<StoredMessage> thread = mailbox.thread(visit.get().session().thread());
        if (thread.isEmpty()) {
            return words.orDead();
        }
        if (!Knock.maySee(visit.get(), mailbox, thread, parts.clock().instant())) {
            // The conversation became more sensitive while she wrote, or half a day went by.
            return askAgain(request, visit.get(), words);
        }
        try (Draft draft = parts.drafts().open()) {
            return reply(new Answer(request, visit.get(), thread, draft), words);
        }
    }

    private WebResponse askAgain(WebRequest request, Visit visit, WordsBack words)
            throws IOException {
        Writing writing = words.by(Writing.toNobody(DraftDesk.key(visit)));
        var _ = writing.read(request);
        drafts.keep(visit, path(visit), writing);
        return stage.signedOut(stage.texts(request, writing.field("lang")), writing.field("text"));
    }

    /// An answer while it comes in.
    private record Answer(
            WebRequest request, Visit visit, List<StoredMessage> thread, Draft draft) {}

    private WebResponse reply(Answer answer, WordsBack words) throws IOException {
        WebRequest request = answer.request();
        Visit visit = answer.visit();
        List<StoredMessage> thread = answer.thread();
        Draft draft = answer.draft();
        Instant now = parts.clock().instant();
        Texts fallback = stage.texts(request);
        Writing writing =
                words.by(
                        new Writing(
                                draft.out(),
                                DraftDesk.key(visit),
                                form ->
                                        new Writing.Opening(
                                                head(
                                                        message(answer, form, fallback, now),
                                                        thread,
                                                        visit),
                                                mark(visit, now),
                                                words(form, fallback))));
        Optional<Writing.Problem> problem = writing.read(request);
        Texts texts = stage.texts(request, writing.field("lang"));
        if (problem.isPresent()) {
            String alert = texts.say(problem.get().key(), problem.get().value());
            return again(texts, visit, writing, alert);
        }
        PostBox.Posted posted =
                post.post(
                        new PostBox.Letter(
                                request,
                                draft,
                                writing.field("once"),
                                writing.digest(),
                                message(answer, writing, fallback, now),
                                List.of(),
                                visit.session().reader()),
                        () -> note(request, visit, thread.getLast()));
        return switch (posted) {
            case TAKEN -> {
                drafts.forget(visit, path(visit), writing);
                yield WebResponse.seeOther(
                        path(visit) + "?sent=1&lang=" + texts.language().tag() + "#sent");
            }
            case LATER -> again(texts, visit, writing, texts.say("reply.later"));
            case REFUSED -> again(texts, visit, writing, texts.say("reply.refused"));
            case OTHER_TAKEN -> again(texts, visit, writing, texts.say("reply.other"));
            case TOO_MUCH -> again(texts, visit, writing, texts.say("reply.much"));
        };
    }

    private void note(WebRequest request, Visit visit, StoredMessage newest) throws IOException {
        parts.journal()
                .record(
                        new PickupJournal.Step(
                                newest.message().queueId(),
                                visit.session().reader(),
                                Act.REPLIED,
                                visit.isPatient() ? "session" : visit.session().shown(),
                                request.peer(),
                                request.device()));
    }

    /// Who wrote it, if it was not the patient.
    private String mark(Visit visit, Instant now) throws IOException {
        Optional<Companion> companion = visit.session().companion();
        if (companion.isEmpty()) {
            return "";
        }
        String name =
                parts.store()
                        .caregivers()
                        .find(companion.get().id(), now)
                        .map(Caregiver::name)
                        .orElseThrow(() -> new BadRequest(403, "no caregiver any more"));
        Texts clinic = stage.clinic().texts();
        return "["
                + clinic.say(
                        "care.mark", name + " (" + companion.get().address() + ")", visit.patient())
                + "]";
    }

    /// What she typed, or what her one tap stands for.
    private String words(Writing form, Texts fallback) {
        String typed = form.field("text");
        Texts texts = stage.clinic().languages().of(form.field("lang")).orElse(fallback);
        return typed.isEmpty()
                ? QuickReply.of(form.field("quick")).map(it -> it.words(texts)).orElse("")
                : typed;
    }

    private WebResponse again(Texts texts, Visit visit, Writing writing, String alert)
            throws IOException {
        String once = Writing.newOnce();
        drafts.keep(visit, path(visit), writing, once);
        String words = writing.hasFiles() ? alert + " " + texts.say("reply.keep") : alert;
        var reply =
                new Views.Reply(
                        visit.formToken(),
                        once,
                        writing.field("text"),
                        Optional.of(words),
                        DraftDesk.again(visit, path(visit)));
        List<StoredMessage> thread = mailbox.thread(visit.session().thread());
        var keep =
                new Views.Keep(
                        false,
                        false,
                        "",
                        Optional.empty(),
                        room.idleSeconds(visit),
                        visit.session().passed().check().isPersonal(),
                        room.asksForKeys(visit),
                        room.mayChoose(visit));
        var shown =
                new ThreadView.Request(texts, thread, 3, false, keep, ReadingRoom.readsFor(visit));
        return stage.page(
                422, new Setting(texts, "", true), "conversation", room.conversation(shown, reply));
    }

    private NewMessage message(Answer answer, Writing form, Texts fallback, Instant now) {
        List<StoredMessage> thread = answer.thread();
        Address patient = answer.visit().patient();
        Address clinician = thread.getLast().message().clinician();
        return new NewMessage(
                answer.draft().id(),
                Direction.FROM_PATIENT,
                clinician,
                patient,
                form.id(patient, words(form, fallback)) + "@" + clinician.domain(),
                references(thread),
                now);
    }

    /// The Message-IDs of the conversation as the clinician's client knows them, the answered
    /// message last (RFC 5322 §3.6.4).
    private static List<String> references(List<StoredMessage> thread) {
        List<String> ids = new ArrayList<>();
        Optional<StoredMessage> answered = answered(thread);
        if (answered.isPresent()) {
            ids.addAll(answered.get().message().references());
            ids.add(answered.get().message().messageId());
        }
        List<String> good =
                ids.stream().filter(id -> id.matches("[!-;=?-~]{1,250}")).distinct().toList();
        return good.subList(Math.max(0, good.size() - REFERENCES_MAX), good.size());
    }

    /// The newest message to her; if nobody has answered yet, her own.
    private static Optional<StoredMessage> answered(List<StoredMessage> thread) {
        return thread.reversed().stream()
                .filter(m -> m.message().direction() == Direction.TO_PATIENT)
                .findFirst()
                .or(() -> thread.reversed().stream().findFirst());
    }

    private WrittenLetter.Head head(NewMessage message, List<StoredMessage> thread, Visit visit) {
        return new WrittenLetter.Head(
                message.patient(),
                message.clinician(),
                WrittenLetter.answering(subject(thread)),
                message.messageId(),
                message.references(),
                visit.isPatient() ? "" : "caregiver",
                message.arrived());
    }

    /// It goes to the clinic's own server alone, never out.
    private String subject(List<StoredMessage> thread) {
        Optional<StoredMessage> answered = answered(thread);
        try {
            return answered.isEmpty()
                    ? ""
                    : OpenedLetter.of(mailbox.content(answered.get().key())).subject();
        } catch (IOException | MimeException e) {
            LOG.error("The subject of {} cannot be read", answered.orElseThrow().key());
            return "";
        }
    }
}
