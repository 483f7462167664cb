package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.StoredMessage;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;
import org.postern.testkit.VirtualKey;

/// Who is the reader, in a real browser: remembered devices, passkeys, a shared computer.
class AccessBrowserTest {
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

    private String link(String words) throws IOException {
        StoredMessage message = world.deliver(PickupWorld.MARIA, PickupWorld.plain("Knee", words));
        return world.server.link(world.grant(message)).toString();
    }

    private void answer(Page page) {
        page.getByLabel("Your birth date").fill("04091972");
        page.getByText("Open message").click();
    }

    /// One tap, and nothing is asked; the same without scripts (T25: the cookies are out of reach
    /// of any script).
    @Test
    void aKnownDeviceReadsByOneTap() throws IOException {
        for (Look look : List.of(Look.PHONE, Look.PHONE.withoutScripts())) {
            Page page = browser.page(look);
            page.navigate(link("First words"));
            answer(page);
            page.getByText("Yes", new Page.GetByTextOptions().setExact(true)).click();
            assertTrue(page.getByText("Next time one tap will do.").isVisible());
            page.navigate("about:blank");
            page.navigate(link("Later words"));
            assertTrue(page.getByText("Later words").isVisible());
            for (Cookie cookie : page.context().cookies()) {
                assertTrue(cookie.httpOnly && cookie.secure, cookie.name);
                assertEquals("LAX", cookie.sameSite.toString(), cookie.name);
                assertTrue(cookie.name.startsWith("__Host-"), cookie.name);
            }
            page.getByText("My devices").click();
            page.getByText("Forget this one").click();
            assertTrue(page.getByText("We forgot this device").isVisible());
            page.navigate(link("Last words"));
            assertTrue(page.getByLabel("Your birth date").isVisible());
            page.context().close();
        }
    }

    /// T25: Back after signing out shows nothing, on a computer that others use too.
    @Test
    void aSharedComputerShowsNothingAfterwards() throws IOException {
        Page page = browser.page(Look.PHONE.sized(1280, 900));
        page.navigate(link("Secret words"));
        answer(page);
        assertTrue(page.getByText("Secret words").isVisible());
        PatientBrowser.follow(page, () -> page.getByText("Sign out").click());
        assertTrue(page.getByText("You are signed out").isVisible());
        page.goBack();
        page.waitForLoadState();
        assertEquals(0, page.getByText("Secret words").count());
        page.navigate(link("Other words"));
        assertTrue(page.getByLabel("Your birth date").isVisible());
        page.context().close();
    }

    /// T10: a passkey is made after reading, and then one tap opens what is sensitive, too.
    @Test
    void aPasskeyIsMadeAfterReadingAndOpensByOneTap() throws IOException {
        Page page = browser.page(Look.PHONE);
        VirtualKey authenticator = VirtualKey.in(page);
        page.navigate(link("First words"));
        assertEquals(0, page.getByText("Use my face, finger or PIN").count());
        answer(page);
        assertFalse(page.getByText("Set it up").isVisible(), "only on a device of hers");
        page.getByText("Yes", new Page.GetByTextOptions().setExact(true)).click();
        page.getByText("Set it up").click();
        page.waitForURL("**key=1**");
        assertTrue(page.getByText("Next time one tap will do.").isVisible());
        JsonArray made = authenticator.credentials();
        assertEquals(1, made.size());
        String rp = made.get(0).getAsJsonObject().get("rpId").getAsString();
        assertEquals("localhost", rp, "no other host gets it");
        page.context().clearCookies();
        world.clock.advance(Duration.ofDays(3));
        page.navigate(link("Later words"));
        assertTrue(page.getByLabel("Your birth date").isVisible(), "the question stands below");
        page.getByText("Use my face, finger or PIN").click();
        // The browser is asked first, and the form is sent behind its answer.
        page.getByText("Later words").waitFor();
        assertEquals("passkey", world.steps.getLast().check());
        page.getByText("My devices").click();
        page.getByText("face, finger or PIN").waitFor();
        page.context().close();
    }

    /// S4: a minute before the session ends the page says so; one tap keeps it, and what was typed;
    /// else it shows nothing any more.
    @Test
    void aPageThatNobodyUsesBlanksItself() throws IOException {
        Page page = browser.page(Look.PHONE);
        page.clock().install();
        page.navigate(link("Secret words"));
        answer(page);
        page.getByText("Secret words").waitFor();
        page.locator("#text").fill("Half an answer");
        // What was typed is kept, which is use of the page.
        later(page, Duration.ofSeconds(6));
        page.locator("form .saved").first().waitFor();
        later(page, Duration.ofMinutes(13));
        assertFalse(page.getByText("Are you still there?").isVisible());
        later(page, Duration.ofSeconds(65));
        assertTrue(page.getByText("Are you still there?").isVisible());
        page.getByText("Stay", new Page.GetByTextOptions().setExact(true)).click();
        page.getByText("Are you still there?")
                .waitFor(
                        new com.microsoft.playwright.Locator.WaitForOptions()
                                .setState(
                                        com.microsoft.playwright.options.WaitForSelectorState
                                                .HIDDEN));
        assertEquals("Half an answer", page.locator("#text").inputValue());
        later(page, Duration.ofMinutes(14));
        assertTrue(page.getByText("Secret words").isVisible(), "28 minutes after the opening");
        later(page, Duration.ofMinutes(2));
        page.getByText("You are signed out").waitFor();
        assertEquals(0, page.getByText("Secret words").count());
        page.context().close();
    }

    /// The script keeps what is typed, each tab its own: what one sends takes nothing of the other
    /// away, and is not shown again.
    @Test
    void twoTabsKeepTheirOwnWords() throws IOException {
        Page first = browser.page(Look.PHONE);
        first.clock().install();
        first.navigate(link("Some words"));
        answer(first);
        first.locator("#text").waitFor();
        Page second = first.context().newPage();
        second.navigate(first.url());
        first.locator("#text").fill("The first tab");
        later(first, Duration.ofSeconds(6));
        first.locator("form .saved").first().waitFor();
        second.locator("#text").fill("The second tab");
        later(second, Duration.ofSeconds(6));
        second.locator("form .saved").first().waitFor();
        PatientBrowser.follow(second, () -> second.locator("form[data-draft] .button").click());
        second.locator("#sent").waitFor();
        assertEquals("The first tab", second.locator("#text").inputValue());
        assertTrue(second.getByText("You typed this before").isVisible());
        assertEquals(1, world.reception.received().size());
        first.context().close();
    }

    /// The server's clock and the browser's.
    private void later(Page page, Duration time) {
        world.clock.advance(time);
        page.clock().runFor(time.toMillis());
    }
}
