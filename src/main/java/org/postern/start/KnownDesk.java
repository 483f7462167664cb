package org.postern.start;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.access.Visits;
import org.postern.access.Visits.Entry;
import org.postern.access.Visits.Visit;
import org.postern.http.BadRequest;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.Draft;
import org.postern.mailbox.StoredMessage;
import org.postern.page.Stage.Setting;
import org.postern.page.StartViews;
import org.postern.page.StartViews.Typed;
import org.postern.page.Views;
import org.postern.page.Views.Hidden;
import org.postern.pickup.DraftDesk;
import org.postern.pickup.PickupJournal.Act;
import org.postern.pickup.PickupJournal.Step;
import org.postern.pickup.WordsBack;
import org.postern.writing.PostBox;
import org.postern.writing.Unsent;
import org.postern.writing.Writing;

/// A new message of somebody who is in already, or whose device is known: nothing is asked, and a
/// conversation of its own begins.
final class KnownDesk {
    private final DeskPages pages;
    private final Visits visits;
    private final StartParts parts;
    private final StartLimits limits;
    private final DraftDesk drafts;

    KnownDesk(DeskPages pages, Visits visits, StartParts parts, StartLimits limits) {
        this.pages = pages;
        this.visits = visits;
        this.parts = parts;
        this.limits = limits;
        this.drafts = new DraftDesk(parts.pickup());
    }

    /// `GET /c/{to}`: by the name of a page, or by a conversation of hers.
    WebResponse look(WebRequest request) throws IOException {
        Texts texts = pages.stage().texts(request);
        Optional<Visit> visit = writer(request);
        if (visit.isEmpty()) {
            return stranger(request, texts);
        }
        Optional<Desk> desk = desk(request, visit.get());
        if (desk.isEmpty()) {
            return pages.stage().dead(texts);
        }
        if (request.query("sent").isPresent()) {
            return pages.sent(texts, desk.get(), back(visit.get()));
        }
        Optional<Unsent.Kept> typed = drafts.find(visit.get(), request.path());
        Writer writer = new Writer(visit.get(), desk.get(), request.path());
        Shown shown =
                new Shown(
                        typed.map(Unsent.Kept::words).orElse(""),
                        Optional.empty(),
                        Writing.newOnce(),
                        DraftDesk.at(visit.get(), request.path(), typed));
        return pages.write(
                200, new Setting(texts, request.path(), true), view(texts, writer, shown));
    }

    /// `POST /c/{to}`
    WebResponse send(WebRequest request) throws IOException {
        if (!request.isFromOwnPage()) {
            throw new BadRequest(403, "not from a page of ours");
        }
        return WordsBack.from(pages.stage(), request, words -> send(request, words));
    }

    private WebResponse send(WebRequest request, WordsBack words) throws IOException {
        Optional<Visit> visit = writer(request);
        if (visit.isEmpty()) {
            return pages.stage().signedOut(pages.stage().texts(request), words.read());
        }
        Optional<Desk> desk = desk(request, visit.get());
        if (desk.isEmpty()) {
            return words.orDead();
        }
        try (Draft draft = parts.pickup().drafts().open()) {
            Writer writer = new Writer(visit.get(), desk.get(), request.path());
            return send(new Sending(request, writer, draft), words);
        }
    }

    /// `POST /c/{to}/draft`
    WebResponse draft(WebRequest request) throws IOException {
        if (!request.isFromOwnPage()) {
            throw new BadRequest(403, "not from a page of ours");
        }
        Optional<Visit> visit = writer(request);
        if (visit.isEmpty()) {
            throw new BadRequest(403, "not from a page of ours");
        }
        if (desk(request, visit.get()).isEmpty()) {
            throw new BadRequest(404, "no such desk");
        }
        return drafts.take(request, visit.get(), "/c/" + request.captured("to"));
    }

    private record Sending(WebRequest request, Writer who, Draft draft) {}

    /// Who writes to whom.
    ///
    /// @param path of the page
    private record Writer(Visit visit, Desk desk, String path) {}

    private WebResponse send(Sending sending, WordsBack words) throws IOException {
        WebRequest request = sending.request();
        Writer who = sending.who();
        Draft draft = sending.draft();
        Instant now = parts.pickup().clock().instant();
        Texts clinic = pages.stage().clinic().texts();
        Writing writing =
                words.by(
                        new Writing(
                                draft.out(),
                                DraftDesk.key(who.visit()),
                                form ->
                                        new Writing.Opening(
                                                letter(sending, form, now).head(clinic, "", ""),
                                                "",
                                                form.field("text"))));
        Optional<Writing.Problem> problem = writing.read(request);
        Texts texts = pages.stage().texts(request, writing.field("lang"));
        if (problem.isPresent()) {
            String why = texts.say(problem.get().key(), problem.get().value());
            return again(texts, who, writing, why);
        }
        if (!limits.write(who.visit().patient().key(), now)) {
            return again(texts, who, writing, texts.say("write.many"));
        }
        PostBox.Letter whole =
                new PostBox.Letter(
                        request,
                        draft,
                        writing.field("once"),
                        writing.digest(),
                        letter(sending, writing, now).message(),
                        who.desk().copies(),
                        who.visit().patient());
        return switch (parts.pickup().post().post(whole, () -> note(request, draft, who.visit()))) {
            case TAKEN -> {
                drafts.forget(who.visit(), who.path(), writing);
                yield WebResponse.seeOther(
                        request.path() + "?sent=1&lang=" + texts.language().tag());
            }
            case LATER -> again(texts, who, writing, texts.say("reply.later"));
            case REFUSED -> again(texts, who, writing, texts.say("reply.refused"));
            case OTHER_TAKEN -> again(texts, who, writing, texts.say("reply.other"));
            case TOO_MUCH -> again(texts, who, writing, texts.say("reply.much"));
        };
    }

    private static NewLetter letter(Sending sending, Writing form, Instant now) {
        Writer who = sending.who();
        Address patient = who.visit().patient();
        String id = form.id(patient, form.field("text"));
        return new NewLetter(sending.draft(), id, who.desk(), patient, now);
    }

    private void note(WebRequest request, Draft draft, Visit visit) throws IOException {
        parts.pickup()
                .journal()
                .record(
                        new Step(
                                draft.id(),
                                visit.patient(),
                                Act.STARTED,
                                visit.session().shown(),
                                request.peer(),
                                request.device()));
    }

    /// Somebody who showed who she is: whoever pressed a mere button may read what is open to all,
    /// and not write in her name; whoever reads along answers in a conversation alone.
    private Optional<Visit> writer(WebRequest request) throws IOException {
        return visits.of(request)
                .filter(Visit::isPatient)
                .filter(visit -> visit.session().passed().check().isPersonal());
    }

    private Optional<Desk> desk(WebRequest request, Visit visit) throws IOException {
        String to = request.captured("to");
        Optional<Desk> named = parts.desks().named(to);
        if (named.isPresent() || !visit.isFor(to)) {
            return named;
        }
        List<StoredMessage> thread =
                parts.pickup().store().mailbox().thread(visit.session().thread());
        return thread.isEmpty()
                ? Optional.empty()
                : Optional.of(parts.desks().of(thread.getLast().message().clinician()));
    }

    /// A known device comes in by itself, as it does by a link. The session is for the conversation
    /// of the newest message to her.
    private WebResponse stranger(WebRequest request, Texts texts) throws IOException {
        Optional<Address> owner = visits.named(request);
        if (!request.isHead() && request.isSeen() && owner.isPresent()) {
            Optional<StoredMessage> newest = parts.pickup().store().mailbox().newest(owner.get());
            Optional<Entry> entry =
                    newest.isEmpty()
                            ? Optional.empty()
                            : visits.openKnown(request, owner.get(), newest.get().thread());
            if (entry.isPresent() && entry.get().stolen().isEmpty()) {
                return entry.get()
                        .on(
                                WebResponse.seeOther(
                                        request.path() + "?lang=" + texts.language().tag()));
            }
            if (entry.isPresent()) {
                parts.pickup().noteStolen(request, newest.orElseThrow());
                return entry.get().on(unknown(request, texts));
            }
        }
        return unknown(request, texts);
    }

    private WebResponse unknown(WebRequest request, Texts texts) {
        Optional<Desk> desk = parts.desks().named(request.captured("to"));
        return desk.isPresent()
                ? WebResponse.seeOther(
                        "/to/" + desk.get().name() + "?lang=" + texts.language().tag())
                : pages.stage().signedOut(texts);
    }

    private WebResponse again(Texts texts, Writer who, Writing writing, String alert)
            throws IOException {
        String once = Writing.newOnce();
        drafts.keep(who.visit(), who.path(), writing, once);
        String words = writing.hasFiles() ? alert + " " + texts.say("reply.keep") : alert;
        Shown shown =
                new Shown(
                        writing.field("text"),
                        Optional.of(words),
                        once,
                        DraftDesk.again(who.visit(), who.path()));
        return pages.write(422, new Setting(texts, "", true), view(texts, who, shown));
    }

    /// What stands in the form.
    private record Shown(String text, Optional<String> alert, String once, Views.Unsent unsent) {}

    private StartViews.Write view(Texts texts, Writer who, Shown shown) throws IOException {
        return new StartViews.Write(
                pages.desk(texts, who.desk()),
                who.path(),
                List.of(
                        new Hidden("form", who.visit().formToken()),
                        new Hidden("once", shown.once()),
                        new Hidden("from", shown.unsent().from())),
                who.visit().patient().toString(),
                false,
                Optional.empty(),
                new Typed("", shown.text()),
                shown.alert().map(words -> new StartViews.Alert(words, false)),
                Optional.of(back(who.visit())),
                Optional.of(shown.unsent()));
    }

    private static String back(Visit visit) {
        return "/t/" + visit.session().thread();
    }
}
