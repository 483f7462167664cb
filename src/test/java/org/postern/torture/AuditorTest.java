package org.postern.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.Gateway;
import org.postern.World;
import org.postern.auditor.Auditor;
import org.postern.auditor.Invariant;
import org.postern.auditor.Rows;
import org.postern.auditor.RunFolder;
import org.postern.auditor.Stores;
import org.postern.auditor.Verdicts;
import org.postern.config.Configuration;
import org.postern.net.HostLookup;
import org.postern.spool.RecipientState.Waiting;
import org.postern.store.FileDisk;
import org.postern.yaml.Checked;

/// The auditor can fail: one run of a real gateway with mail of every kind is found good, and each
/// fault that is then planted in its traces is found, by the invariant that it breaks.
class AuditorTest {
    private static final Duration WAIT_MAX = Duration.ofMinutes(2);

    @TempDir static Path home;

    private static RunFolder run = new RunFolder(Path.of("none"));
    private static int copies;

    @BeforeAll
    static void aRunOfEveryKind() throws IOException {
        run = new RunFolder(home.resolve("run"));
        Files.createDirectories(run.home());
        Files.writeString(run.log(), "nothing was printed\n");
        try (Surroundings around = new Surroundings(run, new SplittableRandom(7));
                Rows lives = Rows.append(run.lives())) {
            try (Gateway gateway = gateway(around)) {
                gateway.start();
                lives.add("0", "ready", "1200");
                // Later replies come after half a minute; the torture run waits for them.
                Set<Kind> kinds = EnumSet.complementOf(EnumSet.of(Kind.MIXED_REPLIES));
                for (Kind kind : kinds) {
                    around.traffic().only(kind);
                    if (kind == Kind.COLLEAGUE) {
                        around.traffic().start(1, 1, new SplittableRandom(7));
                    }
                    int before = around.ledger().offered();
                    await(() -> around.ledger().offered() > before + 3);
                }
                around.traffic().close();
                Stores stores = new Stores(run);
                await(() -> isDrained(stores));
            }
        }
    }

    private static Gateway gateway(Surroundings around) throws IOException {
        Path config = around.clinic().config();
        World world =
                new World(
                        Clock.systemUTC(),
                        new SecureRandom(),
                        new FileDisk(),
                        HostLookup.system(Duration.ofSeconds(30)));
        if (Configuration.load(config)
                instanceof Checked.Valid<Configuration>(Configuration configuration)) {
            return Gateway.build(config, configuration, world);
        }
        throw new AssertionError("the configuration has mistakes");
    }

    private static boolean isDrained(Stores stores) {
        try {
            return stores.queue().stream()
                    .flatMap(each -> each.message().states().values().stream())
                    .noneMatch(Waiting.class::isInstance);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long limit = System.nanoTime() + WAIT_MAX.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < limit, "not in time");
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    @Test
    void aGoodRunIsFoundGood() throws IOException {
        Verdicts verdicts = Auditor.audit(run);
        for (Invariant each : Invariant.values()) {
            assertEquals(List.of(), verdicts.against(each), each.name());
        }
    }

    @Test
    void aLossIsFound() throws IOException {
        RunFolder planted = copy();
        change(planted.taken(RunFolder.INTERNAL_SINK), rows -> without(rows, "staff-"));
        assertFound(Invariant.I1, "is lost", planted);
    }

    @Test
    void aLostReportIsFound() throws IOException {
        RunFolder planted = copy();
        change(planted.taken(RunFolder.INTERNAL_SINK), rows -> without(rows, "\t\tanna.reyes@"));
        assertFound(Invariant.I1, "is lost, not failed", planted);
    }

    @Test
    void aLostNoticeIsFound() throws IOException {
        RunFolder planted = copy();
        change(planted.taken(RunFolder.SMART_HOST_SINK), rows -> without(rows, "patient-"));
        assertFound(Invariant.I1, "has 0 notices", planted);
    }

    @Test
    void aLostBodyIsFound() throws IOException {
        RunFolder planted = copy();
        try (Stream<Path> bodies = Files.list(planted.data().resolve("bodies"))) {
            Files.delete(
                    bodies.filter(file -> file.toString().endsWith(".body"))
                            .findFirst()
                            .orElseThrow());
        }
        assertFound(Invariant.I1, "is lost, not delivered", planted);
    }

    @Test
    void aLostHeldMessageIsFound() throws IOException {
        RunFolder planted = copy();
        try (Stream<Path> queued = Files.list(planted.data().resolve("spool"))) {
            Files.delete(
                    queued.filter(file -> file.getFileName().toString().length() == 16)
                            .findFirst()
                            .orElseThrow());
        }
        assertFound(Invariant.I1, "is lost, not held", planted);
    }

    @Test
    void aDuplicateWithoutAKillIsFound() throws IOException {
        RunFolder planted = copy();
        change(planted.taken(RunFolder.TLS_SINK), AuditorTest::firstTwice);
        assertFound(Invariant.I2, "came twice in life 0", planted);
    }

    @Test
    void aSecondCopyThatDiffersIsFound() throws IOException {
        RunFolder planted = copy();
        Path rows = planted.taken(RunFolder.INTERNAL_SINK);
        String row = Files.readAllLines(rows).getFirst();
        List<String> cells = List.of(row.split("\t"));
        byte[] contents = Files.readAllBytes(planted.contents(RunFolder.INTERNAL_SINK));
        String first =
                new String(contents, 0, Integer.parseInt(cells.get(4)), StandardCharsets.US_ASCII);
        String other = first.replaceFirst("SMTP", "smtp");
        Files.writeString(
                planted.contents(RunFolder.INTERNAL_SINK), other, StandardOpenOption.APPEND);
        String again =
                String.join(
                        "\t",
                        "1",
                        cells.get(1),
                        cells.get(2),
                        Integer.toString(contents.length),
                        cells.get(4));
        Files.writeString(rows, again + "\n", StandardOpenOption.APPEND);
        assertFound(Invariant.I2, "came again, and not the same", planted);
    }

    @Test
    void aCanaryInClearIsFound() throws IOException {
        String canary = Files.readString(run.canary()).strip();
        String base64 =
                Base64.getEncoder()
                        .encodeToString(("ab" + canary).getBytes(StandardCharsets.US_ASCII));
        String folded = base64.substring(0, 9) + "\r\n" + base64.substring(9);
        List<String> leaks =
                List.of(canary, canary.substring(0, 5) + "=\r\n" + canary.substring(5), folded);
        for (String leak : leaks) {
            RunFolder wire = copy();
            append(wire.wire(RunFolder.SMART_HOST_SINK), "x" + leak + "x");
            assertFound(Invariant.I3, "lies open", wire);
        }
        RunFolder log = copy();
        append(log.log(), canary);
        assertFound(Invariant.I3, "lies open", log);
        RunFolder data = copy();
        append(data.data().resolve("spool").resolve("tmp.txt"), canary);
        assertFound(Invariant.I3, "lies open", data);
    }

    @Test
    void mailOnTheWrongWayIsFound() throws IOException {
        RunFolder planted = copy();
        change(
                planted.taken(RunFolder.SMART_HOST_SINK),
                rows -> rows.replaceFirst("reader-(\\d+)@public", "patient-$1@homemail"));
        assertFound(Invariant.I5, "a stranger", planted);
    }

    @Test
    void whatWasRefusedAndDeliveredIsFound() throws IOException {
        RunFolder planted = copy();
        change(planted.ledger(), rows -> rows.replaceFirst("\t250 [^\n]*", "\t451 4.3.0 Local"));
        assertFound(Invariant.I4, "a client was told: 451", planted);
    }

    @Test
    void whatWasBrokenOffAndDeliveredIsFound() throws IOException {
        RunFolder planted = copy();
        change(planted.ledger(), rows -> rows.replaceFirst("offered(\t1\t[^\n]*)", "abandoned$1"));
        assertFound(Invariant.I4, "no client ended", planted);
    }

    @Test
    void aChangedContentIsFound() throws IOException {
        for (String sink :
                List.of(RunFolder.INTERNAL_SINK, RunFolder.SMART_HOST_SINK, RunFolder.TLS_SINK)) {
            RunFolder planted = copy();
            byte[] contents = Files.readAllBytes(planted.contents(sink));
            String text = new String(contents, StandardCharsets.ISO_8859_1);
            int body = text.indexOf("\r\n\r\n", text.indexOf("Message-ID: <t-")) + 200;
            contents[body] ^= 1;
            Files.write(planted.contents(sink), contents);
            assertFound(Invariant.I5, "changed", planted);
        }
    }

    @Test
    void aMissingAuditEntryIsFound() throws IOException {
        RunFolder planted = copy();
        Path segment = planted.data().resolve("audit").resolve("00000001.jsonl");
        change(segment, lines -> lines.replaceFirst("[^\n]*\"outcome\":\"relayed\"[^\n]*\n", ""));
        assertFound(Invariant.I6, "has the outcomes []", planted);
        assertFound(Invariant.I6, "00000001.jsonl", planted);
    }

    @Test
    void aQueueIdThatTheAuditDoesNotKnowIsFound() throws IOException {
        RunFolder planted = copy();
        change(
                planted.ledger(),
                rows -> rows.replaceFirst("queued as \\w+", "queued as 0123456789ABCDEF"));
        assertFound(Invariant.I6, "was accepted 0 times", planted);
    }

    @Test
    void aSlowStartIsFound() throws IOException {
        RunFolder planted = copy();
        append(planted.lives(), "1\tready\t30001\n");
        assertFound(Invariant.I7, "30001", planted);
    }

    @Test
    void aDamagedEntryThatIsNotSetAsideIsFound() throws IOException {
        RunFolder planted = copy();
        append(planted.ledger(), "planted\t0123456789ABCDEF\n");
        assertFound(Invariant.I8, "does not lie apart", planted);
    }

    // -- planting --

    private static String without(String rows, String part) {
        List<String> kept = new ArrayList<>(rows.lines().toList());
        for (String row : kept) {
            if (row.contains(part)) {
                kept.remove(row);
                return String.join("\n", kept) + "\n";
            }
        }
        throw new AssertionError("no row with " + part);
    }

    private static String firstTwice(String rows) {
        return rows.lines().findFirst().orElseThrow() + "\n" + rows;
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void change(Path file, UnaryOperator<String> change) throws IOException {
        String before = Files.readString(file, StandardCharsets.ISO_8859_1);
        String after = change.apply(before);
        assertFalse(after.equals(before), "nothing was planted");
        Files.writeString(file, after, StandardCharsets.ISO_8859_1);
    }

    private static RunFolder copy() throws IOException {
        Path to = home.resolve("copy-" + copies++);
        try (Stream<Path> files = Files.walk(run.home())) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(run.home().relativize(file).toString()));
            }
        }
        return new RunFolder(to);
    }

    private static void assertFound(Invariant against, String words, RunFolder planted)
            throws IOException {
        Verdicts verdicts = Auditor.audit(planted);
        String all = verdicts.against(against).stream().collect(Collectors.joining("\n"));
        assertTrue(all.contains(words), against + " did not find \"" + words + "\" in:\n" + all);
    }
}
