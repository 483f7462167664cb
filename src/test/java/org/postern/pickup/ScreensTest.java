package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postern.language.Arabic;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.testkit.Axe;
import org.postern.testkit.Gallery;
import org.postern.testkit.Keyboard;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;
import org.postern.testkit.Soundness;

/// Every screen in both languages and three widths: nothing runs over its edge, every target is
/// large enough, the browser has nothing to complain about. In the first language so in both themes
/// and in forced colours, the Tab key reaches everything and axe-core finds nothing; in the others
/// so on a screen of each kind, because words change no colours. What an address alone shows is
/// loaded in the second language where it stands; all else is reached once more. With
/// `-Dgallery=FOLDER` it leaves pictures there, to be looked at, and axe-core reads all of them;
/// `-Dscreen=REGEX` goes to some of them alone.
class ScreensTest {
    private static final Languages LANGUAGES = Arabic.added();

    /// Screens that are also looked at from right to left, and read in each language: each kind of
    /// box, field and list once.
    private static final String KINDS =
            "door-birth-date|wrong|dead|notme|reading|reading-more|reply-found|reading-marks"
                    + "|devices-code|to-away|write|caregivers-told";

    private static final List<Size> SIZES =
            List.of(new Size(320, 640), new Size(390, 844), new Size(1280, 900));

    /// A style sheet that the page's own policy does not concern.
    private static final String STRAIN =
            """
            css => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync(css);
              document.adoptedStyleSheets = [sheet];
            }
            """;

    private static final Map<String, String> STRAINS =
            Map.of(
                    "text200",
                    "html { font-size: 200% !important }",
                    "spaced",
                    "* { line-height: 1.5 !important; letter-spacing: .12em !important;"
                            + " word-spacing: .16em !important }"
                            + " p { margin-bottom: 2em !important }");

    /// Controls that would be invisible without their colours.
    private static final String WITHOUT_EDGE =
            """
            () => [...document.querySelectorAll('.button, .pill, .bubble, .card, input, textarea')]
              .filter(e => e.checkVisibility() && !['radio', 'checkbox'].includes(e.type))
              .filter(e => parseFloat(getComputedStyle(e).borderTopWidth) < 1
                || getComputedStyle(e).borderTopStyle === 'none')
              .map(e => e.outerHTML.slice(0, 120))
            """;

    private static PatientBrowser browser;

    @TempDir Path data;
    private final List<String> findings = new ArrayList<>();

    private record Size(int width, int height) {
        boolean isPhone() {
            return width < 400;
        }

        boolean isInGallery() {
            return width > 320;
        }
    }

    @BeforeAll
    static void start() {
        browser = PatientBrowser.start();
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        Gallery.index();
    }

    static Stream<Screen> screens() {
        return Screen.all().stream()
                .filter(screen -> screen.name().matches(System.getProperty("screen", ".*")));
    }

    @ParameterizedTest
    @MethodSource("screens")
    void everyScreenIsSound(Screen screen) throws IOException {
        // Without the language that a clinic adds, pages look as in one that adds none.
        List<Language> left = new ArrayList<>(Languages.shipped().all());
        while (!left.isEmpty()) {
            look(screen, left, Languages.shipped());
        }
        if (isOfKinds(screen)) {
            look(screen, new ArrayList<>(List.of(LANGUAGES.all().getLast())), LANGUAGES);
        }
        assertEquals(List.of(), findings);
        assertEquals(
                List.of(),
                browser.faults().stream().filter(fault -> !fault.contains("status of ")).toList());
        assertTrue(
                browser.requests().stream().allMatch(url -> url.startsWith("https://localhost")),
                "a page asked for something elsewhere");
    }

    /// Goes there in the first of the languages, and takes those away in which it was looked at: a
    /// page that can be loaded once more is loaded in the others.
    private void look(Screen screen, List<Language> left, Languages spoken) throws IOException {
        Language language = left.removeFirst();
        Path folder = Files.createDirectory(data.resolve(language.tag()));
        try (PickupWorld world = new PickupWorld(folder, spoken)) {
            Page page = browser.page(Look.PHONE.in(language.tag() + "-US").forGallery());
            Loaded loaded = Loaded.in(page);
            screen.reach(world, page);
            loaded.remember();
            look(screen, page, language);
            while (!left.isEmpty() && loaded.again(left.getFirst())) {
                look(screen, page, left.removeFirst());
            }
            page.context().close();
        }
    }

    private void look(Screen screen, Page page, Language language) throws IOException {
        assertEquals(language.tag(), page.locator("html").getAttribute("lang"), screen.name());
        long octets = page.content().getBytes(StandardCharsets.UTF_8).length;
        if (octets > 60_000) {
            findings.add(screen.name() + ": " + octets + " octets");
        }
        for (Size size : SIZES) {
            page.setViewportSize(size.width(), size.height());
            for (ColorScheme theme : themes(screen, size, language)) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
                boolean dark = theme == ColorScheme.DARK;
                String look = size.width() + (dark ? "-dark-" : "-light-") + language.tag();
                findings.addAll(
                        sound(
                                page,
                                screen.name() + " " + look,
                                dark,
                                isReadByAxe(screen, size, language)));
                if (size.isInGallery()) {
                    Gallery.take(page, look, screen.name());
                }
            }
        }
        strain(screen, page, language);
    }

    private static List<String> sound(Page page, String where, boolean dark, boolean byAxe) {
        if (!byAxe) {
            return Soundness.measured(page, where);
        }
        return dark ? Soundness.coloured(page, where) : Soundness.whole(page, where);
    }

    /// In the dark nothing lies elsewhere, so one width shows all that is to be seen of it.
    private static List<ColorScheme> themes(Screen screen, Size size, Language language) {
        return Gallery.isWanted() || (size.width() == 390 && isReadWhole(screen, language))
                ? List.of(ColorScheme.LIGHT, ColorScheme.DARK)
                : List.of(ColorScheme.LIGHT);
    }

    /// What axe-core and the Tab key find does not depend on all of these at once: the words of a
    /// page change neither its colours nor the order of its controls, and a wider page is the same
    /// page. With the gallery, axe-core reads every phone.
    private static boolean isReadByAxe(Screen screen, Size size, Language language) {
        return Gallery.isWanted()
                ? size.isPhone()
                : size.width() == 390 && isReadWhole(screen, language);
    }

    private static boolean isReadWhole(Screen screen, Language language) {
        return isFirst(language) || isOfKinds(screen);
    }

    private static boolean isOfKinds(Screen screen) {
        return screen.name().matches(KINDS);
    }

    private static boolean isFirst(Language language) {
        return language.equals(LANGUAGES.all().getFirst());
    }

    /// What readers set who see badly: text twice as large, wide spacing (WCAG 1.4.12), the few
    /// colours of the system's own contrast theme.
    private void strain(Screen screen, Page page, Language language) throws IOException {
        String tag = language.tag();
        String where = screen.name();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        page.setViewportSize(390, 844);
        if (Gallery.isWanted() || isReadWhole(screen, language)) {
            Keyboard.findings(page).forEach(finding -> findings.add(where + ": " + finding));
        }
        for (String strain : STRAINS.keySet()) {
            page.evaluate(STRAIN, STRAINS.get(strain));
            for (int width : new int[] {320, 390}) {
                page.setViewportSize(width, 844);
                findings.addAll(Soundness.fit(page, where + " " + strain + " " + width));
            }
            Gallery.take(page, "390-" + strain + "-" + tag, where);
        }
        page.evaluate(STRAIN, "");
        if (!Gallery.isWanted() && !isReadWhole(screen, language)) {
            return;
        }
        page.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.ACTIVE));
        for (Object lost : (List<?>) page.evaluate(WITHOUT_EDGE)) {
            findings.add(where + " in forced colours: no edge: " + lost);
        }
        // The system's few colours are the same for each kind of box.
        if (Gallery.isWanted() || (isFirst(language) && isOfKinds(screen))) {
            Axe.findings(page).forEach(finding -> findings.add(where + " forced: " + finding));
        }
        Gallery.take(page, "390-forced-" + tag, where);
        page.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.NONE));
    }

    /// The browser draws a picture that a patient sent, in a page of its own.
    @Test
    void aPictureIsShown() throws IOException {
        try (PickupWorld world = new PickupWorld(data)) {
            Page page = browser.page(Look.PHONE);
            Walk walk = new Walk(world, page).talking();
            walk.to(page.locator("a[href$='view=1']").first().getAttribute("href"));
            Object width = page.evaluate("() => document.images[0].naturalWidth");
            assertEquals(128, ((Number) width).intValue());
            page.context().close();
        }
    }

    /// What finds nothing must be able to find something.
    @Test
    void aBadPageIsFound() {
        Page page = browser.page(Look.PHONE);
        page.setContent(
                "<html><img src='x'><p style='color:#aaa;background:#fff'>Hello</p></html>");
        String all = String.join("\n", Axe.findings(page));
        for (String rule : List.of("image-alt", "html-has-lang", "color-contrast")) {
            assertTrue(all.contains(rule), rule + " in " + all);
        }
        List<String> colours = Axe.colours(page);
        assertEquals(1, colours.size());
        assertTrue(colours.getFirst().startsWith("color-contrast"), colours.getFirst());
        page.context().close();
    }
}
