package org.postern.start;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.check.CheckKind;
import org.postern.check.Examiner;
import org.postern.check.Examiner.Verdict;
import org.postern.http.BadRequest;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.Draft;
import org.postern.mail.QueueId;
import org.postern.mailbox.StoredMessage;
import org.postern.page.Stage.Setting;
import org.postern.page.StartViews;
import org.postern.page.StartViews.Alert;
import org.postern.page.StartViews.Typed;
import org.postern.page.Views.Hidden;
import org.postern.page.Views.Question;
import org.postern.pickup.Courier;
import org.postern.pickup.PickupJournal.Act;
import org.postern.pickup.PickupJournal.Step;
import org.postern.pickup.WordsBack;
import org.postern.policy.Protection.Level;
import org.postern.start.StartLinks.Sent;
import org.postern.start.StartLinks.StartLink;
import org.postern.vault.LookupHash;
import org.postern.writing.PlainName;
import org.postern.writing.PostBox;
import org.postern.writing.Writing;

/// Writing first, with a link that was mailed. Looking at the link changes nothing, and a form
/// without words sends nothing, so no scanner can use a link up. If the clinic knows a birth date
/// or a PIN of the address, it may be given; what was not shown is said to the clinician.
final class LinkDesk {
    private final DeskPages pages;
    private final StartParts parts;
    private final StartLimits limits;

    LinkDesk(DeskPages pages, StartParts parts, StartLimits limits) {
        this.pages = pages;
        this.parts = parts;
        this.limits = limits;
    }

    /// `GET /w/{token}`
    WebResponse look(WebRequest request) throws IOException {
        Texts texts = pages.stage().texts(request);
        String token = request.captured("token");
        Optional<Way> way = way(token);
        if (way.isEmpty()) {
            return pages.dead(texts);
        }
        Optional<Instant> sent = way.get().link().sent().map(Sent::at);
        if (sent.isPresent()) {
            return pages.sent(texts, way.get().desk(), sent.get());
        }
        Setting setting = Setting.at(texts, "/w/" + token);
        return pages.write(200, setting, view(texts, way.get(), Typed.NOTHING, Optional.empty()));
    }

    /// `POST /w`: the link's token stands in the form.
    WebResponse send(WebRequest request) throws IOException {
        if (!request.isFromOwnPage()) {
            throw new BadRequest(403, "not from a page of ours");
        }
        return WordsBack.from(pages.stage(), request, words -> send(request, words));
    }

    private WebResponse send(WebRequest request, WordsBack words) throws IOException {
        try (Draft draft = parts.pickup().drafts().open()) {
            First first = new First(request, draft, parts.pickup().clock().instant());
            Writing.Key key = new Writing.Key("token", first::isAlive);
            Writing writing = words.by(new Writing(draft.out(), key, first));
            Optional<Writing.Problem> problem;
            try {
                problem = writing.read(request);
            } catch (BadRequest e) {
                if (e.status() != 403) {
                    throw e;
                }
                // The link is dead. She may have written for long: her words are given back.
                return pages.dead(texts(first, writing), writing.field("text"));
            }
            return answer(first, writing, problem);
        }
    }

    private Texts texts(First first, Writing writing) {
        return pages.stage().texts(first.request, writing.field("lang"));
    }

    private WebResponse answer(First first, Writing writing, Optional<Writing.Problem> problem)
            throws IOException {
        Texts texts = texts(first, writing);
        Way way = first.way();
        String digest = writing.digest();
        Optional<Sent> sent = way.link().sent();
        if (sent.isPresent()) {
            return sent.get().isOf(way.token(), digest)
                    ? pages.sent(texts, way.desk(), sent.get().at())
                    : pages.used(texts, way.desk(), writing.field("text"));
        }
        if (first.verdict != null && !(first.verdict instanceof Verdict.Right)) {
            if (first.verdict.isCounted()) {
                note(first, Act.WRONG_ANSWER, kind(way.link().patient()));
            }
            return again(texts, way, writing, new Alert(wrong(texts, first), true));
        }
        if (problem.isPresent()) {
            Writing.Problem why = problem.get();
            return again(texts, way, writing, texts.say(why.key(), why.value()));
        }
        if (!limits.write(way.link().patient().key(), first.now)) {
            return again(texts, way, writing, texts.say("write.many"));
        }
        NewLetter letter = first.letter();
        PostBox.Letter whole =
                new PostBox.Letter(
                        first.request,
                        first.draft,
                        way.token(),
                        digest,
                        letter.message(),
                        way.desk().copies(),
                        way.link().patient());
        Optional<PostBox.Posted> posted = post(first, whole);
        if (posted.isEmpty()) {
            return again(texts, way, writing, texts.say("write.full"));
        }
        return switch (posted.get()) {
            case TAKEN -> {
                parts.links().markSent(way.token(), digest, first.now);
                yield WebResponse.seeOther("/w/" + way.token() + "?lang=" + texts.language().tag());
            }
            case LATER -> again(texts, way, writing, texts.say("reply.later"));
            case REFUSED -> again(texts, way, writing, texts.say("reply.refused"));
            case OTHER_TAKEN -> pages.used(texts, way.desk(), writing.field("text"));
            case TOO_MUCH -> again(texts, way, writing, texts.say("reply.much"));
        };
    }

    /// @return empty if strangers wrote too much today
    private Optional<PostBox.Posted> post(First first, PostBox.Letter letter) throws IOException {
        boolean stranger = first.shown() == CheckKind.BUTTON;
        long octets = letter.draft().finish().size();
        String peer = first.request.peer();
        if (stranger && !limits.takeOctets(peer, octets, first.now)) {
            return Optional.empty();
        }
        PostBox.Posted posted = PostBox.Posted.LATER;
        try {
            posted =
                    parts.pickup()
                            .post()
                            .post(letter, () -> note(first, Act.STARTED, first.shown()));
            return Optional.of(posted);
        } finally {
            if (stranger && posted != PostBox.Posted.TAKEN) {
                limits.giveBackOctets(peer, octets, first.now);
            }
        }
    }

    /// A link and where it leads.
    private record Way(String token, StartLink link, Desk desk) {}

    private Optional<Way> way(String token) throws IOException {
        Optional<StartLink> link = parts.links().find(token, parts.pickup().clock().instant());
        // The clinic may have closed the page since.
        return link.flatMap(
                it -> parts.desks().named(it.desk()).map(desk -> new Way(token, it, desk)));
    }

    /// What may be asked of this patient: what the clinic knows and she can type here. A code by
    /// text message belongs to reading, which this opens nothing of.
    private CheckKind kind(Address patient) {
        return parts.pickup().checks().ladder().checks(patient, Level.NORMAL, false).stream()
                .filter(kind -> kind == CheckKind.BIRTH_DATE || kind == CheckKind.PIN)
                .findFirst()
                .orElse(CheckKind.BUTTON);
    }

    /// The form while it comes in.
    private final class First implements Writing.Beginning {
        private final WebRequest request;
        private final Draft draft;
        private final Instant now;
        private @Nullable Way way;
        private @Nullable Verdict verdict;

        First(WebRequest request, Draft draft, Instant now) {
            this.request = request;
            this.draft = draft;
            this.now = now;
        }

        /// Whether the link of the form is good.
        boolean isAlive(String token) throws IOException {
            Optional<Way> living = LinkDesk.this.way(token);
            living.ifPresent(found -> way = found);
            return living.isPresent();
        }

        @Override
        public Writing.Opening of(Writing form) throws IOException {
            Way found = way();
            String answer = form.field("answer").strip();
            CheckKind kind = kind(found.link().patient());
            if (kind != CheckKind.BUTTON && !answer.isEmpty() && found.link().sent().isEmpty()) {
                verdict =
                        parts.pickup()
                                .checks()
                                .examiner()
                                .judge(
                                        new Examiner.Candidate(
                                                found.link().patient(),
                                                kind,
                                                Optional.empty(),
                                                Optional.empty(),
                                                request.peer()),
                                        answer,
                                        now);
            }
            Texts clinic = pages.stage().clinic().texts();
            String name = PlainName.of(form.field("name"));
            NewLetter letter = letter();
            return new Writing.Opening(
                    Optional.of(letter.head(clinic, name, "started; check=" + word(shown()))),
                    letter.mark(clinic, name, shown()),
                    form.field("text"),
                    shown() == CheckKind.BUTTON
                            ? StartLimits.STRANGER_FILES_OCTETS_MAX
                            : Writing.FORM_OCTETS_MAX);
        }

        Way way() {
            if (way == null) {
                throw new IllegalStateException("the form was not begun");
            }
            return way;
        }

        /// One link, one Message-ID: if a stop falls between sending and noting it, and she sends
        /// again, the clinic's server sees the same message twice.
        NewLetter letter() {
            String id = LookupHash.of("start-id", way().token()).substring(0, 32);
            return new NewLetter(draft, id, way().desk(), way().link().patient(), now);
        }

        CheckKind shown() {
            return verdict instanceof Verdict.Right
                    ? kind(way().link().patient())
                    : CheckKind.BUTTON;
        }
    }

    private static String word(CheckKind shown) {
        return shown == CheckKind.BUTTON ? "mailbox" : shown.word();
    }

    private String wrong(Texts texts, First first) throws IOException {
        CheckKind kind = kind(first.way().link().patient());
        if (first.verdict instanceof Verdict.Wrong wrong) {
            if (wrong.isToBeTold()) {
                tell(first.way().link().patient());
            }
            String left =
                    wrong.left() == 1
                            ? texts.say("wrong.left.one")
                            : texts.say("wrong.left", wrong.left());
            String words = kind == CheckKind.PIN ? "wrong.pin" : "wrong.birth";
            return texts.say(words) + " " + left;
        }
        return first.verdict instanceof Verdict.NoDate
                ? texts.say("wrong.date")
                : texts.say("write.check.later");
    }

    /// A patient to whom something was sent hears that somebody tries.
    private void tell(Address patient) throws IOException {
        Optional<StoredMessage> newest = parts.pickup().store().mailbox().newest(patient);
        if (newest.isPresent()) {
            parts.pickup().courier().alert(newest.get(), Courier.Alarm.TRIES);
        }
    }

    private void note(First first, Act act, CheckKind check) throws IOException {
        QueueId about = act == Act.STARTED ? first.draft.id() : first.way().link().request();
        parts.pickup()
                .journal()
                .record(
                        new Step(
                                about,
                                first.way().link().patient(),
                                act,
                                word(check),
                                first.request.peer(),
                                first.request.device()));
    }

    private WebResponse again(Texts texts, Way way, Writing writing, String alert)
            throws IOException {
        return again(texts, way, writing, new Alert(alert, false));
    }

    private WebResponse again(Texts texts, Way way, Writing writing, Alert alert)
            throws IOException {
        Alert whole =
                writing.hasFiles()
                        ? new Alert(
                                alert.words() + " " + texts.say("reply.keep"), alert.aboutAnswer())
                        : alert;
        Typed typed = new Typed(writing.field("name"), writing.field("text"));
        return pages.write(
                422, Setting.afterForm(texts), view(texts, way, typed, Optional.of(whole)));
    }

    private StartViews.Write view(Texts texts, Way way, Typed typed, Optional<Alert> alert)
            throws IOException {
        Optional<Question> question =
                switch (kind(way.link().patient())) {
                    case BIRTH_DATE -> Optional.of(Question.BIRTH_DATE);
                    case PIN -> Optional.of(Question.PIN);
                    case PASSKEY, SMS, DEVICE_CODE, MAILED_CODE, BUTTON -> Optional.empty();
                };
        return new StartViews.Write(
                pages.desk(texts, way.desk()),
                "/w",
                List.of(new Hidden("token", way.token())),
                way.link().patient().toString(),
                true,
                question,
                typed,
                alert,
                Optional.empty(),
                Optional.empty());
    }
}
