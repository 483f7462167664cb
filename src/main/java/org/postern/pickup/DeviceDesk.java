package org.postern.pickup;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.access.Device;
import org.postern.access.DeviceTable;
import org.postern.access.Passkeys;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.check.Ask;
import org.postern.check.Codes;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mailbox.StoredMessage;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views.DeviceList;
import org.postern.page.Views.KnownDevice;
import org.postern.pickup.PickupJournal.Act;

/// The devices of a patient: remembering one, after reading and never before; the list of them;
/// letting another one in by a code that is read off this one.
final class DeviceDesk {
    private static final String CLEAR = "\"cache\", \"storage\"";

    private final Stage stage;
    private final Visits visits;
    private final PickupParts parts;

    DeviceDesk(Stage stage, Visits visits, PickupParts parts) {
        this.stage = stage;
        this.visits = visits;
        this.parts = parts;
    }

    /// `POST /devices/remember`
    WebResponse remember(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<Visit> visit = visits.patient(request, form);
        if (visit.isEmpty()) {
            return stage.signedOut(texts);
        }
        String path = "/t/" + visit.get().session().thread() + "?lang=" + texts.language().tag();
        boolean shown = visit.get().session().passed().check().isPersonal();
        if (!shown || visit.get().session().device().isPresent()) {
            return WebResponse.seeOther(path);
        }
        note(request, visit.get(), Act.REMEMBERED);
        Optional<StoredMessage> newest = newest(visit.get());
        if (newest.isPresent()) {
            parts.courier().alert(newest.get(), Courier.Alarm.NEW_DEVICE);
        }
        WebResponse response = WebResponse.seeOther(path + "&kept=1#kept");
        for (String cookie : visits.remember(request, visit.get())) {
            response = response.with("Set-Cookie", cookie);
        }
        return response;
    }

    /// `GET /devices`
    WebResponse list(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<Visit> visit = visits.patient(request);
        if (visit.isEmpty()) {
            return stage.signedOut(texts);
        }
        return visits.isChecked(visit.get())
                ? page(texts, visit.get(), Optional.empty())
                : again(texts, visit.get());
    }

    /// `POST /devices/forget`: one of the list, or the one it is asked on.
    WebResponse forget(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<Visit> visit = visits.patient(request, form);
        if (visit.isEmpty()) {
            return stage.signedOut(texts);
        }
        Optional<String> here = visit.get().session().device();
        String wanted = form.text("device");
        boolean thisOne = here.isPresent() && here.get().equals(wanted);
        // To be forgotten here needs no proof: it takes something away from nobody else.
        if (!thisOne && !visits.isChecked(visit.get())) {
            return again(texts, visit.get());
        }
        note(request, visit.get(), Act.FORGOTTEN);
        devices().forget(visit.get().patient(), wanted);
        parts.store().passkeys().forget(visit.get().patient(), wanted);
        if (!thisOne) {
            return WebResponse.seeOther("/devices?lang=" + texts.language().tag());
        }
        return WebResponse.seeOther("/bye?forgot=1&lang=" + texts.language().tag())
                .with("Set-Cookie", visits.close(request))
                .with("Set-Cookie", visits.forgetDevice())
                .with("Clear-Site-Data", CLEAR);
    }

    /// `POST /passkey/add`
    WebResponse addPasskey(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<Visit> visit = visits.patient(request, form);
        if (visit.isEmpty()) {
            return stage.signedOut(texts);
        }
        if (!visits.isChecked(visit.get())) {
            return again(texts, visit.get());
        }
        note(request, visit.get(), Act.PASSKEY);
        boolean added =
                parts.store()
                        .passkeys()
                        .add(
                                visit.get().patient(),
                                request.device(),
                                Passkeys.Response.of(request, form),
                                parts.clock().instant());
        Optional<StoredMessage> newest = newest(visit.get());
        if (added && newest.isPresent()) {
            parts.courier().alert(newest.get(), Courier.Alarm.NEW_DEVICE);
        }
        return WebResponse.seeOther(
                "/t/"
                        + visit.get().session().thread()
                        + "?kept="
                        + (added ? "1&key=1" : "0")
                        + "&lang="
                        + texts.language().tag());
    }

    /// `POST /devices/code`: shows a code that lets another device in. The secret is carried over
    /// by the patient; nothing has to be approved here (NIST SP 800-63B-4 §3.1.3).
    WebResponse code(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        Optional<Visit> visit = visits.patient(request, form);
        if (visit.isEmpty()) {
            return stage.signedOut(texts);
        }
        if (!visits.isChecked(visit.get())) {
            return again(texts, visit.get());
        }
        note(request, visit.get(), Act.DEVICE_CODE);
        Codes.Code code =
                parts.checks()
                        .codes()
                        .issue(Ask.ofDevice(visit.get().patient()), parts.clock().instant());
        return page(texts, visit.get(), Optional.of(code.digits()));
    }

    private WebResponse page(Texts texts, Visit visit, Optional<String> code) throws IOException {
        Instant now = parts.clock().instant();
        List<KnownDevice> shown = new ArrayList<>();
        for (Device device : devices().of(visit.patient(), now)) {
            shown.add(
                    new KnownDevice(
                            device.handle(),
                            device.name(),
                            texts.say("devices.used", day(texts, device.used())),
                            visit.session().device().filter(device.handle()::equals).isPresent()));
        }
        for (Passkeys.Passkey key : parts.store().passkeys().of(visit.patient())) {
            shown.add(
                    new KnownDevice(
                            key.handle(),
                            texts.say("devices.passkey", key.name()),
                            texts.say("devices.used", day(texts, key.used())),
                            false));
        }
        DeviceList list =
                new DeviceList(
                        shown,
                        visit.formToken(),
                        code.map(digits -> digits.substring(0, 3) + " " + digits.substring(3)),
                        "/t/" + visit.session().thread());
        String path = code.isPresent() ? "" : "/devices";
        return stage.page(200, new Setting(texts, path, true), "devices", list);
    }

    private String day(Texts texts, Instant at) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(texts.language().locale())
                .withZone(stage.clinic().zone())
                .format(at);
    }

    private static WebResponse again(Texts texts, Visit visit) {
        return WebResponse.seeOther(
                "/again/"
                        + visit.session().thread()
                        + "?next="
                        + Knock.TO_DEVICES
                        + "&lang="
                        + texts.language().tag());
    }

    private void note(WebRequest request, Visit visit, Act act) throws IOException {
        Optional<StoredMessage> newest = newest(visit);
        if (newest.isPresent()) {
            parts.journal().step(request, newest.get(), act, visit.session().shown());
        }
    }

    private Optional<StoredMessage> newest(Visit visit) throws IOException {
        return parts.store().mailbox().thread(visit.session().thread()).reversed().stream()
                .findFirst();
    }

    private DeviceTable devices() {
        return parts.store().devices();
    }
}
