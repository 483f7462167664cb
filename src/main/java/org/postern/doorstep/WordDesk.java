package org.postern.doorstep;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postern.access.OwnPages.Asked;
import org.postern.access.Visits.Visit;
import org.postern.http.FormFields;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views.Word;

/// The page on which a patient chooses the word that stands in her notices. One of a list: what she
/// would type might say something about her.
final class WordDesk {
    private final Stage stage;
    private final DoorstepParts parts;

    WordDesk(Stage stage, DoorstepParts parts) {
        this.stage = stage;
        this.parts = parts;
    }

    /// `GET /word`
    WebResponse look(Asked asked) throws IOException {
        boolean done = asked.request().query("done").isPresent();
        return page(200, new Setting(asked.texts(), "/word", true), asked.visit(), done);
    }

    /// `POST /word`
    WebResponse choose(Asked asked, FormFields form) throws IOException {
        Texts texts = asked.texts();
        Visit visit = asked.visit();
        String word = form.text("word");
        if (!offered(texts).contains(word)) {
            return page(422, new Setting(texts, "", true), visit, false);
        }
        parts.words().choose(visit.patient(), word, parts.pickup().clock().instant());
        return WebResponse.seeOther("/word?done=1&lang=" + texts.language().tag());
    }

    private static List<String> offered(Texts texts) {
        return List.of(texts.say("word.list").split(", *"));
    }

    private WebResponse page(int status, Setting setting, Visit visit, boolean done)
            throws IOException {
        Texts texts = setting.texts();
        Optional<String> word = parts.words().of(visit.patient());
        Word view =
                new Word(
                        visit.formToken(),
                        offered(texts),
                        word,
                        done,
                        status == 200 ? Optional.empty() : Optional.of(texts.say("word.missing")),
                        "/t/" + visit.session().thread());
        return stage.page(status, setting, "word", view);
    }
}
