package org.postern.pickup;

import java.io.IOException;
import java.time.Duration;
import org.postern.check.CheckKind;
import org.postern.check.Examiner.Verdict;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mailbox.PickupToken;
import org.postern.page.Stage;
import org.postern.page.Views.Question;
import org.postern.pickup.Courier.Alarm;
import org.postern.pickup.DoorPages.Said;
import org.postern.pickup.PickupJournal.Act;

/// What follows from an answer that was not right: it is recorded, the patient is told, the link
/// pauses, and the page says what is next.
record Refusals(Stage stage, DoorPages pages, PickupParts parts) {
    /// The page that answers a verdict other than right.
    WebResponse refused(WebRequest request, Knock knock, CheckKind kind, Verdict verdict)
            throws IOException {
        Texts texts = knock.texts();
        return switch (verdict) {
            case Verdict.Right() -> throw new IllegalArgumentException("a right answer");
            case Verdict.Wrong wrong -> {
                noteWrong(request, knock, kind);
                if (wrong.isToBeTold()) {
                    parts.courier().alert(knock.message(), Alarm.TRIES);
                }
                String left =
                        wrong.left() == 1
                                ? texts.say("wrong.left.one")
                                : texts.say("wrong.left", wrong.left());
                yield asked(knock, kind, texts.say(DoorPages.wrong(kind)) + " " + left);
            }
            case Verdict.Wait(Duration time, boolean counted) -> {
                if (counted) {
                    noteWrong(request, knock, kind);
                    parts.journal().step(request, knock.message(), Act.PAUSED, kind.word());
                }
                yield pages.waiting(knock, time);
            }
            case Verdict.LinkPauses() -> {
                noteWrong(request, knock, kind);
                parts.journal().step(request, knock.message(), Act.PAUSED, "link");
                yield pauseLink(knock);
            }
            case Verdict.Barred(boolean counted) -> {
                if (counted) {
                    noteWrong(request, knock, kind);
                    parts.journal().step(request, knock.message(), Act.PAUSED, kind.word());
                }
                yield pages.barred(knock);
            }
            case Verdict.Slower(Duration time) -> pages.slower(knock, time);
            case Verdict.Empty() -> asked(knock, kind, texts.say("wrong.empty"));
            case Verdict.NoDate() -> asked(knock, kind, texts.say("wrong.date"));
            case Verdict.NoCode() -> asked(knock, kind, texts.say("wrong.expired"));
        };
    }

    private WebResponse pauseLink(Knock knock) throws IOException {
        return switch (knock.way()) {
            case Knock.Way.ByLink(String token, String _) -> {
                parts.store().mailbox().pauseGrant(new PickupToken(token));
                yield pages.linkPaused(knock.texts(), token);
            }
            case Knock.Way.Again(var visit, String _) -> {
                // Somebody sits before the patient's open page and guesses.
                parts.store().sessions().close(visit.secret());
                yield stage.signedOut(knock.texts());
            }
        };
    }

    private void noteWrong(WebRequest request, Knock knock, CheckKind kind) throws IOException {
        parts.journal().step(request, knock.message(), Act.WRONG_ANSWER, kind.word());
    }

    private WebResponse asked(Knock knock, CheckKind kind, String alert) throws IOException {
        return pages.ask(422, knock, DoorPages.answered(kind), Said.alert(alert));
    }

    /// A passkey that is not right is no guess: it costs no try.
    WebResponse noKey(WebRequest request, Knock knock) throws IOException {
        noteWrong(request, knock, CheckKind.PASSKEY);
        Said said = Said.trouble(knock.texts().say("passkey.failed"));
        return knock.checks().isEmpty()
                ? pages.ask(422, knock, Question.NOTHING, said)
                : pages.ask(422, knock, DoorPages.first(knock.checks().getFirst()), said);
    }
}
