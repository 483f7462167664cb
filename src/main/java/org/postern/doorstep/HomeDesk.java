package org.postern.doorstep;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mailbox.PickupToken;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views.Home;
import org.postern.recognition.TypedCode;
import org.postern.recognition.TypedCodes;

/// The home page. Who taps no links in mail types the code that stands beside the link, and comes
/// to the same door. A code cannot be guessed (80 bits), but looking for one costs memory, so a
/// network that types many wrong ones is slowed; its links work all the same.
final class HomeDesk {
    private final Stage stage;
    private final DoorstepParts parts;
    private final TypingPace pace = new TypingPace();

    HomeDesk(Stage stage, DoorstepParts parts) {
        this.stage = stage;
        this.parts = parts;
    }

    /// `GET /`
    WebResponse look(WebRequest request) {
        Texts texts = stage.texts(request);
        return page(200, Setting.at(texts, "/"), new Home("", Optional.empty()));
    }

    /// `POST /type`: to the link for which the code stands.
    WebResponse type(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        String typed = form.text("code").strip();
        Optional<TypedCode> code = TypedCode.parse(typed);
        if (code.isEmpty()) {
            return again(422, texts, typed, texts.say("typed.short"));
        }
        Instant now = parts.pickup().clock().instant();
        Optional<TypingPace.Turn> turn = pace.take(request.peer(), now);
        if (turn.isEmpty()) {
            return later(429, texts, typed);
        }
        Optional<PickupToken> link;
        try {
            link = parts.codes().link(code.get(), now);
        } catch (TypedCodes.BusyException _) {
            return later(503, texts, typed);
        }
        if (link.isEmpty()) {
            return again(422, texts, typed, texts.say("typed.wrong"));
        }
        turn.get().wasRight();
        return WebResponse.seeOther("/m/" + link.get().value() + "?lang=" + texts.language().tag());
    }

    private WebResponse later(int status, Texts texts, String typed) {
        return again(status, texts, typed, texts.say("slow.why"))
                .with("Retry-After", Long.toString(TypingPace.SLOW.toSeconds()));
    }

    private WebResponse again(int status, Texts texts, String typed, String alert) {
        return page(status, Setting.afterForm(texts), new Home(typed, Optional.of(alert)));
    }

    private WebResponse page(int status, Setting setting, Home home) {
        return stage.page(status, setting, "home", home);
    }
}
