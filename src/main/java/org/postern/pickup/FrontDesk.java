package org.postern.pickup;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.postern.access.Visits;
import org.postern.check.AskLimits;
import org.postern.check.MailOnRequest;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MailboxStore.Link;
import org.postern.mailbox.MailboxStore.LinkState;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.StoredMessage;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views.NotMe;
import org.postern.page.Views.Note;
import org.postern.pickup.PickupJournal.Act;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is asked without reading: a fresh link, "this is not me", signing out.
final class FrontDesk {
    private static final Logger LOG = LoggerFactory.getLogger(FrontDesk.class);
    private static final Set<String> REASONS = Set.of("stranger", "other");
    private static final String CLEAR = "\"cache\", \"storage\"";

    private final Stage stage;
    private final Visits visits;
    private final MailboxStore mailbox;
    private final Courier courier;
    private final PickupParts parts;
    private final InstantSource clock;
    private final MailOnRequest links = new MailOnRequest("fresh link");

    FrontDesk(Stage stage, Visits visits, PickupParts parts) {
        this.stage = stage;
        this.visits = visits;
        this.mailbox = parts.store().mailbox();
        this.courier = parts.courier();
        this.parts = parts;
        this.clock = parts.clock();
    }

    /// `POST /fresh`: the same answer for every address, at once; whether it is known shows only in
    /// its mailbox. The limits say nothing of it either: they are looked at for every request.
    WebResponse fresh(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<AskLimits.Limit> over = links.ask(request.peer(), clock.instant(), wish(form));
        if (over.isPresent()) {
            return stage.later(texts, over.get().key(), AskLimits.SPAN);
        }
        Note note =
                Note.of(
                        texts.say("fresh.heading"),
                        texts.say("fresh.why"),
                        texts.say("fresh.wait"));
        return stage.note(200, Setting.afterForm(texts), note);
    }

    /// A fresh link that somebody asks for.
    private Optional<MailOnRequest.Wish> wish(FormFields form) throws IOException {
        Optional<Link> link = link(form.text("token"));
        if (link.isPresent() && link.get().state() != LinkState.HELD) {
            StoredMessage message = link.get().message();
            return Optional.of(
                    new MailOnRequest.Wish(
                            message.message().patient(), () -> courier.freshLink(message)));
        }
        return Address.parse(form.text("address").strip())
                .map(given -> new MailOnRequest.Wish(given, () -> courier.freshLink(given)));
    }

    /// `GET /notme/{token}`, of a link in any state: an old mail may lie in a strange mailbox too.
    WebResponse askNotMe(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        String token = request.captured("token");
        if (link(token).isEmpty()) {
            return stage.dead(texts);
        }
        NotMe view = new NotMe(token, Optional.empty());
        return stage.page(200, Setting.at(texts, request.path()), "notme", view);
    }

    /// `POST /notme`: takes back that she chose ordinary mail, lets all links of the patient pause
    /// and ends her sessions, until the clinic has looked at it. It takes a choice that nothing
    /// makes beforehand, because scanners press buttons.
    WebResponse notMe(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        String token = form.text("token");
        Optional<Link> link = link(token);
        if (link.isEmpty()) {
            return stage.dead(texts);
        }
        if (!REASONS.contains(form.text("why"))) {
            NotMe view = new NotMe(token, Optional.of(texts.say("notme.choose")));
            return stage.page(422, Setting.afterForm(texts), "notme", view);
        }
        StoredMessage message = link.get().message();
        Address patient = message.message().patient();
        // First of all, and also where links pause: whoever reads her mail gets none in clear.
        takeBack(patient);
        if (link.get().state() != LinkState.HELD) {
            parts.journal().step(request, message, Act.NOT_ME, "link");
            // The clinician is told first: a pause of which nobody knows would be a lost patient.
            courier.notTheirs(message);
            mailbox.pauseLinks(patient, clock.instant());
            parts.store().sessions().closeAll(patient);
            parts.checks().codes().forget(patient);
        }
        // Once more now that no session is left in which somebody could choose anew meanwhile. If
        // it fails still, whoever pressed is told so, and may press again.
        parts.store().ordinaryMail().notHers(patient);
        Note note = Note.of(texts.say("notme.done"), texts.say("notme.done.why"));
        return stage.note(200, Setting.afterForm(texts), note).with("Clear-Site-Data", CLEAR);
    }

    /// What fails here keeps nothing else from being closed; it is tried again behind that.
    private void takeBack(Address patient) {
        try {
            parts.store().ordinaryMail().notHers(patient);
        } catch (IOException e) {
            LOG.error("a choice was not taken back yet: {}", e.getMessage());
        }
    }

    /// `POST /logout`
    WebResponse signOut(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        return WebResponse.seeOther(
                        "/bye?lang=" + stage.texts(request, form.text("lang")).language().tag())
                .with("Set-Cookie", visits.close(request))
                .with("Clear-Site-Data", CLEAR);
    }

    /// `GET /bye`
    WebResponse bye(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        boolean forgot = request.query("forgot").isPresent();
        Note note =
                forgot
                        ? Note.of(texts.say("forgot.heading"), texts.say("forgot.why"))
                        : Note.of(texts.say("bye.heading"), texts.say("bye.why"));
        return stage.note(200, Setting.at(texts, "/bye"), note);
    }

    private Optional<Link> link(String token) throws IOException {
        return PickupToken.isWellFormed(token)
                ? mailbox.link(new PickupToken(token), clock.instant())
                : Optional.empty();
    }
}
