package org.postern.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;

/// The patient's side in a real Chromium: from the notice in her inbox to her reply in the
/// clinician's, with JavaScript and without. With `-Dscreens=FOLDER` it leaves the pictures of the
/// README there.
class BrowserStory {
    private static final Path SHIPPED = Path.of("policy-config");

    @TempDir private static Path home;
    private static @Nullable DemoWorld started;
    private static @Nullable PatientBrowser chromium;

    private final DemoWorld world = Objects.requireNonNull(started);
    private final PatientBrowser browser = Objects.requireNonNull(chromium);
    private final DemoStory story = new DemoStory(world, Clock.systemUTC());

    /// One world for all: the mail server outside reads its certificate once in a process.
    @BeforeAll
    static void start() throws Exception {
        chromium = PatientBrowser.start();
        started = DemoWorld.start(home.resolve("demo"), SHIPPED);
    }

    @AfterAll
    static void stop() throws Exception {
        if (chromium != null) {
            chromium.close();
        }
        if (started != null) {
            started.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPatientReadsAndReplies(boolean scripts) throws Exception {
        Page phone = browser.page(scripts ? Look.PHONE : Look.PHONE.withoutScripts());
        phone.navigate(newLink());
        assertEquals(0, phone.locator("text=LDL").count(), "nothing before the check");
        phone.fill("#answer", "04/09/1972");
        phone.click("button[type=submit] >> nth=0");
        assertTrue(phone.locator("text=LDL is 121").isVisible(), "the letter");
        String reply = "Thank you! I feel much better, scripts or not: " + scripts;
        phone.fill("#text", reply);
        phone.click("#reply button.button[type=submit]");
        assertTrue(phone.locator("#sent").isVisible(), "sent");
        story.clinicianGets(reply);
    }

    @Test
    void aScannerThatFollowsTheLinkChangesNothing() throws Exception {
        String link = newLink();
        Page scanner = browser.page(Look.PHONE);
        scanner.navigate(link);
        scanner.click("button[type=submit] >> nth=0");
        scanner.reload();
        Page patient = browser.page(Look.PHONE);
        patient.navigate(link);
        patient.fill("#answer", "1972-04-09");
        patient.click("button[type=submit] >> nth=0");
        assertTrue(patient.locator("text=LDL is 121").isVisible(), "the patient still reads");
    }

    /// Makes the pictures of the README; `scripts/screens` calls it.
    @Test
    void pictures(@TempDir Path temporary) throws Exception {
        Path folder = Path.of(System.getProperty("screens", temporary.toString()));
        Files.createDirectories(folder);
        String link = newLink();
        Page inbox = browser.page(Look.PHONE);
        inbox.navigate(world.inboxes().url(Person.PATIENT));
        Frame notice = inbox.waitForSelector("iframe").contentFrame();
        assertTrue(notice.content().contains("private message"), "the notice is shown");
        shoot(inbox, folder.resolve("notice.png"));
        Page phone = browser.page(Look.PHONE);
        phone.navigate(link);
        shoot(phone, folder.resolve("question.png"));
        phone.fill("#answer", Person.PATIENT_BIRTH_DATE);
        phone.click("button[type=submit] >> nth=0");
        phone.fill("#text", "Thank you! I feel much better. See you in June.");
        phone.click("#reply button.button[type=submit]");
        shoot(phone, folder.resolve("conversation.png"));
        for (String name : List.of("notice.png", "question.png", "conversation.png")) {
            assertTrue(Files.size(folder.resolve(name)) > 10_000, name);
        }
    }

    private String newLink() throws Exception {
        int before = world.outside().inbox(Person.PATIENT).size();
        story.sendLetters();
        return story.patientIsTold(before + 1).toString();
    }

    private static void shoot(Page page, Path file) {
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }
}
