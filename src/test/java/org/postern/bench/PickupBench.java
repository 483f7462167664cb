package org.postern.bench;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitUntilState;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.postern.cli.Console;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;
import org.postern.testkit.SmtpSink;

/// The patient's side of the product as shipped, with TLS: how long a phone on a slow network takes
/// from the link to the letter, what it loads, and how many views of a conversation the pages give
/// a second, each of them unsealed, made safe and drawn anew.
final class PickupBench {
    private static final int LATENCY_MS = 300;
    private static final int OCTETS_PER_SECOND = 400_000 / 8;
    private static final int CPU_SLOWDOWN = 6;
    private static final double KEY_MS = 250;
    private static final String BIRTH_DATE = "04091972";

    /// Letters in the conversation whose views are counted, and answers to it.
    private static final int LETTERS = 4;

    private static final String SECONDS_MEASURED = "15s";

    /// As many as keep the machine busy, and as many as leave it some room.
    private static final List<Integer> AT_ONCE = List.of(32, 8);

    private final Path home;
    private final Bench.Effort effort;
    private final Console out;
    private final AtomicInteger letters = new AtomicInteger();

    PickupBench(Path home, Bench.Effort effort, Console out) {
        this.home = home;
        this.effort = effort;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        try (SmtpSink sink = SmtpSink.start();
                GatewayContestant postern =
                        GatewayContestant.withPages(home.resolve("a"), sink.port());
                PatientBrowser browser = PatientBrowser.start()) {
            Mail mail = new Mail(postern, sink);
            phone(mail, browser);
            views(mail, postern, browser);
        }
    }

    /// Sends letters to the patient, and reads her notices.
    private record Mail(GatewayContestant postern, SmtpSink sink) {
        URI letter(String id, String answered, String words) throws IOException {
            return new PatientLetter(id, answered, words).send(postern.port(), sink);
        }
    }

    // -- a phone on a slow network --

    private void phone(Mail mail, PatientBrowser browser) throws IOException {
        List<Double> unknown = new ArrayList<>();
        List<Double> known = new ArrayList<>();
        for (int i = 0; i < effort.pairs(); i++) {
            Page page = browser.page(Look.PHONE);
            Traffic traffic = slow(page);
            unknown.add(readsNew(mail, page));
            if (i == 0) {
                out.line("first view: " + traffic.atDoor());
            }
            PatientBrowser.follow(page, () -> page.locator("#keep .button").first().tap());
            known.add(readsKnown(mail, page));
            page.context().close();
        }
        out.line("| | median s from the link to the letter | all |");
        out.line("| new phone | " + seconds(unknown));
        out.line("| known phone | " + seconds(known));
    }

    private double readsNew(Mail mail, Page page) throws IOException {
        int number = letters.incrementAndGet();
        String words = "Your knee looks good, note " + number;
        URI link = mail.letter("note" + number, "", words);
        long begin = System.nanoTime();
        go(page, link);
        page.locator("#answer").focus();
        page.keyboard()
                .type(
                        BIRTH_DATE,
                        new com.microsoft.playwright.Keyboard.TypeOptions().setDelay(KEY_MS));
        page.locator("form[action='/open'] .button").first().tap();
        page.getByText(words).first().waitFor();
        return (System.nanoTime() - begin) / 1e9;
    }

    private double readsKnown(Mail mail, Page page) throws IOException {
        int number = letters.incrementAndGet();
        String words = "Your knee looks good, note " + number;
        URI link = mail.letter("note" + number, "", words);
        page.navigate("about:blank");
        long begin = System.nanoTime();
        go(page, link);
        page.getByText(words).first().waitFor();
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void go(Page page, URI link) {
        page.navigate(
                link.toString(), new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));
    }

    private static String seconds(List<Double> all) {
        String each =
                all.stream()
                        .map(one -> String.format(Locale.ROOT, "%.1f", one))
                        .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "%.1f | %s |", Run.median(all), each);
    }

    /// What a page has loaded so far.
    private static final class Traffic {
        private int requests;
        private long octets;
        private String door = "";

        /// At the door, before anything was answered.
        String atDoor() {
            return door;
        }

        void asked(String url) {
            if (url.endsWith("/open") && door.isEmpty()) {
                door = requests + " requests, " + octets + " octets with their header fields";
            }
            requests += url.startsWith("http") ? 1 : 0;
        }

        void loaded(long more) {
            octets += more;
        }
    }

    /// A slow network and a slow processor, as Chromium imitates them; and counts.
    private static Traffic slow(Page page) {
        CDPSession session = page.context().newCDPSession(page);
        session.send("Network.enable");
        JsonObject network = new JsonObject();
        network.addProperty("offline", false);
        network.addProperty("latency", LATENCY_MS);
        network.addProperty("downloadThroughput", OCTETS_PER_SECOND);
        network.addProperty("uploadThroughput", OCTETS_PER_SECOND);
        session.send("Network.emulateNetworkConditions", network);
        JsonObject cpu = new JsonObject();
        cpu.addProperty("rate", CPU_SLOWDOWN);
        session.send("Emulation.setCPUThrottlingRate", cpu);
        Traffic traffic = new Traffic();
        session.on(
                "Network.requestWillBeSent",
                event -> traffic.asked(event.getAsJsonObject("request").get("url").getAsString()));
        session.on(
                "Network.loadingFinished",
                event -> traffic.loaded(event.get("encodedDataLength").getAsLong()));
        return traffic;
    }

    // -- views a second --

    private void views(Mail mail, GatewayContestant postern, PatientBrowser browser)
            throws IOException, InterruptedException {
        Page page = browser.page(Look.PHONE);
        URI link = mail.letter("talk0", "", "The plan for your knee");
        for (int i = 1; i < LETTERS; i++) {
            link = mail.letter("talk" + i, "talk0", "More of the plan, part " + i);
        }
        go(page, link);
        page.locator("#answer").fill(BIRTH_DATE);
        PatientBrowser.follow(
                page, () -> page.locator("form[action='/open'] .button").first().tap());
        page.locator("#text").fill("Thank you!");
        PatientBrowser.follow(page, () -> page.locator("#reply .button").first().tap());
        String cookie =
                page.context().cookies().stream()
                        .map(each -> each.name + "=" + each.value)
                        .collect(Collectors.joining("; "));
        String url = page.url().replaceFirst("[?#].*", "");
        out.line("one view: " + page.content().length() + " characters");
        page.context().close();
        Wrk wrk = new Wrk(url, Map.of("Cookie", cookie, "Accept-Language", "en"));
        wrk.run(effort.smoke() ? "1s" : "20s", AT_ONCE.getFirst());
        out.line("| at once | views a second | p99 ms | CPU ms of the gateway a view |");
        for (int connections : AT_ONCE) {
            views(wrk, postern, connections);
        }
    }

    private void views(Wrk wrk, GatewayContestant postern, int connections)
            throws IOException, InterruptedException {
        List<Double> rates = new ArrayList<>();
        List<Double> waits = new ArrayList<>();
        for (int i = 0; i < effort.pairs(); i++) {
            double before = postern.cpuSeconds();
            Wrk.Figures figures = wrk.run(effort.smoke() ? "1s" : SECONDS_MEASURED, connections);
            double cpu = (postern.cpuSeconds() - before) * 1e3 / figures.requests();
            rates.add(figures.perSecond());
            waits.add(figures.p99Millis());
            out.line(
                    String.format(
                            Locale.ROOT,
                            "| %d | %.0f | %.1f | %.2f |",
                            connections,
                            figures.perSecond(),
                            figures.p99Millis(),
                            cpu));
        }
        out.line(
                String.format(
                        Locale.ROOT,
                        "medians of %d at once: %.0f views a second, p99 %.1f ms",
                        connections,
                        Run.median(rates),
                        Run.median(waits)));
    }
}
