package org.postern.approval;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postern.approval.DeskSessions.Seat;
import org.postern.approval.LetterPage.Seen;
import org.postern.held.Answer;
import org.postern.held.Ask;
import org.postern.http.BadRequest;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mail.QueueId;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views.Note;
import org.postern.policy.Protection;

/// Takes what somebody decides about a held message. A form counts for the hold that it was shown
/// for, and once.
final class DecisionDesk {
    private final Stage stage;
    private final SignInDesk door;
    private final LetterPage letters;
    private final ApprovalParts parts;

    /// What somebody reads behind a decision.
    private enum Said {
        RELEASED("desk.released", "desk.released.why"),
        AGAIN("desk.again", "desk.again.why"),
        NOTED("desk.noted", "desk.noted.why"),
        REJECTED("desk.rejected", "desk.rejected.why"),
        LATE("desk.late", "desk.late.why"),
        OTHER("desk.other", "desk.other.why"),
        OWN("desk.own", "desk.own.why"),
        POLICY("desk.policy", "desk.policy.why");

        private final String heading;
        private final String why;

        Said(String heading, String why) {
            this.heading = heading;
            this.why = why;
        }
    }

    DecisionDesk(Stage stage, SignInDesk door, LetterPage letters, ApprovalParts parts) {
        this.stage = stage;
        this.door = door;
        this.letters = letters;
        this.parts = parts;
    }

    /// `POST /held/{id}`
    WebResponse decide(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<Seat> seat = door.seat(request, form);
        if (seat.isEmpty()) {
            return door.ask(request, request.captured("id"));
        }
        String id = request.captured("id");
        Optional<Seen> seen = letters.find(texts, seat.get(), id);
        if (seen.isEmpty()) {
            return late(texts, seat.get(), id);
        }
        if (!isOfThisHold(seen.get(), form)) {
            return note(texts, 409, Said.OTHER);
        }
        Optional<Ask.Way> way = way(form);
        if (way.isEmpty()) {
            // The letter is shown once more.
            parts.desk().noteLooking(seat.get().approver(), seen.get().id());
            return letters.page(
                    422,
                    seen.get(),
                    form.text("reason"),
                    Optional.of(texts.say("desk.reason.wrong")));
        }
        Ask ask =
                new Ask(
                        seen.get().id(),
                        seat.get().approver(),
                        way.get(),
                        Optional.of(seen.get().review().since()));
        return answer(texts, seen.get(), way.get(), parts.desk().decide(ask));
    }

    private static boolean isOfThisHold(Seen seen, FormFields form) {
        return Long.toString(seen.review().since().toEpochMilli()).equals(form.text("review"));
    }

    /// Empty for a rejection without a reason that can be passed on.
    private static Optional<Ask.Way> way(FormFields form) throws BadRequest {
        return switch (form.text("act")) {
            case "release" -> Optional.of(new Ask.Way.Release());
            case "reject" -> reject(form.text("reason"));
            case "send" -> Optional.of(new Ask.Way.Send(List.of(protection(form.text("by")))));
            default -> throw new BadRequest(400, "no decision");
        };
    }

    private static Optional<Ask.Way> reject(String typed) {
        String reason = typed.replaceAll("\\p{Cntrl}+", " ").strip();
        return reason.isEmpty() || reason.length() > Ask.Way.Reject.CHARACTERS_MAX
                ? Optional.empty()
                : Optional.of(new Ask.Way.Reject(reason));
    }

    private static Protection protection(String word) throws BadRequest {
        return switch (word) {
            case "smime" -> new Protection.Smime();
            case "tls" -> new Protection.Tls();
            case "pickup" -> new Protection.Pickup();
            default -> throw new BadRequest(400, "no protection");
        };
    }

    private WebResponse answer(Texts texts, Seen seen, Ask.Way way, Answer answer)
            throws IOException {
        return switch (answer) {
            case Answer.Done _, Answer.StillHeld _ -> note(texts, 200, done(seen, way));
            case Answer.Noted _ -> note(texts, 200, Said.NOTED);
            case Answer.Late _ -> note(texts, 409, Said.LATE);
            case Answer.Unknown() -> late(texts, seen.seat(), seen.id().value());
            case Answer.Refused(Answer.Why why, _) ->
                    note(
                            texts,
                            409,
                            switch (why) {
                                case OWN_MESSAGE -> Said.OWN;
                                case POLICY -> Said.POLICY;
                            });
        };
    }

    /// Released may mean held by the next rule: then she hears that.
    private Said done(Seen seen, Ask.Way way) throws IOException {
        if (way instanceof Ask.Way.Reject) {
            return Said.REJECTED;
        }
        boolean again = parts.desk().isHeld(seen.id());
        return again ? Said.AGAIN : Said.RELEASED;
    }

    private WebResponse late(Texts texts, Seat seat, String id) {
        boolean known =
                QueueId.isValid(id)
                        && parts.desk().whatBecame(seat.approver(), new QueueId(id))
                                instanceof Answer.Late;
        return known ? note(texts, 409, Said.LATE) : letters.nothing(texts);
    }

    private WebResponse note(Texts texts, int status, Said said) {
        Note note =
                Note.of(texts.say(said.heading), texts.say(said.why))
                        .withNext("/held?lang=" + texts.language().tag(), texts.say("desk.back"));
        return stage.note(status, Setting.afterForm(texts), note);
    }
}
