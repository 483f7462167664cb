package org.postern.doorstep;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views.Word;

/// The page on which a patient chooses the word that stands in her notices. One of a list: what she
/// would type might say something about her.
final class WordDesk {
    private final Stage stage;
    private final Visits visits;
    private final DoorstepParts parts;

    WordDesk(Stage stage, Visits visits, DoorstepParts parts) {
        this.stage = stage;
        this.visits = visits;
        this.parts = parts;
    }

    /// `GET /word`
    WebResponse look(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<Visit> visit = visits.patient(request).filter(WordDesk::isPersonal);
        return visit.isEmpty()
                ? stage.signedOut(texts)
                : page(
                        200,
                        new Setting(texts, "/word", true),
                        visit.get(),
                        request.query("done").isPresent());
    }

    /// `POST /word`
    WebResponse choose(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<Visit> visit = visits.patient(request, form).filter(WordDesk::isPersonal);
        if (visit.isEmpty()) {
            return stage.signedOut(texts);
        }
        String word = form.text("word");
        if (!offered(texts).contains(word)) {
            return page(422, new Setting(texts, "", true), visit.get(), false);
        }
        parts.words().choose(visit.get().patient(), word, parts.pickup().clock().instant());
        return WebResponse.seeOther("/word?done=1&lang=" + texts.language().tag());
    }

    /// Whoever pressed a mere button chooses no word for her.
    private static boolean isPersonal(Visit visit) {
        return visit.session().passed().check().isPersonal();
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
