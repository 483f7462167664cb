package org.postern.pickup;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.access.Passkeys;
import org.postern.check.CheckKind;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mailbox.StoredMessage;
import org.postern.page.Faces;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views;
import org.postern.page.Views.Door;
import org.postern.page.Views.Hidden;
import org.postern.page.Views.Note;
import org.postern.page.Views.Question;

/// The pages at the door: the question, and why it is not asked now.
record DoorPages(Stage stage, Faces faces, PickupParts parts) {
    /// What is said beside the question.
    ///
    /// @param alert why the last answer was not taken, or what did not work
    /// @param wrong whether the alert is about an answer
    /// @param told good news, such as that a code was sent
    record Said(Optional<String> alert, boolean wrong, Optional<String> told) {
        static final Said NOTHING = new Said(Optional.empty(), false, Optional.empty());

        static Said alert(String words) {
            return new Said(Optional.of(words), true, Optional.empty());
        }

        /// Something did not work, and nothing that she typed is to blame.
        static Said trouble(String words) {
            return new Said(Optional.of(words), false, Optional.empty());
        }

        static Said told(String words) {
            return new Said(Optional.empty(), false, Optional.of(words));
        }
    }

    /// The page with a question.
    WebResponse ask(int status, Knock knock, Question question, Said said) throws IOException {
        Door door = door(knock, question, said);
        String path =
                knock.way() instanceof Knock.Way.ByLink(String token, String _) && status == 200
                        ? "/m/" + token
                        : "";
        boolean again = knock.way() instanceof Knock.Way.Again;
        return stage.door(status, new Setting(knock.texts(), path, again), door);
    }

    private Door door(Knock knock, Question question, Said said) throws IOException {
        Texts texts = knock.texts();
        Views.Face face = faces.atDoor(knock.message().message().clinician());
        List<Hidden> hidden = new ArrayList<>();
        Optional<String> notMe = Optional.empty();
        List<Views.Next> others = new ArrayList<>();
        String heading;
        switch (knock.way()) {
            case Knock.Way.ByLink(String token, String quick) -> {
                hidden.add(new Hidden("token", token));
                if (!quick.isEmpty()) {
                    hidden.add(new Hidden("r", quick));
                }
                notMe = Optional.of("/notme/" + token);
                heading = texts.say("door.heading", face.name());
            }
            case Knock.Way.Again(var visit, String next) -> {
                hidden.add(new Hidden("thread", visit.session().thread().value()));
                hidden.add(new Hidden("form", visit.formToken()));
                hidden.add(new Hidden("next", next));
                heading = texts.say("door.again");
            }
        }
        CheckKind asked = kind(question);
        hidden.add(new Hidden("check", asked.word()));
        for (CheckKind other : knock.checks()) {
            if (other != asked) {
                others.add(new Views.Next(path(knock) + "by=" + other.word(), label(texts, other)));
            }
        }
        if (knock.deviceCode() && asked != CheckKind.DEVICE_CODE) {
            others.add(
                    new Views.Next(
                            path(knock) + "by=" + CheckKind.DEVICE_CODE.word(),
                            label(texts, CheckKind.DEVICE_CODE)));
        }
        return new Door(
                face,
                heading,
                hidden,
                question,
                said.alert(),
                said.wrong(),
                said.told(),
                others,
                notMe,
                keyAsk(knock));
    }

    /// A patient who has a passkey may always show it: it is stronger than all that is asked.
    private Optional<Views.KeyAsk> keyAsk(Knock knock) throws IOException {
        Passkeys passkeys = parts.store().passkeys();
        List<String> credentials = passkeys.credentials(knock.patient());
        return credentials.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Views.KeyAsk(
                                passkeys.challenge(knock.patient(), parts.clock().instant()),
                                String.join(" ", credentials),
                                ""));
    }

    private static String path(Knock knock) {
        String lang = "lang=" + knock.texts().language().tag() + "&";
        return switch (knock.way()) {
            case Knock.Way.ByLink(String token, String quick) ->
                    "/m/" + token + "?" + (quick.isEmpty() ? "" : "r=" + quick + "&") + lang;
            case Knock.Way.Again(var visit, String next) ->
                    "/again/" + visit.session().thread() + "?next=" + next + "&" + lang;
        };
    }

    private static String label(Texts texts, CheckKind kind) {
        return texts.say(
                switch (kind) {
                    case SMS -> "other.text";
                    case PIN -> "other.pin";
                    case DEVICE_CODE -> "other.device";
                    case BIRTH_DATE, MAILED_CODE, BUTTON, PASSKEY -> "other.plain";
                });
    }

    private static CheckKind kind(Question question) {
        return switch (question) {
            case BIRTH_DATE -> CheckKind.BIRTH_DATE;
            case PIN -> CheckKind.PIN;
            case CODE, ASK_FOR_CODE -> CheckKind.MAILED_CODE;
            case TEXT_CODE, ASK_FOR_TEXT -> CheckKind.SMS;
            case DEVICE_CODE -> CheckKind.DEVICE_CODE;
            case BUTTON, NOTHING -> CheckKind.BUTTON;
        };
    }

    /// How a check is begun: a code has to be sent before it can be asked for.
    static Question first(CheckKind kind) {
        return switch (kind) {
            case SMS -> Question.ASK_FOR_TEXT;
            case MAILED_CODE -> Question.ASK_FOR_CODE;
            case PIN, BIRTH_DATE, DEVICE_CODE, BUTTON, PASSKEY -> answered(kind);
        };
    }

    /// How the answer to a check is asked for.
    static Question answered(CheckKind kind) {
        return switch (kind) {
            case SMS -> Question.TEXT_CODE;
            case PIN -> Question.PIN;
            case DEVICE_CODE -> Question.DEVICE_CODE;
            case BIRTH_DATE -> Question.BIRTH_DATE;
            case MAILED_CODE -> Question.CODE;
            case BUTTON, PASSKEY -> Question.BUTTON;
        };
    }

    /// Why an answer was not taken.
    static String wrong(CheckKind kind) {
        return switch (kind) {
            case BIRTH_DATE -> "wrong.birth";
            case PIN -> "wrong.pin";
            case SMS, MAILED_CODE, DEVICE_CODE, PASSKEY, BUTTON -> "wrong.code";
        };
    }

    /// No answer is taken for a while.
    WebResponse waiting(Knock knock, Duration wait) {
        Texts texts = knock.texts();
        long seconds = Math.max(1, wait.toSeconds());
        long minutes = (seconds + 59) / 60;
        String time = minutes == 1 ? texts.say("minutes.one") : texts.say("minutes", minutes);
        Note note =
                Note.of(
                                texts.say("wait.heading"),
                                texts.say("wait.why"),
                                texts.say("wait.until", time),
                                texts.say("wait.call"))
                        .withNext(path(knock), texts.say("wait.again"));
        return late(knock, note, seconds);
    }

    /// So many answers come from one network that each waits a moment.
    WebResponse slower(Knock knock, Duration wait) {
        Texts texts = knock.texts();
        Note note =
                Note.of(texts.say("wait.heading"), texts.say("slow.why"))
                        .withNext(path(knock), texts.say("wait.again"));
        return late(knock, note, wait.toSeconds());
    }

    private WebResponse late(Knock knock, Note note, long seconds) {
        return stage.note(429, Setting.afterForm(knock.texts()), note)
                .with("Retry-After", Long.toString(seconds));
    }

    /// This check is over for some weeks.
    WebResponse barred(Knock knock) {
        Texts texts = knock.texts();
        Note note =
                Note.of(texts.say("wait.heading"), texts.say("wait.why"), texts.say("barred.call"))
                        .withCall(stage.clinic(), texts);
        return stage.note(429, Setting.afterForm(texts), note);
    }

    /// The link pauses; whoever has the mailbox may ask for another.
    WebResponse linkPaused(Texts texts, String token) {
        Note note =
                Note.of(
                                texts.say("paused.heading"),
                                texts.say("wait.why"),
                                texts.say("paused.fresh"),
                                texts.say("wait.call"))
                        .withFresh(token);
        return stage.note(429, Setting.at(texts, "/m/" + token), note);
    }

    /// Somebody said that the messages do not reach the right person. The link says the same in
    /// another language.
    WebResponse patientPaused(Texts texts, String token) {
        Note note =
                Note.of(texts.say("held.heading"), texts.say("held.why"), texts.say("held.call"))
                        .withCall(stage.clinic(), texts);
        return stage.note(403, Setting.at(texts, "/m/" + token), note);
    }

    /// The author took the message back.
    WebResponse recalled(Texts texts, StoredMessage message) throws IOException {
        return stage.recalled(texts, faces.of(message.message().clinician()).name());
    }

    /// The browser keeps no cookies, so whatever is answered is forgotten at once.
    WebResponse noCookies(Texts texts) {
        Note note =
                Note.of(
                        texts.say("cookies.heading"),
                        texts.say("cookies.why"),
                        texts.say("cookies.how"));
        return stage.note(403, Setting.at(texts, "/"), note);
    }
}
