package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.postern.story.StagedClinic.SAM;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.SelectOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.Gallery;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.Soundness;

/// The pages on which people decide about held mail, in a real browser: phone and desk, both
/// themes, both languages.
class HeldScreensStory {
    private static final String PASSWORD = "another long demo password";

    private static final String RULES =
            """
              - name: looked at first
                when: { recipient: { domain: homemail.example } }
                then:
                  hold:
                    reason: More than twenty patients go to a billing partner.
                    approvers: lists/privacy.txt
                    limit: 2 days
                    then: reject
              - name: slow readers
                when: { recipient: { domain: slow.example } }
                then:
                  hold:
                    reason: Mail to this practice is looked at first, always.
                    approvers: lists/quality.txt
            """;

    private static final String LETTER =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: Maria Lopez <maria.lopez@homemail.example>
            Message-ID: <screens-1@mapleclinic.example>
            Subject: Your results of last week
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=x

            --x
            Content-Type: text/plain; charset=utf-8

            Dear Maria,

            your x-ray looks good. Please cool the knee twice a day.

            --x
            Content-Type: application/pdf; name="exercises for the knee.pdf"
            Content-Disposition: attachment; filename="exercises for the knee.pdf"
            Content-Transfer-Encoding: base64

            JVBERi0xLjQK
            --x--
            """
                    .replace("\n", "\r\n");

    @TempDir Path home;
    private final List<String> findings = new ArrayList<>();

    @Test
    void everyPageIsSound() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                PatientBrowser browser = PatientBrowser.start()) {
            staged.write(sink.port(), "none").rules(RULES);
            Path lists = Files.createDirectories(staged.clinic().config().resolve("lists"));
            Files.writeString(lists.resolve("privacy.txt"), SAM + "\n");
            Files.writeString(lists.resolve("quality.txt"), SAM + "\n");
            staged.open();
            try (MailClient doctor = staged.submission()) {
                doctor.send("maria.lopez@homemail.example", LETTER);
            }
            staged.awaitAudit("maria.lopez@homemail.example", "held (none)");
            fill(staged);
            for (String language : List.of("en", "es")) {
                walk(browser, staged.clinic().pickupUrl() + "/held?lang=" + language, language);
            }
            Gallery.index();
            assertEquals(List.of(), findings);
            List<String> foreign =
                    browser.requests().stream()
                            .filter(url -> !url.startsWith(staged.clinic().pickupUrl()))
                            .toList();
            assertEquals(List.of(), foreign);
        }
    }

    /// More than one page, with two reasons.
    private static void fill(StagedClinic staged) throws Exception {
        try (MailClient doctor = staged.submission()) {
            for (int i = 0; i < 54; i++) {
                doctor.send("patient%d@slow.example".formatted(i), LETTER);
            }
        }
        staged.awaitAudit("patient53@slow.example", "held (none)");
    }

    private void walk(PatientBrowser browser, String start, String language) throws IOException {
        Page page = browser.page(Look.PHONE.in(language + "-US"));
        page.navigate(start);
        look(page, "held-door", language);
        page.locator("#address").fill(SAM);
        page.locator("#password").fill("not this one");
        press(page, "form[action='/held'] .button");
        look(page, "held-door-wrong", language);
        page.locator("#password").fill(PASSWORD);
        press(page, "form[action='/held'] .button");
        look(page, "held-list", language);
        press(page, "a[rel=next]");
        look(page, "held-list-last", language);
        page.locator("details.choose summary").first().click();
        page.locator("#why").selectOption(new SelectOption().setIndex(2));
        press(page, "details.choose .button");
        look(page, "held-list-filtered", language);
        assertEquals(List.of("privacy", "quality"), options(page, "#asked"));
        page.locator("#rule").selectOption(new SelectOption().setLabel("looked at first"));
        press(page, "details.choose .button");
        look(page, "held-list-rule", language);
        assertEquals(1, page.locator(".devices li").count());
        page.locator("#asked").selectOption(new SelectOption().setLabel("quality"));
        press(page, "details.choose .button");
        assertEquals(0, page.locator(".devices li").count());
        page.locator("#from").fill("nobody");
        press(page, "details.choose .button");
        look(page, "held-list-none", language);
        press(page, "details.choose .alone");
        press(page, "a[href^='/held/']");
        look(page, "held-letter", language);
        page.locator("details.choose summary").first().click();
        page.locator("details.choose summary").last().click();
        look(page, "held-letter-more", language);
        page.context().close();
    }

    /// But for the one that stands for all of them.
    private static List<String> options(Page page, String select) {
        return page.locator(select + " option").allTextContents().stream().skip(1).toList();
    }

    private static void press(Page page, String what) {
        PatientBrowser.follow(page, () -> page.locator(what).first().click());
    }

    private void look(Page page, String name, String language) throws IOException {
        for (int width : new int[] {320, 390, 1280}) {
            page.setViewportSize(width, 844);
            for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
                String look = width + (theme == ColorScheme.DARK ? "-dark-" : "-light-") + language;
                String where = name + " " + look;
                findings.addAll(
                        width < 400
                                ? Soundness.whole(page, where)
                                : Soundness.measured(page, where));
                if (width > 320) {
                    Gallery.take(page, look, name);
                }
            }
        }
    }
}
