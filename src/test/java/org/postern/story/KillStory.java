package org.postern.story;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditVerifier;
import org.postern.demo.SampleClinic;
import org.postern.store.FileDisk;
import org.postern.story.LoadClient.Kind;
import org.postern.testkit.GatewayProcess;
import org.postern.testkit.QuickKeystore;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Never lost: the serving process is killed with SIGKILL at random moments while mail flows, and
/// started again. In the end every message that was answered 250 has arrived or waits for pickup,
/// and none that must be protected was seen in clear.
class KillStory {
    private static final Logger LOG = LoggerFactory.getLogger(KillStory.class);

    /// A few: `scripts/torture` does it at length, with an auditor. `-Dkills=N` for more.
    private static final int KILLS = Integer.getInteger("kills", 5);

    private static final int CLIENTS = 4;
    private static final Duration LIFE_MAX = Duration.ofMillis(1_500);
    private static final Duration DRAIN_MAX = Duration.ofMinutes(4);
    private static final Pattern LINK = Pattern.compile("http://localhost:\\d+/m/[\\w-]{43}");
    private static final Pattern NUMBER = Pattern.compile("<load-(\\d+)@.*");
    private static final Pattern PATIENT = Pattern.compile("patient-(\\d+)@.*");

    @Test
    void nothingAcknowledgedIsLost(@TempDir Path home) throws Exception {
        long seed = Long.getLong("seed", Clock.systemUTC().millis());
        SplittableRandom random = new SplittableRandom(seed);
        String canary = "canary" + Long.toHexString(random.nextLong());
        SampleClinic clinic = SampleClinic.in(home, SampleClinic.Ports.free(), Clock.systemUTC());
        try (SmtpSink sink = SmtpSink.start()) {
            clinic.write(
                    Path.of("policy-config"),
                    new SampleClinic.Outside(sink.port(), sink.port(), "none"),
                    QuickKeystore::create);
            LoadClient load = new LoadClient(clinic.ports().relay(), canary);
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(load::run));
            }
            Path log = home.resolve("gateway.log");
            for (int i = 0; i < KILLS; i++) {
                try (GatewayProcess gateway = GatewayProcess.start(clinic.config(), log)) {
                    LockSupport.parkNanos(random.nextLong(LIFE_MAX.toNanos()));
                    gateway.kill();
                }
            }
            try (GatewayProcess gateway = GatewayProcess.start(clinic.config(), log)) {
                LockSupport.parkNanos(LIFE_MAX.toNanos());
                RunningClinic.await("mail to flow", () -> load.acknowledged().size() > KILLS);
                load.stop();
                for (Thread client : clients) {
                    client.join();
                }
                Map<Integer, Kind> missing = drain(load, sink);
                assertEquals(Map.of(), missing, "lost, seed " + seed);
                assertEquals(List.of(), deadLinks(sink), "links of notices, seed " + seed);
                assertEquals(0, gateway.stop(), "exit code");
            }
            for (byte[] wire : sink.wires()) {
                assertTrue(
                        !new String(wire, StandardCharsets.ISO_8859_1).contains(canary),
                        "in clear, seed " + seed);
            }
            assertEquals(Map.of(), invented(load, sink), "never offered, seed " + seed);
            AuditVerifier.Verdict audit =
                    new AuditVerifier(
                                    new AuditFolder(new FileDisk(), clinic.data().resolve("audit")),
                                    clinic.vault())
                            .verify();
            assertInstanceOf(AuditVerifier.Verdict.Intact.class, audit, "seed " + seed);
            LOG.warn(
                    "{} kills, {} messages acknowledged, 0 lost, 0 in clear, {} taken by the next"
                            + " hop twice; seed {}",
                    KILLS,
                    load.acknowledged().size(),
                    twice(sink),
                    seed);
        }
    }

    /// Waits until the sink has seen all that was acknowledged; what is missing at the end is lost.
    private static Map<Integer, Kind> drain(LoadClient load, SmtpSink sink) {
        Instant limit = Clock.systemUTC().instant().plus(DRAIN_MAX);
        Map<Integer, Kind> missing = missing(load, sink);
        while (!missing.isEmpty() && Clock.systemUTC().instant().isBefore(limit)) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            missing = missing(load, sink);
        }
        return missing;
    }

    private static Map<Integer, Kind> missing(LoadClient load, SmtpSink sink) {
        Map<Integer, Kind> missing = new TreeMap<>(load.acknowledged());
        for (Taken taken : sink.taken()) {
            number(taken).ifPresent(missing::remove);
        }
        return missing;
    }

    /// Every notice's link must lead to the question, so that the message is really there.
    private static List<String> deadLinks(SmtpSink sink) throws Exception {
        List<String> dead = new ArrayList<>();
        try (HttpClient browser = HttpClient.newHttpClient()) {
            for (Taken taken : sink.taken()) {
                if (PATIENT.matcher(taken.recipients().getFirst()).matches()) {
                    Matcher link = LINK.matcher(MailText.of(taken.content()));
                    assertTrue(link.find(), "a notice holds a link");
                    int status =
                            browser.send(
                                            HttpRequest.newBuilder(URI.create(link.group()))
                                                    .build(),
                                            HttpResponse.BodyHandlers.discarding())
                                    .statusCode();
                    if (status != 200) {
                        dead.add(taken.recipients().getFirst() + " " + status);
                    }
                }
            }
        }
        return dead;
    }

    /// Messages at the sink that no client offered.
    private static Map<Integer, String> invented(LoadClient load, SmtpSink sink) {
        Map<Integer, String> invented = new TreeMap<>();
        for (Taken taken : sink.taken()) {
            number(taken)
                    .filter(number -> !load.offered().containsKey(number))
                    .ifPresent(number -> invented.put(number, taken.recipients().toString()));
        }
        return invented;
    }

    private static long twice(SmtpSink sink) {
        Map<Integer, Long> times =
                sink.taken().stream()
                        .flatMap(taken -> number(taken).stream())
                        .collect(groupingBy(number -> number, counting()));
        return times.values().stream().filter(count -> count > 1).count();
    }

    /// The number that the load client gave a message, or the message behind a notice.
    static Optional<Integer> number(Taken taken) {
        Matcher copy = NUMBER.matcher(taken.field("Message-ID"));
        Matcher notice = PATIENT.matcher(taken.recipients().getFirst());
        if (copy.matches()) {
            return Optional.of(Integer.valueOf(copy.group(1)));
        }
        return notice.matches() ? Optional.of(Integer.valueOf(notice.group(1))) : Optional.empty();
    }
}
