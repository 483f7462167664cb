package org.postern.choice;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Optional;
import org.postern.access.OwnPages;
import org.postern.access.OwnPages.Asked;
import org.postern.access.Visits.Visit;
import org.postern.check.Pace;
import org.postern.http.BadRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mailbox.StoredMessage;
import org.postern.page.AskingViews.MailChoice;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.pickup.Courier;
import org.postern.pickup.PickupJournal.Act;

/// The page on which a patient is warned of ordinary mail, chooses it, and takes that back. Who is
/// here has shown who she is, and is the patient herself: a link alone opens nothing of it.
final class ChoicePage {
    /// Choices of one patient within a day: each is a mail to her. Taking back is not counted.
    private static final int PATIENT_MAX = 3;

    private static final Duration DAY = Duration.ofDays(1);

    private final Stage stage;
    private final OwnPages pages;
    private final ChoiceParts parts;
    private final Pace hers = new Pace(Duration.ZERO, PATIENT_MAX, DAY);

    ChoicePage(OwnPages pages, ChoiceParts parts) {
        this.stage = pages.stage();
        this.pages = pages;
        this.parts = parts;
    }

    /// `GET /mail-choice`
    WebResponse look(Asked asked) throws IOException {
        Texts texts = asked.texts();
        Optional<String> done =
                switch (asked.request().query("done").orElse("")) {
                    case "chosen" -> Optional.of(texts.say("choice.chosen"));
                    case "kept" -> Optional.of(texts.say("choice.kept"));
                    default -> Optional.empty();
                };
        Setting setting = new Setting(texts, "/mail-choice", true);
        return page(200, setting, asked.visit(), done);
    }

    /// `POST /mail-choice/choose`
    WebResponse choose(Asked asked) throws IOException {
        Texts texts = asked.texts();
        Visit visit = asked.visit();
        // A remembered device opens the page to whoever has it. Taking back asks for nothing more.
        if (!pages.visits().isChecked(visit)) {
            return pages.again(asked, "mail-choice");
        }
        // Once more of the same: a page that was loaded again.
        if (parts.choices().chosen(visit.patient()).isPresent()) {
            return done(texts, "chosen");
        }
        if (!hers.take(visit.patient().key(), parts.pickup().clock().instant())) {
            Optional<String> why = Optional.of(texts.say("choice.soon"));
            return page(429, new Setting(texts, "", true), visit, why);
        }
        StoredMessage message =
                newest(visit).orElseThrow(() -> new BadRequest(403, "the conversation is gone"));
        parts.choices()
                .choose(
                        said(visit),
                        () -> {
                            note(asked, message, Act.ORDINARY_CHOSEN);
                            // First she hears of it: nothing is chosen of which she was not told.
                            parts.pickup().courier().alert(message, Courier.Alarm.ORDINARY_MAIL);
                        });
        // Behind it: others need not wait for a slow service to choose.
        parts.pickup().courier().textOfOrdinaryMail(visit.patient());
        return done(texts, "chosen");
    }

    /// `POST /mail-choice/keep`: nothing changes, or what she chose is taken back.
    WebResponse keep(Asked asked) throws IOException {
        // Nothing that fails besides keeps a choice that she takes back.
        if (parts.choices().withdraw(said(asked.visit()))) {
            Optional<StoredMessage> message = newest(asked.visit());
            if (message.isPresent()) {
                note(asked, message.get(), Act.ORDINARY_WITHDRAWN);
            }
        }
        return done(asked.texts(), "kept");
    }

    private static ChoiceDesk.Said said(Visit visit) {
        return new ChoiceDesk.Said(
                visit.patient(), Recorded.PAGE, "her page, check " + visit.session().shown());
    }

    private Optional<StoredMessage> newest(Visit visit) throws IOException {
        List<StoredMessage> thread =
                parts.pickup().store().mailbox().thread(visit.session().thread());
        return thread.isEmpty() ? Optional.empty() : Optional.of(thread.getLast());
    }

    /// Recorded before it is done.
    private void note(Asked asked, StoredMessage message, Act act) throws IOException {
        String shown = asked.visit().session().shown();
        parts.pickup().journal().step(asked.request(), message, act, shown);
    }

    private static WebResponse done(Texts texts, String what) {
        return WebResponse.seeOther(
                "/mail-choice?done=" + what + "&lang=" + texts.language().tag());
    }

    /// @param said what was done, or, with another status than 200, why it was not
    private WebResponse page(int status, Setting setting, Visit visit, Optional<String> said) {
        MailChoice choice =
                new MailChoice(
                        visit.formToken(),
                        parts.choices()
                                .chosen(visit.patient())
                                .map(it -> day(setting.texts(), it.at())),
                        status == 200 ? said : Optional.empty(),
                        status == 200 ? Optional.empty() : said,
                        "/t/" + visit.session().thread());
        return stage.page(status, setting, "mailchoice", choice);
    }

    private String day(Texts texts, Instant at) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(texts.language().locale())
                .withZone(stage.clinic().zone())
                .format(at);
    }
}
