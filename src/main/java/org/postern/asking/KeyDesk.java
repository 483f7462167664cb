package org.postern.asking;

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
import org.postern.page.AskingViews.Wish;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.pickup.PickupJournal.Act;

/// The page on which a patient asks for a key of her own, and takes that back. Who is here has
/// shown who she is, and is the patient herself. Nothing is made by it: IT hears of the wish.
final class KeyDesk {
    /// Of one patient within a day: each is a mail to IT.
    private static final int PATIENT_MAX = 3;

    /// Of all together within a day.
    private static final int ALL_MAX = 100;

    private static final Duration DAY = Duration.ofDays(1);
    private static final String ALL = "all";

    private final Stage stage;
    private final AskingParts parts;
    private final Pace hers = new Pace(Duration.ZERO, PATIENT_MAX, DAY);
    private final Pace all = new Pace(Duration.ZERO, ALL_MAX, DAY);

    KeyDesk(Stage stage, AskingParts parts) {
        this.stage = stage;
        this.parts = parts;
    }

    /// `GET /key`
    WebResponse look(Asked asked) throws IOException {
        Texts texts = asked.texts();
        Optional<String> done =
                switch (asked.request().query("done").orElse("")) {
                    case "asked" -> Optional.of(texts.say("ownkey.asked"));
                    case "withdrawn" -> Optional.of(texts.say("ownkey.withdrawn"));
                    default -> Optional.empty();
                };
        return page(200, new Setting(texts, "/key", true), asked.visit(), done);
    }

    /// `POST /key/ask`
    WebResponse ask(Asked asked) throws IOException {
        Texts texts = asked.texts();
        Visit visit = asked.visit();
        // Once more of the same: a page that was loaded again.
        if (parts.asking().since(visit.patient()).isPresent()) {
            return done(texts, "asked");
        }
        // Before anything is counted or audited: nothing comes of it.
        if (!parts.asking().hasRoom()) {
            return refused(503, texts, visit, "ownkey.full");
        }
        Instant now = parts.pickup().clock().instant();
        if (!hers.take(visit.patient().key(), now)) {
            return refused(429, texts, visit, "ownkey.soon");
        }
        if (!all.take(ALL, now)) {
            return refused(429, texts, visit, "ownkey.full");
        }
        note(asked, Act.KEY_ASKED);
        return switch (parts.asking().ask(visit.patient())) {
            case TAKEN -> done(texts, "asked");
            case FULL -> refused(503, texts, visit, "ownkey.full");
        };
    }

    /// `POST /key/withdraw`
    WebResponse withdraw(Asked asked) throws IOException {
        if (parts.asking().since(asked.visit().patient()).isPresent()) {
            note(asked, Act.KEY_WITHDRAWN);
            parts.asking().withdraw(asked.visit().patient());
        }
        return done(asked.texts(), "withdrawn");
    }

    /// Nobody could give her one if no certificate can name her address.
    static boolean mayAsk(Visit visit) {
        return OwnPages.isPersonal(visit) && visit.patient().isPlain();
    }

    /// Recorded before it is done.
    private void note(Asked asked, Act act) throws IOException {
        Visit visit = asked.visit();
        List<StoredMessage> thread =
                parts.pickup().store().mailbox().thread(visit.session().thread());
        if (thread.isEmpty()) {
            throw new BadRequest(403, "the conversation is gone");
        }
        parts.pickup()
                .journal()
                .step(asked.request(), thread.getLast(), act, visit.session().shown());
    }

    private static WebResponse done(Texts texts, String what) {
        return WebResponse.seeOther("/key?done=" + what + "&lang=" + texts.language().tag());
    }

    private WebResponse refused(int status, Texts texts, Visit visit, String why)
            throws IOException {
        return page(status, new Setting(texts, "", true), visit, Optional.of(texts.say(why)));
    }

    /// @param said what was done, or, with another status than 200, why it was not
    private WebResponse page(int status, Setting setting, Visit visit, Optional<String> said)
            throws IOException {
        Optional<String> since =
                parts.asking().since(visit.patient()).map(at -> day(setting.texts(), at));
        Wish wish =
                new Wish(
                        visit.formToken(),
                        since,
                        status == 200 ? said : Optional.empty(),
                        status == 200 ? Optional.empty() : said,
                        "/t/" + visit.session().thread());
        return stage.page(status, setting, "ownkey", wish);
    }

    private String day(Texts texts, Instant at) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(texts.language().locale())
                .withZone(stage.clinic().zone())
                .format(at);
    }
}
