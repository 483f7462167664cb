package org.postern.page;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.postern.http.BadRequest;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Languages;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.page.Views.Note;

/// Puts a page together: language, frame, template.
public final class Stage {
    private static final Map<Integer, String> WORDS =
            Map.of(
                    400,
                    "error.400",
                    403,
                    "error.403",
                    404,
                    "error.404",
                    413,
                    "error.413",
                    503,
                    "error.503");

    private final Clinic clinic;
    private final Function<Address, Optional<String>> record;
    private final StaticFiles files;
    private final Pages pages = new Pages();

    /// @param clinic whose pages these are
    /// @param record the tag of the language that a patient reads, where the clinic knows it
    public Stage(Clinic clinic, Function<Address, Optional<String>> record) {
        this.clinic = clinic;
        this.record = record;
        this.files = new StaticFiles(new Palette(clinic.colour()));
    }

    public Clinic clinic() {
        return clinic;
    }

    public StaticFiles files() {
        return files;
    }

    /// The language that a request asks for, without any form it carries: the link that changes it
    /// counts most, then the browser.
    public Texts texts(WebRequest request) {
        Languages languages = clinic.languages();
        return asked(request)
                .flatMap(languages::of)
                .or(() -> request.header("Accept-Language").flatMap(languages::accepted))
                .orElseGet(clinic::texts);
    }

    /// The same where the patient is known: what the clinic has on file counts more than the
    /// browser, and the link that changes the language counts more than that.
    public Texts texts(WebRequest request, Address patient) {
        Languages languages = clinic.languages();
        return asked(request)
                .flatMap(languages::of)
                .or(() -> record.apply(patient).flatMap(languages::of))
                .orElseGet(() -> texts(request));
    }

    /// The language of a form's page.
    public Texts texts(WebRequest request, String formLanguage) {
        return clinic.languages().of(formLanguage).orElseGet(() -> texts(request));
    }

    private static Optional<String> asked(WebRequest request) {
        try {
            return request.query("lang");
        } catch (BadRequest e) {
            return Optional.empty();
        }
    }

    /// How a page stands in the frame.
    ///
    /// @param path for the link that changes the language; empty for none
    public record Setting(Texts texts, String path, boolean signedIn) {
        public static Setting at(Texts texts, String path) {
            return new Setting(texts, path, false);
        }

        /// The answer to a form: to load it again in another language would lose something.
        public static Setting afterForm(Texts texts) {
            return new Setting(texts, "", false);
        }
    }

    public WebResponse page(int status, Setting setting, String template, Object view) {
        Frame frame =
                new Frame(
                        setting.texts(),
                        clinic,
                        setting.path(),
                        files.css(),
                        files.script(),
                        setting.signedIn());
        return WebResponse.html(status, pages.render(template, frame, view));
    }

    public WebResponse door(int status, Setting setting, Views.Door door) {
        return page(status, setting, "door", door);
    }

    public WebResponse note(int status, Setting setting, Note note) {
        return page(status, setting, "note", note);
    }

    /// So much was asked for that nothing more is sent now.
    ///
    /// @param why key of the words that say of whom
    /// @param span after which asking may help again
    public WebResponse later(Texts texts, String why, Duration span) {
        Note note = Note.of(texts.say("wait.heading"), texts.say(why));
        return note(429, Setting.afterForm(texts), note)
                .with("Retry-After", Long.toString(span.toSeconds()));
    }

    /// The same page, octet by octet, for every link that is not alive: whether it was ever made is
    /// nobody's business. Its other language is that of the home page, which asks the same.
    public WebResponse dead(Texts texts) {
        Note note = Note.of(texts.say("dead.heading"), texts.say("dead.why")).withFresh();
        return note(404, Setting.at(texts, "/"), note);
    }

    /// In the place of a message that its author took back.
    public WebResponse recalled(Texts texts, String clinician) {
        Note note = Note.of(texts.say("recalled.heading", clinician), texts.say("recalled.why"));
        return note(410, Setting.at(texts, "/"), note.withCall(clinic, texts));
    }

    /// What a status says; those without words of their own say what is nearest.
    public static String words(Texts texts, int status) {
        String key = WORDS.getOrDefault(status, status < 500 ? "error.400" : "error.500");
        return texts.say(key);
    }

    /// In the place of any other refusal for somebody who wrote: her words are not lost.
    public WebResponse notSent(int status, Texts texts, String text) {
        return kept(
                status, texts, new Given(texts.say("error.heading"), words(texts, status), text));
    }

    /// The same for somebody whose session is over.
    public WebResponse signedOut(Texts texts, String text) {
        return text.isBlank()
                ? signedOut(texts)
                : kept(
                        403,
                        texts,
                        new Given(texts.say("out.heading"), texts.say("write.kept.how"), text));
    }

    private WebResponse kept(int status, Texts texts, Given given) {
        StartViews.Kept kept =
                new StartViews.Kept(
                        given.heading(),
                        List.of(texts.say("write.not.sent"), given.why()),
                        given.text(),
                        Optional.empty());
        return page(status, Setting.afterForm(texts), "kept", kept);
    }

    /// What is given back, and why.
    private record Given(String heading, String why, String text) {}

    /// What somebody sees whose session is over, whatever the address.
    public WebResponse signedOut(Texts texts) {
        Note note = Note.of(texts.say("out.heading"), texts.say("out.why"), texts.say("out.how"));
        return note(403, Setting.at(texts, "/"), note.withFresh());
    }
}
