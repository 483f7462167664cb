package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;

/// Patients write first, in a real Chromium.
class StartBrowserTest {

    private static PatientBrowser browser;

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
        return world.started(count).path();
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
}
