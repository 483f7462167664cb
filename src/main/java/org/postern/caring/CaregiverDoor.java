package org.postern.caring;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.access.Passed;
import org.postern.access.PickupSessions.Companion;
import org.postern.access.PickupSessions.Opening;
import org.postern.access.Visits;
import org.postern.caregiver.Caregiver;
import org.postern.caregiver.CaregiverTable;
import org.postern.check.CheckKind;
import org.postern.check.Examiner;
import org.postern.check.Examiner.Verdict;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.StoredMessage;
import org.postern.page.CaringViews;
import org.postern.page.Faces;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views.Note;
import org.postern.pickup.PickupJournal.Act;
import org.postern.pickup.PickupJournal.Step;

/// From a caregiver's link to the conversation. She is asked for the code that she was told, each
/// time: her device is not remembered, and the patient's birth date, which a family knows, opens
/// nothing here. Looking at the link changes nothing.
final class CaregiverDoor {
    private final Stage stage;
    private final Faces faces;
    private final Visits visits;
    private final CaringParts parts;

    CaregiverDoor(Stage stage, Faces faces, Visits visits, CaringParts parts) {
        this.stage = stage;
        this.faces = faces;
        this.visits = visits;
        this.parts = parts;
    }

    /// Somebody at the door, and what she came for.
    private record Caller(Caregiver caregiver, StoredMessage message) {}

    /// `GET /k/{token}`
    WebResponse look(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        String token = request.captured("token");
        Optional<Caller> caller = caller(token);
        return caller.isEmpty()
                ? dead(texts)
                : door(
                        200,
                        Setting.at(texts, "/k/" + token),
                        new CaringViews.Door(
                                faces.of(caller.get().message().message().clinician()),
                                token,
                                Optional.empty()));
    }

    /// `POST /k`
    WebResponse open(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<Caller> caller = caller(form.text("token"));
        if (caller.isEmpty()) {
            return dead(texts);
        }
        Instant now = parts.pickup().clock().instant();
        Caregiver caregiver = caller.get().caregiver();
        Verdict verdict =
                parts.pickup()
                        .checks()
                        .examiner()
                        .judge(
                                new Examiner.Candidate(
                                        CaregiverTable.account(caregiver),
                                        CheckKind.PIN,
                                        Optional.empty(),
                                        parts.caregivers().codeHash(caregiver.id(), now),
                                        request.peer()),
                                form.text("answer"),
                                now);
        if (verdict instanceof Verdict.Right) {
            return admit(request, texts, caller.get());
        }
        if (verdict.isCounted()) {
            note(request, caller.get(), Act.WRONG_ANSWER);
        }
        return door(
                verdict instanceof Verdict.Wrong || verdict instanceof Verdict.Empty ? 422 : 429,
                Setting.afterForm(texts),
                new CaringViews.Door(
                        faces.of(caller.get().message().message().clinician()),
                        form.text("token"),
                        Optional.of(words(texts, verdict))));
    }

    private WebResponse admit(WebRequest request, Texts texts, Caller caller) throws IOException {
        note(request, caller, Act.CAREGIVER_OPENED);
        Caregiver caregiver = caller.caregiver();
        Companion companion =
                new Companion(caregiver.id(), caregiver.address(), caregiver.sensitive());
        WebResponse response =
                WebResponse.seeOther(
                        "/t/"
                                + caller.message().thread()
                                + "?opened=1&lang="
                                + texts.language().tag()
                                + "#m-"
                                + caller.message().key());
        Passed passed = new Passed(CheckKind.PIN, parts.pickup().clock().instant());
        Opening opening =
                new Opening(
                        caregiver.patient(),
                        caller.message().thread(),
                        passed,
                        Optional.empty(),
                        Optional.of(companion));
        for (String cookie : visits.openFor(request, opening)) {
            response = response.with("Set-Cookie", cookie);
        }
        return response;
    }

    private static String words(Texts texts, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Wrong wrong ->
                    texts.say("wrong.code")
                            + " "
                            + (wrong.left() == 1
                                    ? texts.say("wrong.left.one")
                                    : texts.say("wrong.left", wrong.left()));
            case Verdict.Empty() -> texts.say("wrong.empty");
            case Verdict.Right(),
                    Verdict.Wait _,
                    Verdict.LinkPauses(),
                    Verdict.Barred _,
                    Verdict.Slower _,
                    Verdict.NoDate(),
                    Verdict.NoCode() ->
                    texts.say("care.wait");
        };
    }

    /// A link that leads to somebody who may read, and to something that she may read now.
    private Optional<Caller> caller(String token) throws IOException {
        Instant now = parts.pickup().clock().instant();
        Optional<CaregiverTable.Link> link = parts.caregivers().link(token, now);
        if (link.isEmpty()) {
            return Optional.empty();
        }
        Caregiver caregiver = link.get().caregiver();
        var mailbox = parts.pickup().store().mailbox();
        Optional<StoredMessage> message =
                mailbox.message(link.get().message())
                        .filter(it -> it.recalled().isEmpty())
                        .filter(it ->
                                it.message().patient().key().equals(caregiver.patient().key()));
        // While the patient's own links pause, nobody reads for her.
        if (message.isEmpty() || mailbox.isPaused(caregiver.patient())) {
            return Optional.empty();
        }
        List<StoredMessage> thread = mailbox.thread(message.get().thread());
        return Guard.of(thread).isOpenAlong(caregiver.sensitive())
                ? Optional.of(new Caller(caregiver, message.get()))
                : Optional.empty();
    }

    private void note(WebRequest request, Caller caller, Act act) throws IOException {
        parts.pickup()
                .journal()
                .record(
                        new Step(
                                caller.message().message().queueId(),
                                caller.caregiver().address(),
                                act,
                                "caregiver-code",
                                request.peer(),
                                request.device()));
    }

    private WebResponse door(int status, Setting setting, CaringViews.Door door) {
        return stage.page(status, setting, "caredoor", door);
    }

    /// Octet by octet the same, whatever is not alive.
    private WebResponse dead(Texts texts) {
        Note note = Note.of(texts.say("dead.heading"), texts.say("care.dead.why"));
        return stage.note(404, Setting.at(texts, "/"), note);
    }
}
