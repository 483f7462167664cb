package org.postern.caring;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.access.OwnPages;
import org.postern.access.OwnPages.Asked;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.caregiver.Caregiver;
import org.postern.caregiver.CaregiverTable.Invitation;
import org.postern.caregiver.CaregiverTable.Invited;
import org.postern.check.Pace;
import org.postern.http.BadRequest;
import org.postern.http.FormFields;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.StoredMessage;
import org.postern.page.CaringViews;
import org.postern.page.CaringViews.Typed;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.pickup.Courier;
import org.postern.pickup.PickupJournal.Act;
import org.postern.pickup.PickupJournal.Step;
import org.postern.writing.PlainName;

/// The patient's page about those who read along: who they are, letting somebody in, ending it. Who
/// is here has shown within ten minutes who she is, and is the patient herself.
final class CaregiverDesk {
    private static final Duration LIFE = Duration.ofDays(365);
    private static final int INVITATIONS_MAX = 10;

    private final Stage stage;
    private final Visits visits;
    private final OwnPages pages;
    private final CaringParts parts;
    private final Pace invitations = new Pace(Duration.ZERO, INVITATIONS_MAX, Duration.ofDays(1));

    CaregiverDesk(OwnPages pages, CaringParts parts) {
        this.stage = pages.stage();
        this.visits = pages.visits();
        this.pages = pages;
        this.parts = parts;
    }

    /// What a page says besides the list.
    private record Said(
            int status, Optional<CaringViews.Told> told, Typed typed, Optional<String> alert) {
        static final Said NOTHING =
                new Said(200, Optional.empty(), Typed.NOTHING, Optional.empty());

        static Said alert(Typed typed, String words) {
            return new Said(422, Optional.empty(), typed, Optional.of(words));
        }
    }

    /// `GET /caregivers`
    WebResponse list(Asked asked) throws IOException {
        return visits.isChecked(asked.visit())
                ? page(asked.texts(), asked.visit(), Said.NOTHING)
                : pages.again(asked, "caregivers");
    }

    /// `POST /caregivers/invite`
    WebResponse invite(Asked asked, FormFields form) throws IOException {
        Texts texts = asked.texts();
        Visit visit = asked.visit();
        if (!visits.isChecked(visit)) {
            return pages.again(asked, "caregivers");
        }
        Typed typed = new Typed(PlainName.of(form.text("name")), form.text("address").strip());
        Optional<Address> address =
                Address.parse(typed.address())
                        .filter(Address::isPlain)
                        .filter(it -> !it.holdsEncodedWord());
        boolean sensitive = form.text("sensitive").equals("yes");
        if (sensitive && !isStrong(visit)) {
            return page(texts, visit, Said.alert(typed, texts.say("care.sensitive.clinic")));
        }
        Optional<String> wrong = wrong(texts, visit, typed, address);
        if (wrong.isPresent() || address.isEmpty()) {
            return page(texts, visit, Said.alert(typed, wrong.orElse("")));
        }
        Invitation invitation =
                new Invitation(
                        visit.patient(),
                        address.get(),
                        typed.name(),
                        sensitive,
                        Caregiver.By.PATIENT,
                        LIFE);
        return invite(asked, invitation);
    }

    /// First the patient hears of it: perhaps it is not she who invites, and nobody reads along of
    /// whom she could not be told.
    private WebResponse invite(Asked asked, Invitation invitation) throws IOException {
        Texts texts = asked.texts();
        Visit visit = asked.visit();
        Typed typed = new Typed(invitation.name(), invitation.address().toString());
        Instant now = parts.pickup().clock().instant();
        if (!parts.caregivers().hasRoom(invitation, now)) {
            return page(texts, visit, Said.alert(typed, texts.say("care.many")));
        }
        Optional<StoredMessage> newest = newest(visit);
        if (newest.isEmpty()) {
            return page(texts, visit, Said.alert(typed, texts.say("care.first")));
        }
        note(asked, Act.CAREGIVER_INVITED, invitation.address());
        parts.pickup().courier().alert(newest.get(), Courier.Alarm.NEW_CAREGIVER);
        return switch (parts.caregivers().invite(invitation, now)) {
            case Invited.TooMany() -> page(texts, visit, Said.alert(typed, texts.say("care.many")));
            case Invited.Done(Caregiver caregiver, String code) -> {
                send(caregiver, newest.get());
                String shown = code.substring(0, 4) + " " + code.substring(4);
                yield page(
                        texts,
                        visit,
                        new Said(
                                200,
                                Optional.of(new CaringViews.Told(caregiver.name(), shown)),
                                Typed.NOTHING,
                                Optional.empty()));
            }
        };
    }

    private Optional<String> wrong(
            Texts texts, Visit visit, Typed typed, Optional<Address> address) {
        if (typed.name().isEmpty()) {
            return Optional.of(texts.say("care.name.missing"));
        }
        if (address.isEmpty()) {
            return Optional.of(texts.say("to.address"));
        }
        if (address.get().key().equals(visit.patient().key())) {
            return Optional.of(texts.say("care.own"));
        }
        return invitations.take(visit.patient().key(), parts.pickup().clock().instant())
                ? Optional.empty()
                : Optional.of(texts.say("care.soon"));
    }

    /// A link to what the caregiver may read of this conversation.
    private void send(Caregiver caregiver, StoredMessage newest) throws IOException {
        List<StoredMessage> thread = parts.pickup().store().mailbox().thread(newest.thread());
        if (Guard.of(thread).isOpenAlong(caregiver.sensitive())) {
            parts.letters().invite(caregiver, newest);
        }
    }

    /// The newest message to the patient in this conversation; if there is none, in any.
    private Optional<StoredMessage> newest(Visit visit) throws IOException {
        Optional<StoredMessage> here =
                thread(visit).reversed().stream()
                        .filter(it -> it.message().direction() == Direction.TO_PATIENT)
                        .filter(it -> it.recalled().isEmpty())
                        .findFirst();
        return here.isPresent() ? here : parts.pickup().store().mailbox().newest(visit.patient());
    }

    /// `POST /caregivers/end`: at the next request of the caregiver.
    WebResponse end(Asked asked, FormFields form) throws IOException {
        Visit visit = asked.visit();
        if (!visits.isChecked(visit)) {
            return pages.again(asked, "caregivers");
        }
        Optional<Address> address = Address.parse(form.text("address"));
        if (address.isPresent()) {
            note(asked, Act.CAREGIVER_ENDED, address.get());
            parts.caregivers()
                    .end(visit.patient(), address.get(), parts.pickup().clock().instant());
        }
        return WebResponse.seeOther("/caregivers?lang=" + asked.texts().language().tag());
    }

    private WebResponse page(Texts texts, Visit visit, Said said) throws IOException {
        List<CaringViews.Person> people = new ArrayList<>();
        Instant now = parts.pickup().clock().instant();
        for (Caregiver caregiver : parts.caregivers().of(visit.patient(), now)) {
            people.add(
                    new CaringViews.Person(
                            caregiver.address().toString(),
                            caregiver.name(),
                            texts.say("care.until", day(texts, caregiver.ends())),
                            caregiver.sensitive()));
        }
        CaringViews.Desk desk =
                new CaringViews.Desk(
                        people,
                        visit.formToken(),
                        said.told(),
                        said.typed(),
                        said.alert(),
                        isStrong(visit),
                        "/t/" + visit.session().thread());
        String path = said.equals(Said.NOTHING) ? "/caregivers" : "";
        return stage.page(said.status(), new Setting(texts, path, true), "caregivers", desk);
    }

    private String day(Texts texts, Instant at) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(texts.language().locale())
                .withZone(stage.clinic().zone())
                .format(at);
    }

    /// Whoever knows a birth date, or has the mailbox, reads nothing sensitive: she lets nobody
    /// else read it either.
    private static boolean isStrong(Visit visit) {
        return visit.session().passed().check().isStrong();
    }

    private List<StoredMessage> thread(Visit visit) throws IOException {
        return parts.pickup().store().mailbox().thread(visit.session().thread());
    }

    /// Recorded before it is done, with the address that it is about.
    private void note(Asked asked, Act act, Address about) throws IOException {
        Visit visit = asked.visit();
        List<StoredMessage> thread = thread(visit);
        if (thread.isEmpty()) {
            throw new BadRequest(403, "the conversation is gone");
        }
        parts.pickup()
                .journal()
                .record(
                        new Step(
                                thread.getLast().message().queueId(),
                                visit.patient(),
                                act,
                                visit.session().shown() + " for " + about,
                                asked.request().peer(),
                                asked.request().device()));
    }
}
