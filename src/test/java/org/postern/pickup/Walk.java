package org.postern.pickup;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Upload;
import org.postern.policy.Protection.Level;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.VirtualKey;

/// A patient's steps through the pages, from an empty browser on.
///
/// @param page in the language that the walk is to see
record Walk(PickupWorld world, Page page) {
    private static final Path FACE = Path.of("policy-config/photos/anna-reyes.png");

    /// Of one network in an hour; beyond it, it is slowed down.
    private static final int NETWORK_WRONG_MAX = 30;

    /// A wrong birth date.
    static final String WRONG = "01/02/1980";

    /// Leads to one screen.
    @FunctionalInterface
    interface Way {
        void go(Walk walk) throws IOException;
    }

    /// What a conversation is written with: a list, a table, a link and a file.
    private static final String LETTER =
            """
            From: Ana Ruiz <ana.ruiz@clinic.example>
            To: maria@patients.example
            Subject: Your knee
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html; charset=utf-8

            <div>Hi Maria,</div><p>your <b>x-ray</b> looks good. Please:</p>
            <ul><li>cool the knee twice a day</li><li>take the tablets</li></ul>
            <table><tr><th>Day</th><th>Tablets</th></tr>
            <tr><td>Monday</td><td>2</td></tr><tr><td>Tuesday</td><td>1</td></tr>
            </table><p>More: <a href="https://health.example/knee">about knees</a></p>
            --b
            Content-Type: application/pdf
            Content-Disposition: attachment; filename="exercises for the knee.pdf"
            Content-Transfer-Encoding: base64

            %s
            --b--
            """
                    .formatted("JVBERi0xLjcK".repeat(4_000).replaceAll("(.{76})", "$1\n"));

    Walk to(String path) {
        page.navigate("https://localhost:" + world.server.port() + path);
        return this;
    }

    /// Presses what sends a form or leads on, and waits for the next page.
    Walk press(String selector) {
        Locator target = page.locator(selector).first();
        PatientBrowser.follow(page, target::click);
        return this;
    }

    Walk answer(String text) {
        page.locator("#answer").fill(text);
        return press("form[action='/open'] .button");
    }

    Walk write(String text) {
        page.locator("#text").fill(text);
        return press("#reply .button");
    }

    Walk later(Duration time) {
        world.clock.advance(time);
        return this;
    }

    // -- letters and links --

    StoredMessage letter(Address patient) throws IOException {
        return world.deliver(patient, LETTER);
    }

    StoredMessage guarded(Address patient, Level level) throws IOException {
        String mail = PickupWorld.plain("Leaflet", "Drink enough water.");
        return world.deliver(patient, mail, List.of(), new Guard(level, Optional.empty()));
    }

    String path(StoredMessage message) throws IOException {
        return "/m/" + world.grant(message).value();
    }

    /// At the door of a new letter.
    Walk door(Address patient) throws IOException {
        return to(path(letter(patient)));
    }

    /// Through the door of a message, as its form would: what stands at the door is looked at on
    /// screens of its own, and each page that a browser draws takes time.
    private Walk enter(StoredMessage message) throws IOException {
        String origin = "https://localhost:" + world.server.port();
        String language = String.valueOf(page.evaluate("navigator.language"));
        PageClient client = new PageClient(world);
        PageClient.Page opened =
                client.post(
                        "/open",
                        Map.of(
                                "token",
                                world.grant(message).value(),
                                "answer",
                                PickupWorld.BIRTH_DATE,
                                "lang",
                                language));
        for (String pair : client.cookie().split("; ", -1)) {
            String[] cookie = pair.split("=", 2);
            page.context()
                    .addCookies(
                            List.of(
                                    new Cookie(cookie[0], cookie[1])
                                            .setUrl(origin)
                                            .setHttpOnly(true)
                                            .setSecure(true)
                                            .setSameSite(SameSiteAttribute.LAX)));
        }
        return to(opened.field("Location"));
    }

    /// Behind the door, with a letter and nothing else.
    Walk reading() throws IOException {
        return enter(letter(PickupWorld.MARIA));
    }

    /// Three messages of two days, one with a table and a file, an answer with a picture, one with
    /// a quote. The newest is given.
    StoredMessage conversation() throws IOException {
        world.photo = Content.of(Files.readAllBytes(FACE));
        StoredMessage first = letter(PickupWorld.MARIA);
        world.clock.advance(Duration.ofHours(20));
        PageClient maria = new PageClient(world);
        String thread = maria.open(world.grant(first).value(), PickupWorld.BIRTH_DATE);
        PageClient.Page read = maria.get(thread);
        maria.reply(
                thread + "/reply",
                List.of(
                        Map.entry("form", read.hidden("form")),
                        Map.entry("once", read.hidden("once")),
                        Map.entry("text", "Thank you! May I climb stairs?")),
                List.of(new Upload("my knee.png", "image/png", Files.readAllBytes(FACE))));
        world.clock.advance(Duration.ofHours(2));
        return world.deliver(
                PickupWorld.MARIA,
                PickupWorld.plain(
                        "Re: Your knee",
                        "Yes, slowly.\n\nAna Ruiz\n\n" + "> May I climb stairs?\n".repeat(6)),
                List.of(first.message().messageId()));
    }

    /// Path of the conversation that is open.
    String thread() {
        return page.url().replaceFirst("^https?://[^/]+", "").replaceFirst("(/reply)?[?#].*$", "");
    }

    /// Reading the whole conversation.
    Walk talking() throws IOException {
        return enter(conversation());
    }

    /// So long ago that no page shows it at once.
    Walk longTalk() throws IOException {
        StoredMessage first = letter(PickupWorld.MARIA);
        StoredMessage last = first;
        for (int i = 0; i < 35; i++) {
            world.clock.advance(Duration.ofMinutes(7));
            last =
                    world.deliver(
                            PickupWorld.MARIA,
                            PickupWorld.plain("Your knee", "Note " + i),
                            List.of(first.message().messageId()));
        }
        return enter(last);
    }

    // -- answers that are not right --

    /// A patient answers wrongly so many times, waiting out what has to be waited for; the last
    /// time in the browser.
    Walk guess(int times) throws IOException {
        PageClient client = new PageClient(world);
        for (int i = 1; i < times; i++) {
            String token = world.grant(letter(PickupWorld.MARIA)).value();
            client.post("/open", Map.of("token", token, "answer", WRONG));
            if (i >= 5) {
                later(Duration.ofMinutes(31));
            }
        }
        return door(PickupWorld.MARIA).answer(WRONG);
    }

    /// Strangers guess from one network until it has to go slowly.
    Walk crowd() throws IOException {
        int given = 0;
        while (given < NETWORK_WRONG_MAX) {
            PageClient guest = new PageClient(world);
            Address address = Address.of("guest" + given + "@patients.example");
            String token = world.grant(letter(address)).value();
            guest.post("/code", Map.of("token", token));
            for (int tries = 0; tries < 3; tries++) {
                guest.post("/open", Map.of("token", token, "answer", "000000"));
                given++;
            }
        }
        // Her first answer goes ahead, the second takes the turn.
        return door(PickupWorld.MARIA).answer(WRONG).answer(WRONG).answer(WRONG);
    }

    // -- devices --

    Walk remembered() throws IOException {
        return reading().press("#keep button");
    }

    Walk devices() throws IOException {
        return remembered().press("a[href^='/devices']");
    }

    /// With a passkey, on a device that is not known.
    Walk withKey() throws IOException {
        VirtualKey.in(page);
        remembered();
        page.locator("form[action='/passkey/add'] .button").click();
        page.waitForURL("**key=1**");
        return this;
    }

    // -- writing first --

    Walk askToWrite() {
        to("/to/dr-ruiz").page().locator("#address").fill("maria@patients.example");
        return press("form[action^='/to/'] .button");
    }

    /// At the page behind the link that was mailed.
    Walk toWrite() {
        return askToWrite().to(world.started(1).path());
    }

    // -- ordinary mail, or this page --

    Walk choosing() throws IOException {
        return reading().press("a[href^='/mail-choice']");
    }

    /// Once more than there may be in a day.
    Walk choosingOften() throws IOException {
        choosing();
        String origin = "https://localhost:" + world.server.port();
        String form = "form[action='/mail-choice/choose']";
        String token = page.locator(form + " [name=form]").getAttribute("value");
        for (int i = 0; i < 3; i++) {
            page.request()
                    .post(
                            origin + "/mail-choice/choose",
                            RequestOptions.create()
                                    .setHeader("Origin", origin)
                                    .setForm(FormData.create().set("form", token)));
            world.choices.notHers(PickupWorld.MARIA);
        }
        return press(form + " .button");
    }

    // -- reading along --

    Walk caregivers() throws IOException {
        return reading().press("a[href^='/caregivers']");
    }

    Walk invite() throws IOException {
        caregivers().page().locator("#name").fill("Ana Lopez");
        page.locator("#address").fill("ana@family.example");
        return press("#add .button");
    }

    /// At the door of somebody who was invited.
    ///
    /// @return the code that the patient was shown
    String invited() throws IOException {
        String code = invite().page().locator(".code").textContent();
        page.context().clearCookies();
        to(world.invited.getLast().path());
        return code;
    }

    Walk show(String code) {
        page.locator("#answer").fill(code);
        return press("form[action='/k'] .button");
    }

    // -- what a browser does not let a person do --

    /// Sends a form although a field that it asks for is empty.
    Walk pressUnchecked(String form) {
        page.evaluate("form => document.querySelector(form).noValidate = true", form);
        return press(form + " .button");
    }

    /// Changes a hidden field before the form is sent.
    Walk forge(String field, String value) {
        page.evaluate(
                "([name, value]) => document.getElementsByName(name).forEach(e => e.value = value)",
                List.of(field, value));
        return this;
    }

    Walk attach(String name, String octets) {
        page.setInputFiles(
                "input[type=file]",
                new FilePayload(
                        name,
                        "application/octet-stream",
                        octets.getBytes(StandardCharsets.US_ASCII)));
        return this;
    }

    Walk open(String selector) {
        page.locator(selector).first().click();
        return this;
    }
}
