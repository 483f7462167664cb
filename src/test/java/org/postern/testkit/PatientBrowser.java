package org.postern.testkit;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// A patient's browser: the installed Chromium without a screen, driven by Playwright.
///
/// The headless shell is Chromium's engine without the windows, profiles and services around it: a
/// page takes a third of the processor's time in it.
///
/// Certificates are not verified in it; what the pages' TLS proves is tested elsewhere.
public final class PatientBrowser implements AutoCloseable {
    private final Playwright playwright;
    private final Browser browser;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();

    private PatientBrowser(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// Skips the test where Chromium is missing, or fails it under `-Dpeers=required`.
    public static PatientBrowser start() {
        Path chromium = Peers.program("chromium-headless-shell", "chromium");
        Playwright playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(chromium)
                                        .setArgs(
                                                List.of(
                                                        "--no-sandbox",
                                                        "--disable-gpu",
                                                        "--disable-quic",
                                                        "--disable-background-networking",
                                                        "--disable-component-update",
                                                        "--disable-sync",
                                                        "--no-first-run")));
        return new PatientBrowser(playwright, browser);
    }

    /// How a patient looks at the pages.
    ///
    /// @param locale such as `en-US`
    /// @param scripts whether JavaScript is on
    /// @param scale pixels of the screen for one of the page
    public record Look(
            int width, int height, boolean dark, String locale, boolean scripts, int scale) {
        /// A usual phone, light, English, with scripts.
        public static final Look PHONE = new Look(390, 844, false, "en-US", true, 2);

        public Look withoutScripts() {
            return new Look(width, height, dark, locale, false, scale);
        }

        public Look inTheDark() {
            return new Look(width, height, true, locale, scripts, scale);
        }

        public Look in(String other) {
            return new Look(width, height, dark, other, scripts, scale);
        }

        public Look sized(int otherWidth, int otherHeight) {
            return new Look(otherWidth, otherHeight, dark, locale, scripts, scale);
        }

        /// Drawn as finely as on a phone where pictures are kept; elsewhere that is time for
        /// nothing.
        public Look forGallery() {
            return new Look(width, height, dark, locale, scripts, Gallery.isWanted() ? scale : 1);
        }

        /// A short name for a file.
        public String name() {
            return width + (dark ? "-dark-" : "-light-") + locale.substring(0, 2);
        }
    }

    /// A page in a new, empty profile.
    public Page page(Look look) {
        BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setIgnoreHTTPSErrors(true)
                                .setViewportSize(look.width(), look.height())
                                .setDeviceScaleFactor(look.scale())
                                .setHasTouch(look.width() < 600)
                                .setColorScheme(look.dark() ? ColorScheme.DARK : ColorScheme.LIGHT)
                                .setLocale(look.locale())
                                .setJavaScriptEnabled(look.scripts()));
        context.setDefaultTimeout(60_000);
        context.onRequest(request -> requests.add(request.url()));
        context.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                faults.add(message.text());
            }
        });
        return context.newPage();
    }

    /// Does what leads to another page, and waits until that is loaded.
    public static void follow(Page page, Runnable act) {
        AtomicBoolean there = new AtomicBoolean();
        Consumer<Frame> listener =
                frame -> {
                    if (frame.equals(page.mainFrame())) {
                        there.set(true);
                    }
                };
        page.onFrameNavigated(listener);
        act.run();
        page.waitForCondition(there::get);
        page.offFrameNavigated(listener);
        page.waitForLoadState();
    }

    /// All addresses that any page asked for.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /// What browsers complained about, such as a load that the content security policy forbids.
    public List<String> faults() {
        return List.copyOf(faults);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
