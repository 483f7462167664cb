package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Upload;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;

/// Every screen in both themes, both languages and three widths: nothing runs over its edge, every
/// target is large enough, the browser has nothing to complain about. The pictures lie in
/// `target/screens`, to be looked at.
class ScreensTest {
    private static final Path PICTURES = Path.of("target/screens");

    private static final Path FACE = Path.of("policy-config/photos/anna-reyes.png");

    private static final List<Look> LOOKS =
            List.of(
                    Look.PHONE,
                    Look.PHONE.inTheDark().in("es-MX"),
                    Look.PHONE.sized(320, 640).in("es-MX"),
                    Look.PHONE.sized(1280, 900));

    /// Links and buttons smaller than 44 pixels, those inside a letter's text aside.
    private static final String SMALL_TARGETS =
            """
            () => [...document.querySelectorAll('a, button, input, textarea, summary, .choice')]
              .filter(e => !e.closest('.words p, .skip') && !e.classList.contains('skip')
                && e.type !== 'hidden' && e.type !== 'radio')
              .filter(e => e.getBoundingClientRect().height < 44)
              .map(e => e.outerHTML.slice(0, 120))
            """;

    private static final String WIDER_THAN_SCREEN =
            "() => document.documentElement.scrollWidth - window.innerWidth";

    private static PatientBrowser browser;

    @TempDir Path data;
    private PickupWorld world;
    private final List<String> findings = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        browser = PatientBrowser.start();
        Files.createDirectories(PICTURES);
    }

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void everyScreenFits() throws IOException {
        StoredMessage message = conversation();
        for (Look look : LOOKS) {
            world.photo = look.width() == 390 ? Content.of(Files.readAllBytes(FACE)) : null;
            walk(look, message);
        }
        assertEquals(List.of(), findings);
        assertEquals(
                List.of(),
                browser.faults().stream().filter(fault -> !fault.contains("status of 4")).toList());
        assertTrue(
                browser.requests().stream().allMatch(url -> url.startsWith("https://localhost")),
                "a page asked for something elsewhere");
    }

    /// Three messages, one with a table, a quote and a file, and an answer.
    private StoredMessage conversation() throws IOException {
        StoredMessage first =
                world.deliver(
                        PickupWorld.MARIA,
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
                                .formatted(
                                        "JVBERi0xLjcK"
                                                .repeat(4_000)
                                                .replaceAll("(.{76})", "$1\n")));
        world.clock.advance(java.time.Duration.ofHours(20));
        PageClient maria = new PageClient(world);
        String thread = maria.open(world.grant(first).value(), PickupWorld.BIRTH_DATE);
        PageClient.Page page = maria.get(thread);
        byte[] picture = Files.readAllBytes(FACE);
        maria.reply(
                thread + "/reply",
                List.of(
                        Map.entry("form", page.hidden("form")),
                        Map.entry("once", page.hidden("once")),
                        Map.entry("text", "Thank you! May I climb stairs?")),
                List.of(new Upload("my knee.png", "image/png", picture)));
        world.clock.advance(java.time.Duration.ofHours(2));
        return world.deliver(
                PickupWorld.MARIA,
                PickupWorld.plain(
                        "Re: Your knee",
                        "Yes, slowly.\n\nAna Ruiz\n\n> Thank you!\n> May I climb stairs?\n"),
                List.of(first.message().messageId()));
    }

    private void walk(Look look, StoredMessage message) throws IOException {
        boolean english = look.locale().startsWith("en");
        Page page = browser.page(look);
        String link = world.server.link(world.grant(message)).toString();
        page.navigate(link);
        take(page, look, "1-door");
        page.locator("#answer").fill("01/02/1980");
        page.locator("form .button").first().click();
        take(page, look, "2-wrong");
        page.locator("#answer").fill("04091972");
        page.locator("form .button").first().click();
        take(page, look, "3-read");
        page.locator("#reply .button").click();
        take(page, look, "4-empty");
        world.clock.advance(java.time.Duration.ofMinutes(1));
        page.locator("#text").fill("¡Gracias! 12:30?");
        page.locator("#reply .button").click();
        take(page, look, "5-sent");
        page.locator("#keep button").click();
        take(page, look, "12-kept");
        page.locator("a[href^='/devices']").click();
        take(page, look, "13-devices");
        page.locator("form[action='/devices/code'] button").click();
        take(page, look, "14-device-code");
        String back = page.locator("main a.alone").first().getAttribute("href");
        world.clock.advance(java.time.Duration.ofMinutes(11));
        page.navigate(page.url().replaceFirst("/devices.*", "/devices"));
        take(page, look, "15-again");
        page.navigate(page.url().replaceFirst("/again.*", "") + back);
        page.locator(".more summary").first().click();
        page.getByText(english ? "Show original look" : "Ver como lo enviaron").first().click();
        take(page, look, "6-look");
        page.goBack();
        String picture = page.locator("a[href$='view=1']").first().getAttribute("href");
        page.navigate(page.url().replaceFirst("/t/.*", "") + picture);
        Object width = page.evaluate("() => document.images[0].naturalWidth");
        assertEquals(128, ((Number) width).intValue(), "the picture is shown");
        page.goBack();
        page.navigate(page.url().replaceFirst("/t/.*", "/notme/") + link.replaceFirst(".*/", ""));
        take(page, look, "7-notme");
        page.navigate(page.url().replaceFirst("/notme/.*", "/m/" + "A".repeat(43)));
        take(page, look, "8-dead");
        StoredMessage other =
                world.deliver(PickupWorld.STRANGER, PickupWorld.plain("Hello", "Hello"));
        String link2 = world.server.link(world.grant(other)).toString();
        page.navigate(link2);
        take(page, look, "9-code");
        world.clock.advance(java.time.Duration.ofMinutes(20));
        page.locator("form .button").first().click();
        take(page, look, "10-code-sent");
        for (int i = 0; i < 5; i++) {
            page.locator("#answer").fill("000000");
            page.locator("form .button").first().click();
        }
        take(page, look, "11-wait");
        for (int i = 0; i < 3; i++) {
            world.clock.advance(java.time.Duration.ofMinutes(30));
            page.navigate(link2);
            page.locator("form .button").first().click();
            page.locator("#answer").fill("000000");
            page.locator("form .button").first().click();
        }
        take(page, look, "16-paused");
        String fresh = world.server.link(world.grant(other)).toString();
        page.navigate(fresh.replace("/m/", "/notme/"));
        page.locator("input[value=other]").check();
        page.locator("form .button").first().click();
        take(page, look, "17-notme-done");
        page.navigate(fresh);
        take(page, look, "18-held");
        world.mailbox.resumeLinks(PickupWorld.STRANGER);
        page.context().clearCookies();
        page.navigate(fresh.replaceFirst("/m/.*", "/t/" + other.thread() + "?opened=1"));
        take(page, look, "19-cookies");
        world.clock.advance(java.time.Duration.ofDays(1));
        world.forgive(PickupWorld.STRANGER);
        page.context().close();
    }

    private void take(Page page, Look look, String screen) {
        page.waitForLoadState();
        String name = look.name() + "-" + screen;
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(PICTURES.resolve(name + ".png"))
                        .setFullPage(true));
        int over = ((Number) page.evaluate(WIDER_THAN_SCREEN)).intValue();
        if (over > 0) {
            findings.add(name + ": " + over + " pixels too wide");
        }
        for (Object small : (List<?>) page.evaluate(SMALL_TARGETS)) {
            findings.add(name + ": too small: " + small);
        }
        long octets = page.content().getBytes(StandardCharsets.UTF_8).length;
        if (octets > 60_000) {
            findings.add(name + ": " + octets + " octets");
        }
    }
}
