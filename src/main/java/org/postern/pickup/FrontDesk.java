package org.postern.pickup;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MailboxStore.Grant;
import org.postern.mailbox.PickupToken;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Texts;
import org.postern.page.Views.NotMe;
import org.postern.page.Views.Note;
import org.postern.pickup.PickupJournal.Act;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is asked without reading: a fresh link, "this is not me", signing out.
final class FrontDesk {
    private static final Logger LOG = LoggerFactory.getLogger(FrontDesk.class);

    /// Fresh links being made at the same time.
    private static final int AT_ONCE_MAX = 16;

    private final Stage stage;
    private final Visits visits;
    private final MailboxStore mailbox;
    private final Courier courier;
    private final Trail trail;
    private final InstantSource clock;
    private final Semaphore sending = new Semaphore(AT_ONCE_MAX);
    private final Pace anHour = new Pace(Duration.ZERO, 3, Duration.ofHours(1));
    private final Pace aDay = new Pace(Duration.ZERO, 10, Duration.ofDays(1));

    FrontDesk(Stage stage, Visits visits, PickupParts parts) {
        this.stage = stage;
        this.visits = visits;
        this.mailbox = parts.store().mailbox();
        this.courier = parts.courier();
        this.trail = new Trail(parts.journal());
        this.clock = parts.clock();
    }

    /// `GET /`
    WebResponse home(WebRequest request) {
        Texts texts = stage.texts(request);
        Note note =
                Note.of(texts.say("home.heading", stage.clinic().name()), texts.say("home.why"));
        return stage.note(200, Setting.at(texts, "/"), note.withFresh());
    }

    /// `POST /fresh`: the same answer for every address, at once; whether it is known shows only in
    /// its mailbox.
    WebResponse fresh(WebRequest request) throws IOException {
        FormFields form = Doorway.ownForm(request);
        Texts texts = stage.texts(request, form.text("lang"));
        Address.parse(form.text("address").strip()).ifPresent(this::sendLater);
        Note note =
                Note.of(
                        texts.say("fresh.heading"),
                        texts.say("fresh.why"),
                        texts.say("fresh.wait"));
        return stage.note(200, Setting.afterForm(texts), note);
    }

    private void sendLater(Address patient) {
        String key = patient.key();
        boolean busy = !sending.tryAcquire();
        if (busy) {
            LOG.warn("Too many fresh links are asked for at once; one is left out");
        } else if (anHour.take(key, clock.instant()) && aDay.take(key, clock.instant())) {
            Thread.ofVirtual().name("fresh-link").start(() -> send(patient));
        } else {
            sending.release();
        }
    }

    private void send(Address patient) {
        try {
            courier.freshLink(patient);
        } catch (IOException e) {
            LOG.error("A fresh link could not be queued; the patient may ask again", e);
        } finally {
            sending.release();
        }
    }

    /// `GET /notme/{token}`
    WebResponse askNotMe(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        String token = request.captured("token");
        if (grant(token).isEmpty()) {
            return stage.dead(texts);
        }
        return stage.page(200, Setting.at(texts, request.path()), "notme", new NotMe(token));
    }

    /// `POST /notme`
    WebResponse notMe(WebRequest request) throws IOException {
        FormFields form = Doorway.ownForm(request);
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<Grant> grant = grant(form.text("token"));
        if (grant.isEmpty()) {
            return stage.dead(texts);
        }
        trail.step(request, grant.get().message(), Act.NOT_ME, "link");
        courier.notTheirs(grant.get().message());
        mailbox.revokeGrants(grant.get().message().key());
        Note note = Note.of(texts.say("notme.done"), texts.say("notme.done.why"));
        return stage.note(200, Setting.afterForm(texts), note)
                .with("Clear-Site-Data", "\"cache\", \"storage\"");
    }

    /// `POST /logout`
    WebResponse signOut(WebRequest request) throws IOException {
        FormFields form = Doorway.ownForm(request);
        return WebResponse.seeOther(
                        "/bye?lang=" + stage.texts(request, form.text("lang")).language().tag())
                .with("Set-Cookie", visits.close(request))
                .with("Clear-Site-Data", "\"cache\", \"storage\"");
    }

    /// `GET /bye`
    WebResponse bye(WebRequest request) {
        Texts texts = stage.texts(request);
        Note note = Note.of(texts.say("bye.heading"), texts.say("bye.why"));
        return stage.note(200, Setting.at(texts, "/bye"), note);
    }

    private Optional<Grant> grant(String token) throws IOException {
        return PickupToken.isWellFormed(token)
                ? mailbox.grant(new PickupToken(token), clock.instant())
                : Optional.empty();
    }
}
