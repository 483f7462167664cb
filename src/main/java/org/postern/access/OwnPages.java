package org.postern.access;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.postern.access.Visits.Visit;
import org.postern.http.FormFields;
import org.postern.http.Router;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.page.Stage;

/// How the pages begin on which a patient does something for herself: in which words, who she is,
/// and what anybody else sees, or she herself once her session is over.
public record OwnPages(Stage stage, Visits visits) {
    /// A page that the patient herself asked for.
    public record Asked(WebRequest request, Texts texts, Visit visit) {}

    /// What such a page answers.
    @FunctionalInterface
    public interface Page {
        WebResponse to(Asked asked) throws IOException;
    }

    /// What the answer to a form is.
    @FunctionalInterface
    public interface Sent {
        WebResponse to(Asked asked, FormFields form) throws IOException;
    }

    /// Whoever pressed a mere button showed nothing that is her own.
    public static boolean isPersonal(Visit visit) {
        return visit.session().passed().check().isPersonal();
    }

    /// The route of a page that is looked at.
    ///
    /// @param whom it is for, of all who are in
    public Router.Route look(Predicate<Visit> whom, Page page) {
        return request -> {
            Texts texts = stage.texts(request);
            Optional<Visit> visit = visits.patient(request).filter(whom);
            return visit.isEmpty()
                    ? stage.signedOut(texts)
                    : page.to(new Asked(request, texts, visit.get()));
        };
    }

    /// The route of a form, which has to be of her own page.
    ///
    /// @param whom it is for, of all who are in
    public Router.Route form(Predicate<Visit> whom, Sent sent) {
        return request -> {
            FormFields form = request.ownForm();
            Texts texts = stage.texts(request, form.text("lang"));
            Optional<Visit> visit = visits.patient(request, form).filter(whom);
            return visit.isEmpty()
                    ? stage.signedOut(texts)
                    : sent.to(new Asked(request, texts, visit.get()), form);
        };
    }

    /// The same of a form that says nothing but that it was sent.
    public Router.Route form(Predicate<Visit> whom, Page sent) {
        return form(whom, (asked, _) -> sent.to(asked));
    }

    /// Asks once more who she is, for what a remembered device alone does not open, and leads back
    /// then.
    ///
    /// @param next names the page, as the question knows it
    public WebResponse again(Asked asked, String next) {
        return WebResponse.seeOther(
                "/again/%s?next=%s&lang=%s"
                        .formatted(
                                asked.visit().session().thread(),
                                next,
                                asked.texts().language().tag()));
    }
}
