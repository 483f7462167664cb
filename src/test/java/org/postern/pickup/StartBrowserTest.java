package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.start.Desk;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;

/// Patients write first, in a real Chromium.
class StartBrowserTest {
    private static final Path PICTURES = Path.of("target/screens");
    private static final Path FACE = Path.of("policy-config/photos/anna-reyes.png");

    private static PatientBrowser browser;

    private final List<String> findings = new ArrayList<>();

    @TempDir Path data;
    private PickupWorld world;

    @BeforeAll
    static void start() {
        browser = PatientBrowser.start();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private String url(String path) {
        return "https://localhost:" + world.server.port() + path;
    }

    /// From the card to the sent message: an address, a tap in the mail, a few words. The same
    /// without scripts.
    @Test
    void aStrangerWritesFirst() throws IOException {
        writeFirst(Look.PHONE);
        writeFirst(Look.PHONE.withoutScripts());
    }

    private void writeFirst(Look look) throws IOException {
        int before = world.reception.received().size();
        Page page = browser.page(look);
        page.navigate(url("/to/dr-ruiz"));
        page.getByLabel("Your e-mail address").fill("nora@patients.example");
        page.getByText("Send me the link").click();
        assertTrue(page.getByText("Look in your mail").isVisible());
        String link = awaitLink(before + 1);
        page.navigate(url(link));
        page.getByLabel("Your name").fill("Nora Noone");
        page.getByLabel("Your message").fill("My knee hurts.\nMay I come by?");
        page.setInputFiles(
                "input[type=file]",
                new FilePayload(
                        "note.txt", "text/plain", "Hello".getBytes(StandardCharsets.UTF_8)));
        page.getByText("Send", new Page.GetByTextOptions().setExact(true)).click();
        page.getByText("Sent to Dr. Ana Ruiz on").waitFor();
        assertEquals(before + 1, world.reception.received().size());
        page.reload();
        page.goBack();
        assertEquals(before + 1, world.reception.received().size());
        page.context().close();
    }

    private String awaitLink(int count) {
        long begin = System.nanoTime();
        while (world.starts.size() < count && System.nanoTime() - begin < 5_000_000_000L) {
            Thread.onSpinWait();
        }
        return world.starts.getLast().path();
    }

    /// A scanner opens the link in the mail, runs its scripts and presses every button (T1).
    @Test
    void aScannerSendsNothing() throws IOException {
        Page page = browser.page(Look.PHONE);
        page.navigate(url("/to/dr-ruiz"));
        page.getByLabel("Your e-mail address").fill("nora@patients.example");
        page.getByText("Send me the link").click();
        String link = url(awaitLink(1));
        page.navigate(link);
        int buttons = page.locator("button").count();
        for (int i = 0; i < buttons; i++) {
            page.navigate(link);
            page.locator("button").nth(i).click();
            page.waitForLoadState();
        }
        assertEquals(0, world.reception.received().size());
        page.navigate(link);
        page.getByLabel("Your message").fill("It is me.");
        page.getByText("Send", new Page.GetByTextOptions().setExact(true)).click();
        page.getByText("Sent to Dr. Ana Ruiz on").waitFor();
        page.context().close();
    }

    /// T32: "Please call me" in the notice leads to the page with these words; they go when she
    /// sends them.
    @Test
    void aQuickReplyOfTheNoticeIsSentByHand() throws IOException {
        Page page = browser.page(Look.PHONE);
        page.navigate(world.server.link(world.link(PickupWorld.MARIA)).toString() + "?r=call");
        page.getByLabel("Your birth date").fill("04091972");
        page.getByText("Open message").click();
        page.waitForURL("**#reply");
        assertEquals("Please call me.", page.locator("#text").inputValue());
        assertEquals(0, world.reception.received().size());
        page.getByText("Send", new Page.GetByTextOptions().setExact(true)).click();
        page.getByText("Sent to Dr. Ana Ruiz at").waitFor();
        assertEquals(1, world.reception.received().size());
        page.context().close();
    }

    /// Every screen of those who write first and of those who read along, in both themes and
    /// languages, to be looked at: `target/screens/start-*.png`. Nothing runs over its edge.
    @Test
    void everyScreenFits() throws IOException {
        Files.createDirectories(PICTURES);
        for (Look look :
                List.of(
                        Look.PHONE,
                        Look.PHONE.inTheDark().in("es-MX"),
                        Look.PHONE.sized(320, 640).in("es-MX"))) {
            world.photo = Content.of(Files.readAllBytes(FACE));
            walk(look);
        }
        assertEquals(List.of(), findings);
    }

    private void walk(Look look) throws IOException {
        Page page = browser.page(look);
        page.navigate(url("/to/dr-ruiz"));
        take(page, look, "1-to");
        world.absence =
                new Desk.Absence(
                        LocalDate.of(2026, 3, 1),
                        LocalDate.of(2027, 3, 4),
                        Optional.of(PickupWorld.NURSES));
        page.navigate(url("/to/dr-ruiz"));
        take(page, look, "2-away");
        world.absence = null;
        page.locator("#address").fill("maria@patients.example");
        int before = world.starts.size();
        page.locator("form .button").click();
        take(page, look, "3-asked");
        page.navigate(url(awaitLink(before + 1)));
        take(page, look, "4-write");
        page.locator("#text").fill("¡Hola!");
        page.locator("#answer").fill("01/02/1980");
        page.locator("form .button").click();
        take(page, look, "5-wrong");
        page.locator("form .button").click();
        take(page, look, "6-sent");
        page.navigate(url("/w/" + "A".repeat(43)));
        take(page, look, "7-dead");
        page.navigate(world.server.link(world.link(PickupWorld.MARIA)).toString());
        page.locator("#answer").fill("04091972");
        page.locator("form .button").first().click();
        take(page, look, "8-read");
        page.locator("a[href^='/c/']").click();
        take(page, look, "9-new");
        page.locator("#text").fill("¡Hola!");
        page.locator("form .button").last().click();
        take(page, look, "10-new-sent");
        page.navigate(url("/caregivers"));
        take(page, look, "11-nobody");
        page.locator("#name").fill("Ana Lopez");
        page.locator("#address").fill("ana@family.example");
        page.locator("#add .button").click();
        String code = page.locator(".code").textContent();
        take(page, look, "12-told");
        page.context().clearCookies();
        page.navigate(url(world.invited.getLast().path()));
        page.locator("#answer").fill("1");
        page.locator("form .button").click();
        take(page, look, "13-caredoor");
        page.locator("#answer").fill(code);
        page.locator("form .button").click();
        take(page, look, "14-reads-along");
        world.clock.advance(java.time.Duration.ofDays(1));
        page.context().close();
    }

    private void take(Page page, Look look, String screen) {
        page.waitForLoadState();
        String name = "start-" + look.name() + "-" + screen;
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(PICTURES.resolve(name + ".png"))
                        .setFullPage(true));
        int over =
                ((Number)
                                page.evaluate(
                                        "() => document.documentElement.scrollWidth"
                                                + " - window.innerWidth"))
                        .intValue();
        if (over > 0) {
            findings.add(name + ": " + over + " pixels too wide");
        }
    }
}
