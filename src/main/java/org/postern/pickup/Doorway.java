package org.postern.pickup;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.postern.access.Device;
import org.postern.access.Passed;
import org.postern.access.Passkeys;
import org.postern.access.Visits;
import org.postern.access.Visits.Entry;
import org.postern.access.Visits.Visit;
import org.postern.check.Ask;
import org.postern.check.AskPace;
import org.postern.check.CheckKind;
import org.postern.check.Codes;
import org.postern.check.Examiner.Candidate;
import org.postern.check.Examiner.Verdict;
import org.postern.conversation.QuickReply;
import org.postern.http.BadRequest;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MailboxStore.Link;
import org.postern.mailbox.MailboxStore.LinkState;
import org.postern.mailbox.PickupToken;
import org.postern.page.Stage;
import org.postern.page.Views.Question;
import org.postern.pickup.DoorPages.Said;
import org.postern.pickup.PickupJournal.Act;

/// From the link to the open conversation: the page behind a link, the check, codes.
///
/// GET and HEAD change nothing, and nothing is consumed by opening: mail scanners follow links, run
/// scripts and submit forms. Only an answer that a person knows opens a message. The one exception
/// is a device that its reader asked us to remember: its cookie is the check, and no scanner has
/// it.
final class Doorway {
    private final Stage stage;
    private final DoorPages pages;
    private final Visits visits;
    private final MailboxStore mailbox;
    private final PickupParts parts;
    private final InstantSource clock;
    private final Refusals refusals;
    private final AskPace pace = new AskPace();

    Doorway(Stage stage, DoorPages pages, Visits visits, PickupParts parts) {
        this.stage = stage;
        this.pages = pages;
        this.visits = visits;
        this.mailbox = parts.store().mailbox();
        this.parts = parts;
        this.clock = parts.clock();
        this.refusals = new Refusals(stage, pages, parts);
    }

    /// `GET /m/{token}`
    WebResponse look(WebRequest request) throws IOException {
        String token = request.captured("token");
        Optional<Link> link = link(token);
        if (link.isEmpty()) {
            return stage.dead(stage.texts(request));
        }
        Texts texts = stage.texts(request, link.get().message().message().patient());
        if (link.get().state() == LinkState.HELD) {
            return pages.patientPaused(texts, token);
        }
        if (link.get().message().recalled().isPresent()) {
            return pages.recalled(texts, link.get().message());
        }
        Knock.Way.ByLink way = new Knock.Way.ByLink(token, quick(request.query("r")));
        Knock knock = Knock.byLink(way, link.get(), room(texts));
        if (visits.of(request).filter(visit -> maySee(visit, knock)).isPresent()) {
            return WebResponse.seeOther(threadPath(knock));
        }
        if (isKnown(request, knock)) {
            Optional<Entry> entry =
                    visits.openKnown(request, knock.patient(), knock.message().thread());
            if (entry.isPresent()) {
                return entered(request, knock, entry.get());
            }
        }
        return switch (link.get().state()) {
            case EXPIRED, REPLACED -> stage.dead(texts);
            case PAUSED -> pages.linkPaused(texts, token);
            case HELD -> pages.patientPaused(texts, token);
            case ACTIVE -> begin(request, knock);
        };
    }

    private boolean maySee(Visit visit, Knock knock) {
        return visit.isFor(knock.message().thread().value())
                && visit.session().maySee(knock.guard(), clock.instant());
    }

    /// What is fetched ahead, framed or asked for by HEAD is not looked at by a person.
    private boolean isKnown(WebRequest request, Knock knock) throws IOException {
        if (request.isHead() || !request.isSeen()) {
            return false;
        }
        Optional<Device> device = visits.device(request);
        return visits.isNamed(request, knock.patient())
                && (device.isEmpty()
                        || device.get().passed().suffices(knock.guard().level(), clock.instant()));
    }

    /// A known device opened the conversation; or an old secret of one came back, then nobody is
    /// known any more.
    private WebResponse entered(WebRequest request, Knock knock, Entry entry) throws IOException {
        if (entry.stolen().isPresent()) {
            parts.noteStolen(request, knock.message());
            return entry.on(begin(request, knock));
        }
        return entry.on(WebResponse.seeOther(threadPath(knock)));
    }

    /// `GET /again/{thread}`: somebody who is in shows once more who she is.
    WebResponse again(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<Visit> visit = visits.of(request).filter(Visit::isPatient);
        if (visit.isEmpty()) {
            return stage.signedOut(texts);
        }
        if (!visit.get().isFor(request.captured("thread"))) {
            return stage.dead(texts);
        }
        String next = request.query("next").orElse("");
        Optional<Knock> knock = Knock.again(visit.get(), next(next), room(texts));
        return knock.isEmpty() ? stage.dead(texts) : begin(request, knock.get());
    }

    /// The question, or the field for a code that this browser has asked for.
    private WebResponse begin(WebRequest request, Knock knock) throws IOException {
        if (knock.checks().isEmpty()) {
            return pages.ask(200, knock, Question.NOTHING, Said.NOTHING);
        }
        CheckKind kind = chosen(knock, request.query("by").orElse(""));
        Optional<Ask> ask = ask(request, knock, kind);
        boolean sent =
                kind != CheckKind.DEVICE_CODE
                        && ask.isPresent()
                        && parts.checks().codes().isAwaited(ask.get(), clock.instant());
        Question question = sent ? DoorPages.answered(kind) : DoorPages.first(kind);
        return pages.ask(200, knock, question, Said.NOTHING);
    }

    /// `POST /open`
    WebResponse open(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        return knock(request, form, knock -> answer(request, knock, form));
    }

    /// `POST /code`
    WebResponse code(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        return knock(request, form, knock -> send(request, knock, form));
    }

    /// `POST /passkey/open`: the key is shown instead of whatever was asked.
    WebResponse passkey(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        return knock(
                request,
                form,
                knock -> {
                    boolean shown =
                            parts.store()
                                    .passkeys()
                                    .shows(
                                            knock.patient(),
                                            Passkeys.Response.of(request, form),
                                            clock.instant());
                    return shown
                            ? admit(request, knock, CheckKind.PASSKEY)
                            : refusals.noKey(request, knock);
                });
    }

    /// What is done with somebody at the door.
    @FunctionalInterface
    interface Admission {
        WebResponse of(Knock knock) throws IOException;
    }

    /// Finds out for whom a form is, and lets nobody in where a link or a patient pauses.
    WebResponse knock(WebRequest request, FormFields form, Admission admission) throws IOException {
        Texts texts = stage.texts(request, form.text("lang"));
        if (!form.text("thread").isEmpty()) {
            Optional<Visit> visit = visits.of(request).filter(Visit::isPatient);
            if (visit.isEmpty()) {
                return stage.signedOut(texts);
            }
            if (!visit.get().owns(form.text("form"))) {
                throw new BadRequest(403, "wrong form token");
            }
            Optional<Knock> again = Knock.again(visit.get(), next(form.text("next")), room(texts));
            return again.isEmpty() ? stage.dead(texts) : admission.of(again.get());
        }
        String token = form.text("token");
        Optional<Link> link = link(token);
        if (link.isEmpty()) {
            return stage.dead(texts);
        }
        if (link.get().state() == LinkState.HELD) {
            return pages.patientPaused(texts, token);
        }
        if (link.get().message().recalled().isPresent()) {
            return pages.recalled(texts, link.get().message());
        }
        return switch (link.get().state()) {
            case EXPIRED, REPLACED -> stage.dead(texts);
            case PAUSED -> pages.linkPaused(texts, token);
            case HELD -> pages.patientPaused(texts, token);
            case ACTIVE -> {
                Knock.Way.ByLink way = new Knock.Way.ByLink(token, quick(form.get("r")));
                yield admission.of(Knock.byLink(way, link.get(), room(texts)));
            }
        };
    }

    private WebResponse send(WebRequest request, Knock knock, FormFields form) throws IOException {
        if (knock.checks().isEmpty()) {
            return pages.ask(200, knock, Question.NOTHING, Said.NOTHING);
        }
        CheckKind kind = chosen(knock, form.text("check"));
        if (kind != CheckKind.MAILED_CODE && kind != CheckKind.SMS) {
            // The clinic knows a better check; a code to the same mailbox is the last resort.
            return WebResponse.seeOther(knockPath(knock));
        }
        Instant now = clock.instant();
        Optional<Verdict> hindrance =
                parts.checks().examiner().hindrance(knock.patient(), kind, now);
        if (hindrance.isPresent()) {
            return refusals.refused(request, knock, kind, hindrance.get());
        }
        boolean mail = kind == CheckKind.MAILED_CODE;
        Texts texts = knock.texts();
        Question question = DoorPages.answered(kind);
        String id = visits.asked(request).orElseGet(visits::newAsk);
        Ask ask = new Ask(id, knock.patient(), kind);
        if (!pace.take(ask, request.peer(), now)) {
            // A code that went to another browser is worth nothing in this one.
            return parts.checks().codes().isAwaited(ask, now)
                    ? pages.ask(
                            200,
                            knock,
                            question,
                            Said.told(texts.say(mail ? "code.soon" : "text.soon")))
                    : pages.ask(
                            429,
                            knock,
                            DoorPages.first(kind),
                            Said.trouble(texts.say("code.later")));
        }
        parts.journal().step(request, knock.message(), Act.CODE_SENT, kind.word());
        Codes.Code code = parts.checks().codes().issue(ask, now);
        if (mail) {
            parts.courier().code(knock.message(), code);
        } else if (!parts.courier().text(knock.message(), code, texts)) {
            return notTexted(knock);
        }
        String sent = texts.say(mail ? "code.sent" : "text.sent");
        return pages.ask(200, knock, question, Said.told(sent))
                .with("Set-Cookie", visits.noteAsked(id, Codes.LIFE));
    }

    /// The service for text messages is down, or does not take the number: the next check that is
    /// permitted is asked, and if there is none, nothing.
    private WebResponse notTexted(Knock before) throws IOException {
        Texts texts = before.texts();
        Knock knock = before.renewed(room(texts));
        boolean nothing = knock.checks().isEmpty() || knock.checks().contains(CheckKind.SMS);
        return nothing
                ? pages.ask(
                        503,
                        before,
                        Question.ASK_FOR_TEXT,
                        Said.trouble(texts.say("text.failed.call")))
                : pages.ask(
                        200,
                        knock,
                        DoorPages.first(knock.checks().getFirst()),
                        Said.trouble(texts.say("text.failed")));
    }

    private WebResponse answer(WebRequest request, Knock knock, FormFields form)
            throws IOException {
        if (knock.checks().isEmpty()) {
            return pages.ask(200, knock, Question.NOTHING, Said.NOTHING);
        }
        CheckKind kind = chosen(knock, form.text("check"));
        Optional<Ask> ask = ask(request, knock, kind);
        boolean code = kind == CheckKind.SMS || kind == CheckKind.MAILED_CODE;
        if (code && ask.isEmpty()) {
            return pages.noCookies(knock.texts());
        }
        Candidate candidate =
                new Candidate(knock.patient(), kind, ask, knock.guard().pin(), request.peer());
        Verdict verdict =
                parts.checks()
                        .examiner()
                        .judge(
                                candidate,
                                kind == CheckKind.BUTTON ? "open" : form.text("answer"),
                                clock.instant());
        return verdict instanceof Verdict.Right
                ? admit(request, knock, kind)
                : refusals.refused(request, knock, kind, verdict);
    }

    /// Lets a reader in who showed who she is.
    WebResponse admit(WebRequest request, Knock knock, CheckKind kind) throws IOException {
        parts.journal().step(request, knock.message(), Act.OPENED, kind.word());
        Instant now = clock.instant();
        Passed passed = new Passed(kind, now);
        Entry entry = visits.open(request, knock.patient(), knock.message().thread(), passed);
        if (entry.stolen().isPresent()) {
            parts.noteStolen(request, knock.message());
        }
        String to;
        switch (knock.way()) {
            case Knock.Way.ByLink _ -> {
                mailbox.markRead(knock.message().key(), now);
                to = threadPath(knock);
            }
            case Knock.Way.Again(var _, String next) ->
                    to =
                            next.isEmpty()
                                    ? threadPath(knock)
                                    : "/" + next + "?lang=" + knock.texts().language().tag();
        }
        return entry.on(WebResponse.seeOther(to));
    }

    /// What a reader wants to be asked, if it is enough; else the first that is.
    private static CheckKind chosen(Knock knock, String word) {
        return CheckKind.of(word).filter(knock::takes).orElseGet(knock.checks()::getFirst);
    }

    private Optional<Ask> ask(WebRequest request, Knock knock, CheckKind kind) {
        return kind == CheckKind.DEVICE_CODE
                ? Optional.of(Ask.ofDevice(knock.patient()))
                : visits.asked(request).map(id -> new Ask(id, knock.patient(), kind));
    }

    private Optional<Link> link(String token) throws IOException {
        return PickupToken.isWellFormed(token)
                ? mailbox.link(new PickupToken(token), clock.instant())
                : Optional.empty();
    }

    private Knock.Room room(Texts texts) {
        return new Knock.Room(
                mailbox, parts.checks().ladder(), parts.store().devices(), clock.instant(), texts);
    }

    private static String next(String word) {
        return Set.of(Knock.TO_DEVICES, Knock.TO_CAREGIVERS, Knock.TO_MAIL_CHOICE).contains(word)
                ? word
                : "";
    }

    /// The word of an answer of one tap, if it is one. It only fills the form in.
    private static String quick(Optional<String> word) {
        return word.filter(it -> QuickReply.of(it).isPresent()).orElse("");
    }

    private static String threadPath(Knock knock) {
        String lang = "?opened=1&lang=" + knock.texts().language().tag();
        String quick = knock.way() instanceof Knock.Way.ByLink(String _, String word) ? word : "";
        return "/t/"
                + knock.message().thread()
                + lang
                + (quick.isEmpty() ? "#m-" + knock.message().key() : "&r=" + quick + "#reply");
    }

    private static String knockPath(Knock knock) {
        String lang = "?lang=" + knock.texts().language().tag();
        return switch (knock.way()) {
            case Knock.Way.ByLink(String token, String quick) ->
                    "/m/" + token + lang + (quick.isEmpty() ? "" : "&r=" + quick);
            case Knock.Way.Again(var visit, String _) ->
                    "/again/" + visit.session().thread() + lang;
        };
    }
}
