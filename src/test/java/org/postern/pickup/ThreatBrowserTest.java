package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.StoredMessage;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;

/// Rows of the threat table that only a real browser can show: what it tells other sites (T5), what
/// they can do with our pages (T12, T20), what stays open after a recall (T35).
class ThreatBrowserTest {
    private static PatientBrowser browser;

    @TempDir Path data;
    private PickupWorld world;
    private HttpServer other;
    private final List<String> referers = new CopyOnWriteArrayList<>();
    private volatile String served = "<p>another site</p>";

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
        other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext(
                "/",
                exchange -> {
                    referers.add(String.valueOf(exchange.getRequestHeaders().get("Referer")));
                    byte[] page = served.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page);
                    exchange.close();
                });
        other.start();
    }

    @AfterEach
    void close() throws IOException {
        other.stop(0);
        world.close();
    }

    /// Another host than ours, for a browser.
    private String elsewhere() {
        return "http://127.0.0.1:" + other.getAddress().getPort() + "/";
    }

    /// T5: neither the link nor that she uses this clinic is told to anybody by the browser; our
    /// own server is not told the link again either.
    @Test
    void theLinkStandsInNoReferer() throws IOException {
        StoredMessage message =
                world.deliver(
                        PickupWorld.MARIA,
                        PickupWorld.html("<p>See <a href='" + elsewhere() + "'>this</a>.</p>"));
        Page page = browser.page(Look.PHONE);
        List<Request> requests = new ArrayList<>();
        page.context().onRequest(requests::add);
        Walk walk = new Walk(world, page);
        String path = walk.path(message);
        walk.to(path);
        walk.answer(PickupWorld.BIRTH_DATE);
        Page opened = page.context().waitForPage(() -> page.locator(".words a").first().click());
        opened.waitForLoadState();
        // For its icon the page over there names itself.
        String itself = "[" + elsewhere() + "]";
        assertEquals(
                List.of("null"),
                referers.stream().distinct().filter(each -> !each.equals(itself)).toList());
        String own = "https://localhost:" + world.server.port();
        for (Request request : requests) {
            String referer = request.allHeaders().getOrDefault("referer", "");
            assertTrue(referer.isEmpty() || referer.equals(own + "/"), referer);
        }
        assertFalse(page.url().contains(path), "the address holds no secret");
        page.context().close();
    }

    /// T20: no other site shows our pages inside its own.
    @Test
    void noOtherSiteFramesUs() throws IOException {
        String link = world.server.link(world.link(PickupWorld.MARIA)).toString();
        served = "<iframe id='f' src='" + link + "'></iframe>";
        Page page = browser.page(Look.PHONE);
        page.navigate(elsewhere());
        page.waitForLoadState(com.microsoft.playwright.options.LoadState.NETWORKIDLE);
        assertEquals(2, page.frames().size());
        assertEquals(0, page.frameLocator("#f").locator("#answer").count());
        page.context().close();
    }

    /// T12: a form of another site, sent by a browser in which she is signed in.
    @Test
    void aFormOfAnotherSiteIsRefused() throws IOException {
        Page page = browser.page(Look.PHONE);
        Walk walk = new Walk(world, page).reading();
        String own = "https://localhost:" + world.server.port();
        String thread = page.url().replaceFirst("[?#].*", "");
        String form = page.locator("input[name=form]").first().getAttribute("value");
        for (String action :
                List.of(thread + "/reply", own + "/devices/remember", own + "/logout")) {
            served =
                    "<form method='post' enctype='multipart/form-data' action='%s'>"
                                    .formatted(action)
                            + "<input name='form' value='%s'>".formatted(form)
                            + "<input name='text' value='forged'><button>Go</button></form>";
            page.navigate(elsewhere());
            PatientBrowser.follow(page, () -> page.locator("button").click());
            assertTrue(page.getByText("This form was not sent from our page").isVisible(), action);
        }
        assertEquals(List.of(), world.reception.received());
        walk.to(thread.substring(own.length()));
        assertTrue(page.getByText("looks good").first().isVisible(), "she is still signed in");
        page.context().close();
    }

    /// T35: the page is open when the author takes the message back.
    @Test
    void recalledWhileOpenInABrowser() throws IOException {
        Page page = browser.page(Look.PHONE);
        Walk walk = new Walk(world, page);
        StoredMessage message = walk.letter(PickupWorld.MARIA);
        String link = walk.path(message);
        walk.to(link).answer(PickupWorld.BIRTH_DATE);
        assertTrue(page.getByText("looks good").first().isVisible());
        String file = page.locator(".file a").first().getAttribute("href");
        page.locator(".more summary").first().click();
        String look = page.locator("a[href*='/look/']").first().getAttribute("href");
        world.mailbox.recall(message.key(), world.clock.instant());
        page.reload();
        assertTrue(page.getByText("Dr. Ana Ruiz took this message back").isVisible());
        assertEquals(0, page.getByText("looks good").count());
        for (String path : List.of(file, look)) {
            walk.to(path);
            assertTrue(page.getByText("This link no longer works").isVisible(), path);
        }
        page.context().clearCookies();
        walk.to(link);
        assertTrue(page.getByText("Dr. Ana Ruiz took this message back").isVisible());
        page.context().close();
    }
}
