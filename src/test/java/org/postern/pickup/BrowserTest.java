package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.StoredMessage;
import org.postern.reader.HostileMail;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;

/// The pages in a real Chromium, as a patient meets them.
class BrowserTest {
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

    private String link(StoredMessage message) throws IOException {
        return world.server.link(world.grant(message)).toString();
    }

    @Test
    void aPatientReadsAndAnswers() throws IOException {
        readAndAnswer(Look.PHONE);
    }

    @Test
    void aPatientReadsAndAnswersWithoutScripts() throws IOException {
        readAndAnswer(Look.PHONE.withoutScripts());
    }

    private void readAndAnswer(Look look) throws IOException {
        StoredMessage message =
                world.deliver(
                        PickupWorld.MARIA, PickupWorld.html("<p>Your knee looks <b>good</b>.</p>"));
        Page page = browser.page(look);
        page.navigate(link(message));
        page.getByLabel("Your birth date").fill("01/02/1980");
        page.getByText("Open message").click();
        assertTrue(page.getByRole(com.microsoft.playwright.options.AriaRole.ALERT).isVisible());
        page.getByLabel("Your birth date").fill("04091972");
        page.getByText("Open message").click();
        assertTrue(page.getByText("Your knee looks good.").isVisible());
        assertTrue(page.url().contains("/t/"), "the address holds no secret");
        page.getByLabel("Write to Dr. Ana Ruiz").fill("Thank you!\nMaría");
        page.setInputFiles(
                "input[type=file]",
                new FilePayload(
                        "note.txt", "text/plain", "Hello".getBytes(StandardCharsets.UTF_8)));
        page.getByText("Send", new Page.GetByTextOptions().setExact(true)).click();
        assertTrue(page.getByText("Sent to Dr. Ana Ruiz at").isVisible());
        assertTrue(page.getByText("note.txt").isVisible());
        assertEquals(1, world.reception.received().size());
        page.getByText("Sign out").click();
        assertTrue(page.getByText("You can close this page now.").isVisible());
        page.goBack();
        page.reload();
        assertEquals(0, page.getByText("Your knee looks good.").count());
        page.context().close();
    }

    /// Sixty kinds of hostile mail, read and looked at: the attacker's server hears nothing, no
    /// script runs.
    @Test
    void hostileMailReachesNobody() throws IOException {
        List<String> hits = new CopyOnWriteArrayList<>();
        var evil =
                com.sun.net.httpserver.HttpServer.create(
                        new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0), 0);
        evil.createContext(
                "/",
                exchange -> {
                    hits.add(exchange.getRequestURI().toString());
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        evil.start();
        try {
            String address = "http://localhost:" + evil.getAddress().getPort();
            StringBuilder all = new StringBuilder("<p>Read me.</p>");
            for (String fragment : HostileMail.FRAGMENTS) {
                if (!fragment.contains("plaintext")) {
                    all.append(fragment.replace("@EVIL@", address)).append("\n");
                }
            }
            StoredMessage message =
                    world.deliver(PickupWorld.MARIA, PickupWorld.html(all.toString()));
            Page page = browser.page(Look.PHONE);
            page.navigate(link(message));
            page.getByLabel("Your birth date").fill("04091972");
            page.getByText("Open message").click();
            assertTrue(page.getByText("Read me.").isVisible());
            String title = page.title();
            page.locator(".more summary").first().click();
            page.getByText("Show original look").click();
            page.frameLocator("iframe.look").getByText("Read me.").waitFor();
            page.waitForTimeout(1_500);
            assertEquals(title, page.title());
            assertTrue(page.url().contains("/look/"), page.url());
            page.navigate(page.url().replace("/look/", "/original/").replaceFirst("\\?.*", ""));
            page.waitForTimeout(1_500);
            assertEquals(List.of(), hits);
            page.context().close();
        } finally {
            evil.stop(0);
        }
    }

    /// A scanner in the mail's path opens links, runs scripts, presses every button.
    @Test
    void aScannerOpensNothing() throws IOException {
        StoredMessage message =
                world.deliver(PickupWorld.MARIA, PickupWorld.plain("Knee", "Secret words"));
        String link = link(message);
        Page page = browser.page(Look.PHONE);
        for (String wanted : List.of("button", "a[href]")) {
            page.navigate(link);
            int count = page.locator(wanted).count();
            for (int i = 0; i < count; i++) {
                page.navigate(link);
                Locator target = page.locator(wanted).nth(i);
                String href = String.valueOf(target.getAttribute("href"));
                if (!href.startsWith("tel:") && !href.startsWith("#")) {
                    target.click();
                    page.waitForLoadState();
                }
                assertEquals(0, page.getByText("Secret words").count());
            }
        }
        assertEquals(List.of(), world.acts());
        assertTrue(world.mailbox.message(message.key()).orElseThrow().read().isEmpty());
        page.navigate(link);
        page.getByLabel("Your birth date").fill("04091972");
        page.getByText("Open message").click();
        assertTrue(page.getByText("Secret words").isVisible());
        page.context().close();
    }
}
