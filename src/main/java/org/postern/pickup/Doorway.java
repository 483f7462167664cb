package org.postern.pickup;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.postern.http.BadRequest;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MailboxStore.CodeAnswer;
import org.postern.mailbox.MailboxStore.Grant;
import org.postern.mailbox.MailboxStore.Tries;
import org.postern.mailbox.PatientCheck;
import org.postern.mailbox.PickupToken;
import org.postern.page.Faces;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Texts;
import org.postern.page.Views.Door;
import org.postern.page.Views.Face;
import org.postern.page.Views.Note;
import org.postern.page.Views.Question;
import org.postern.pickup.PickupJournal.Act;

/// From the link to the open conversation: the page behind a link, the check, the mailed code.
///
/// GET and HEAD change nothing, and nothing is consumed by opening: mail scanners follow links, run
/// scripts and submit forms. Only an answer that a person knows opens a message.
final class Doorway {
    private static final String CODE_WORD = "code";
    private static final int LOCKS = 64;

    /// Fewer digits than any way to write a birth date has: a slip and not a guess.
    private static final int DATE_DIGITS_MIN = 6;

    private final Stage stage;
    private final Faces faces;
    private final Visits visits;
    private final MailboxStore mailbox;
    private final PickupParts parts;
    private final Trail trail;
    private final InstantSource clock;
    private final Pace codes = new Pace(Duration.ofSeconds(30), 5, Duration.ofHours(1));
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    Doorway(Stage stage, Faces faces, Visits visits, PickupParts parts) {
        this.stage = stage;
        this.faces = faces;
        this.visits = visits;
        this.mailbox = parts.store().mailbox();
        this.parts = parts;
        this.trail = new Trail(parts.journal());
        this.clock = parts.clock();
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /// A link that is alive, with what its reader is asked.
    ///
    /// @param check null if a mailed code is the check
    private record Knock(Grant grant, String token, Texts texts, Optional<PatientCheck> check) {
        Address patient() {
            return grant.message().message().patient();
        }

        boolean isRecalled() {
            return grant.message().recalled().isPresent();
        }

        String word() {
            return check.map(PatientCheck::word).orElse(CODE_WORD);
        }

        Question question() {
            return check.isEmpty()
                    ? Question.CODE
                    : switch (check.get()) {
                        case BIRTH_DATE -> Question.BIRTH_DATE;
                        case PIN -> Question.PIN;
                    };
        }
    }

    /// `GET /m/{token}`
    WebResponse look(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<Knock> knock = knock(request.captured("token"), texts);
        if (knock.isEmpty()) {
            return stage.dead(texts);
        }
        if (knock.get().isRecalled()) {
            return recalled(knock.get());
        }
        String thread = knock.get().grant().thread().value();
        if (visits.of(request).filter(visit -> visit.isFor(thread)).isPresent()) {
            return WebResponse.seeOther("/t/" + thread + "?lang=" + texts.language().tag());
        }
        Question first =
                knock.get().check().isEmpty() ? Question.ASK_FOR_CODE : knock.get().question();
        Door door = door(knock.get(), first, Optional.empty(), Optional.empty());
        return stage.door(200, Setting.at(texts, request.path()), door);
    }

    /// `POST /open`
    WebResponse open(WebRequest request) throws IOException {
        FormFields form = ownForm(request);
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<Knock> knock = knock(form.text("token"), texts);
        if (knock.isEmpty()) {
            return stage.dead(texts);
        }
        if (knock.get().isRecalled()) {
            return recalled(knock.get());
        }
        // One answer at a time for each patient: tries are looked up, judged and counted as one
        // step, so that a hundred answers sent at once are still five tries.
        ReentrantLock lock = locks[Math.floorMod(knock.get().patient().key().hashCode(), LOCKS)];
        lock.lock();
        try {
            return answer(request, knock.get(), form.text("answer"));
        } finally {
            lock.unlock();
        }
    }

    /// `POST /code`
    WebResponse code(WebRequest request) throws IOException {
        FormFields form = ownForm(request);
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<Knock> found = knock(form.text("token"), texts);
        if (found.isEmpty()) {
            return stage.dead(texts);
        }
        Knock knock = found.get();
        if (knock.isRecalled()) {
            return recalled(knock);
        }
        if (knock.check().isPresent()) {
            // The clinic knows a better check; a code to the same mailbox is the last resort.
            return WebResponse.seeOther("/m/" + knock.token() + "?lang=" + texts.language().tag());
        }
        Instant now = clock.instant();
        Tries tries = mailbox.tries(knock.patient(), knock.word());
        if (tries.notBefore().isAfter(now)) {
            return waiting(knock, Duration.between(now, tries.notBefore()));
        }
        if (!codes.take(knock.patient().key(), now)) {
            return asked(200, knock, Optional.empty(), Optional.of(texts.say("code.soon")));
        }
        trail.step(request, knock.grant().message(), Act.CODE_SENT, knock.word());
        MailboxStore.MailedCode code = mailbox.issueCode(knock.grant().message().key(), now);
        parts.courier().code(knock.grant().message(), code);
        return asked(200, knock, Optional.empty(), Optional.of(texts.say("code.sent")));
    }

    /// The form of a page of our own.
    static FormFields ownForm(WebRequest request) throws IOException {
        if (!request.isFromOwnPage()) {
            throw new BadRequest(403, "not from a page of ours");
        }
        return request.form();
    }

    private Optional<Knock> knock(String token, Texts texts) throws IOException {
        if (!PickupToken.isWellFormed(token)) {
            return Optional.empty();
        }
        return mailbox.grant(new PickupToken(token), clock.instant())
                .map(grant ->
                        new Knock(
                                grant,
                                token,
                                texts,
                                parts.store()
                                        .patients()
                                        .checkFor(grant.message().message().patient())));
    }

    private WebResponse answer(WebRequest request, Knock knock, String answer) throws IOException {
        Instant now = clock.instant();
        Tries tries = mailbox.tries(knock.patient(), knock.word());
        if (tries.notBefore().isAfter(now)) {
            return waiting(knock, Duration.between(now, tries.notBefore()));
        }
        Optional<String> slip = slip(knock, answer);
        if (slip.isPresent()) {
            return asked(422, knock, slip, Optional.empty());
        }
        if (knock.check().isPresent()) {
            boolean right =
                    parts.store().patients().matches(knock.patient(), knock.check().get(), answer);
            return right ? admit(request, knock) : refuse(request, knock, now);
        }
        String digits = answer.replaceAll("[\\s-]", "");
        return switch (mailbox.redeemCode(knock.grant().message().key(), digits, now)) {
            case CodeAnswer.RIGHT -> admit(request, knock);
            case CodeAnswer.WRONG -> refuse(request, knock, now);
            case CodeAnswer.EXPIRED ->
                    asked(
                            422,
                            knock,
                            Optional.of(knock.texts().say("wrong.expired")),
                            Optional.empty());
        };
    }

    /// What is no answer at all costs no try.
    private static Optional<String> slip(Knock knock, String answer) {
        if (answer.isBlank()) {
            return Optional.of(knock.texts().say("wrong.empty"));
        }
        boolean date = knock.question() == Question.BIRTH_DATE;
        if (date && answer.chars().filter(Character::isDigit).count() < DATE_DIGITS_MIN) {
            return Optional.of(knock.texts().say("wrong.date"));
        }
        return Optional.empty();
    }

    private WebResponse admit(WebRequest request, Knock knock) throws IOException {
        trail.step(request, knock.grant().message(), Act.OPENED, knock.word());
        mailbox.clearTries(knock.patient(), knock.word());
        String cookie = visits.open(request, knock.patient(), knock.grant().thread());
        mailbox.markRead(knock.grant().message().key(), clock.instant());
        return WebResponse.seeOther(
                        "/t/"
                                + knock.grant().thread()
                                + "?lang="
                                + knock.texts().language().tag()
                                + "#m-"
                                + knock.grant().message().key())
                .with("Set-Cookie", cookie);
    }

    private WebResponse refuse(WebRequest request, Knock knock, Instant now) throws IOException {
        int wrong = mailbox.tries(knock.patient(), knock.word()).wrong() + 1;
        Duration pause = Waits.after(wrong);
        mailbox.countWrong(knock.patient(), knock.word(), now, pause);
        trail.step(request, knock.grant().message(), Act.WRONG_ANSWER, knock.word());
        if (!pause.isZero()) {
            trail.step(request, knock.grant().message(), Act.PAUSED, knock.word());
            return waiting(knock, pause);
        }
        int left = Waits.left(wrong).orElse(0);
        String words =
                knock.texts().say(wrongKey(knock.question()))
                        + " "
                        + (left == 1
                                ? knock.texts().say("wrong.left.one")
                                : knock.texts().say("wrong.left", left));
        return asked(422, knock, Optional.of(words), Optional.empty());
    }

    private static String wrongKey(Question question) {
        return switch (question) {
            case BIRTH_DATE -> "wrong.birth";
            case PIN -> "wrong.pin";
            case CODE, ASK_FOR_CODE -> "wrong.code";
        };
    }

    private WebResponse recalled(Knock knock) throws IOException {
        Face face = faces.of(knock.grant().message().message().clinician());
        return stage.recalled(knock.texts(), face.name());
    }

    private WebResponse asked(
            int status, Knock knock, Optional<String> alert, Optional<String> told)
            throws IOException {
        Door door = door(knock, knock.question(), alert, told);
        return stage.door(status, Setting.afterForm(knock.texts()), door);
    }

    private Door door(Knock knock, Question q, Optional<String> alert, Optional<String> told)
            throws IOException {
        Face face = faces.of(knock.grant().message().message().clinician());
        return new Door(face, knock.token(), q, alert, told);
    }

    private WebResponse waiting(Knock knock, Duration wait) {
        Texts texts = knock.texts();
        long seconds = Math.max(1, wait.toSeconds());
        long minutes = (seconds + 59) / 60;
        String time;
        if (minutes > 24 * 60) {
            time = texts.say("days.many");
        } else if (minutes > 60) {
            time = texts.say("hours.many");
        } else {
            time = minutes == 1 ? texts.say("minutes.one") : texts.say("minutes", minutes);
        }
        Note note =
                Note.of(
                        texts.say("wait.heading"),
                        texts.say("wait.why"),
                        texts.say("wait.until", time),
                        texts.say("wait.call"));
        String back = "/m/" + knock.token() + "?lang=" + texts.language().tag();
        Note whole = note.withNext(back, texts.say("wait.again"));
        return stage.note(429, Setting.afterForm(texts), whole)
                .with("Retry-After", Long.toString(seconds));
    }
}
