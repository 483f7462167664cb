package org.postern.start;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.check.AskLimits;
import org.postern.check.MailOnRequest;
import org.postern.http.BadRequest;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.PickupToken;
import org.postern.page.Stage.Setting;
import org.postern.page.StartViews;
import org.postern.page.Views.Note;
import org.postern.pickup.PickupJournal.Act;
import org.postern.pickup.PickupJournal.Step;

/// The page of a clinician or team: an address is typed, and a link goes there. The answer is the
/// same, at once, whoever the address belongs to; the link proves the mailbox and nothing else.
final class StartDesk {
    private final DeskPages pages;
    private final Visits visits;
    private final StartParts parts;
    private final MailOnRequest links = new MailOnRequest("link to write first");

    StartDesk(DeskPages pages, Visits visits, StartParts parts) {
        this.pages = pages;
        this.visits = visits;
        this.parts = parts;
    }

    /// `GET /to/{name}`
    WebResponse look(WebRequest request) throws IOException {
        Texts texts = pages.stage().texts(request);
        Desk desk = desk(request);
        return pages.ask(200, texts, desk, ask(request, texts, desk, Optional.empty()));
    }

    /// `POST /to/{name}`
    WebResponse ask(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = pages.stage().texts(request, form.text("lang"));
        Desk desk = desk(request);
        Instant now = parts.pickup().clock().instant();
        // Nobody can be answered from a field that holds letters beyond ASCII, and what stands in
        // quotes would be said to the clinician in a stranger's words.
        Optional<Address> address =
                Address.parse(form.text("address").strip())
                        .filter(Address::isPlain)
                        .filter(it -> !it.holdsEncodedWord());
        if (address.isEmpty()) {
            StartViews.Ask again = ask(request, texts, desk, Optional.of(form.text("address")));
            return pages.ask(422, texts, desk, again);
        }
        Wish wish = new Wish(desk, address.get(), texts, request.peer(), request.device());
        Optional<AskLimits.Limit> over =
                links.ask(
                        request.peer(),
                        now,
                        parts.desks().isOurs(wish.address())
                                ? Optional.empty()
                                : Optional.of(
                                        new MailOnRequest.Wish(wish.address(), () -> mail(wish))));
        if (over.isPresent()) {
            return pages.stage().later(texts, over.get().key(), AskLimits.SPAN);
        }
        Note note =
                Note.of(
                        texts.say("to.sent.heading"),
                        texts.say("to.sent.why"),
                        texts.say("to.sent.wait"));
        return pages.stage().note(200, Setting.afterForm(texts), note);
    }

    /// What was asked for, on its way behind the answer.
    private record Wish(Desk desk, Address address, Texts texts, String peer, String device) {}

    /// The audit goes first, then the link is on disk, then its mail.
    private void mail(Wish wish) throws IOException {
        Instant now = parts.pickup().clock().instant();
        QueueId id = QueueId.next(now, parts.pickup().world().random());
        parts.pickup()
                .journal()
                .record(
                        new Step(
                                id,
                                wish.address(),
                                Act.START_ASKED,
                                "none",
                                wish.peer(),
                                wish.device()));
        PickupToken token =
                parts.links()
                        .make(
                                new StartLinks.StartLink(
                                        wish.desk().name(), wish.address(), id, Optional.empty()),
                                now);
        parts.mail()
                .mail(
                        new StartMail.Request(
                                id,
                                wish.desk().address(),
                                wish.address(),
                                wish.texts().language(),
                                StartLinks.LIFE),
                        token);
    }

    /// @param wrong what was typed and is no address
    private StartViews.Ask ask(WebRequest request, Texts texts, Desk desk, Optional<String> wrong)
            throws IOException {
        return new StartViews.Ask(
                pages.desk(texts, desk),
                "/to/" + desk.name(),
                wrong.orElse(""),
                wrong.map(_ -> texts.say("to.address")),
                isKnown(request) ? Optional.of("/c/" + desk.name()) : Optional.empty());
    }

    /// Whether this browser may write without a link.
    private boolean isKnown(WebRequest request) throws IOException {
        Optional<Visit> visit = visits.of(request);
        return visit.isPresent()
                ? visit.get().isPatient() && visit.get().session().passed().check().isPersonal()
                : visits.device(request).isPresent();
    }

    private Desk desk(WebRequest request) throws BadRequest {
        return parts.desks()
                .named(request.captured("name"))
                .orElseThrow(() -> new BadRequest(404, "no such desk"));
    }
}
