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
import org.postern.access.OwnPages;
import org.postern.access.OwnPages.Asked;
import org.postern.access.Passkeys;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.check.Ask;
import org.postern.check.Codes;
import org.postern.http.FormFields;
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
    private final OwnPages pages;
    private final PickupParts parts;

    DeviceDesk(OwnPages pages, PickupParts parts) {
        this.stage = pages.stage();
        this.visits = pages.visits();
        this.pages = pages;
        this.parts = parts;
    }

    /// `POST /devices/remember`
    WebResponse remember(Asked asked) throws IOException {
        Visit visit = asked.visit();
        String path = "/t/" + visit.session().thread() + "?lang=" + asked.texts().language().tag();
        boolean shown = visit.session().passed().check().isPersonal();
        if (!shown || visit.session().device().isPresent()) {
            return WebResponse.seeOther(path);
        }
        note(asked, Act.REMEMBERED);
        Optional<StoredMessage> newest = newest(visit);
        if (newest.isPresent()) {
            parts.courier().alert(newest.get(), Courier.Alarm.NEW_DEVICE);
        }
        WebResponse response = WebResponse.seeOther(path + "&kept=1#kept");
        for (String cookie : visits.remember(asked.request(), visit)) {
            response = response.with("Set-Cookie", cookie);
        }
        return response;
    }

    /// `GET /devices`
    WebResponse list(Asked asked) throws IOException {
        return visits.isChecked(asked.visit())
                ? page(asked.texts(), asked.visit(), Optional.empty())
                : pages.again(asked, Knock.TO_DEVICES);
    }

    /// `POST /devices/forget`: one of the list, or the one it is asked on.
    WebResponse forget(Asked asked, FormFields form) throws IOException {
        Visit visit = asked.visit();
        Optional<String> here = visit.session().device();
        String wanted = form.text("device");
        boolean thisOne = here.isPresent() && here.get().equals(wanted);
        // To be forgotten here needs no proof: it takes something away from nobody else.
        if (!thisOne && !visits.isChecked(visit)) {
            return pages.again(asked, Knock.TO_DEVICES);
        }
        note(asked, Act.FORGOTTEN);
        devices().forget(visit.patient(), wanted);
        parts.store().passkeys().forget(visit.patient(), wanted);
        if (!thisOne) {
            return WebResponse.seeOther("/devices?lang=" + asked.texts().language().tag());
        }
        return WebResponse.seeOther("/bye?forgot=1&lang=" + asked.texts().language().tag())
                .with("Set-Cookie", visits.close(asked.request()))
                .with("Set-Cookie", visits.forgetDevice())
                .with("Clear-Site-Data", CLEAR);
    }

    /// `POST /passkey/add`
    WebResponse addPasskey(Asked asked, FormFields form) throws IOException {
        Visit visit = asked.visit();
        if (!visits.isChecked(visit)) {
            return pages.again(asked, Knock.TO_DEVICES);
        }
        note(asked, Act.PASSKEY);
        boolean added =
                parts.store()
                        .passkeys()
                        .add(
                                visit.patient(),
                                asked.request().device(),
                                Passkeys.Response.of(asked.request(), form),
                                parts.clock().instant());
        Optional<StoredMessage> newest = newest(visit);
        if (added && newest.isPresent()) {
            parts.courier().alert(newest.get(), Courier.Alarm.NEW_DEVICE);
        }
        return WebResponse.seeOther(
                "/t/"
                        + visit.session().thread()
                        + "?kept="
                        + (added ? "1&key=1" : "0")
                        + "&lang="
                        + asked.texts().language().tag());
    }

    /// `POST /devices/code`: shows a code that lets another device in. The secret is carried over
    /// by the patient; nothing has to be approved here (NIST SP 800-63B-4 §3.1.3).
    WebResponse code(Asked asked) throws IOException {
        Visit visit = asked.visit();
        if (!visits.isChecked(visit)) {
            return pages.again(asked, Knock.TO_DEVICES);
        }
        note(asked, Act.DEVICE_CODE);
        Codes.Code code =
                parts.checks()
                        .codes()
                        .issue(Ask.ofDevice(visit.patient()), parts.clock().instant());
        return page(asked.texts(), visit, Optional.of(code.digits()));
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

    private void note(Asked asked, Act act) throws IOException {
        Visit visit = asked.visit();
        Optional<StoredMessage> newest = newest(visit);
        if (newest.isPresent()) {
            parts.journal().step(asked.request(), newest.get(), act, visit.session().shown());
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
