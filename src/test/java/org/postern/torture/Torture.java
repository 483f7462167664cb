package org.postern.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postern.auditor.RunFolder;
import org.postern.auditor.Stores;
import org.postern.cli.Console;
import org.postern.demo.SampleClinic;
import org.postern.spool.RecipientState.Waiting;
import org.postern.testkit.GatewayProcess;

/// The torture run: a gateway as it is shipped, clients and next hops around it, killed at random
/// and at the moments that its peers see, started again, until enough is enough. Then the last life
/// may bring all mail to its end, and the auditor judges.
public final class Torture {
    private static final int RELAY_SESSIONS = 6;
    private static final int SUBMISSION_SESSIONS = 2;
    private static final Duration TRAINING = Duration.ofSeconds(10);
    private static final Duration DRAIN_MAX = Duration.ofMinutes(4);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final Console console;
    private final Options options;
    private final SplittableRandom random;
    private final Surroundings around;
    private final Launcher launcher;
    private final Map<String, Integer> kills = new TreeMap<>();
    private final Map<Moment, Integer> moments = new EnumMap<>(Moment.class);
    private final long begin = System.nanoTime();

    private Torture(Console console, Options options, RunFolder folder) throws IOException {
        this.console = console;
        this.options = options;
        this.random = new SplittableRandom(options.seed());
        this.launcher = new Launcher(folder.home().resolve("classes"));
        this.around = new Surroundings(folder, random.split());
    }

    public static void main(String... words) throws IOException, InterruptedException {
        Console console = Console.system();
        Options options;
        try {
            options = Options.of(words);
        } catch (IllegalArgumentException e) {
            console.line(Options.USAGE);
            System.exit(2);
            return;
        }
        Path home = Path.of("target", "torture").toAbsolutePath();
        SampleClinic.remove(home);
        console.line("torture: seed %d, in %s".formatted(options.seed(), home));
        System.exit(new Torture(console, options, new RunFolder(home)).run() ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        boolean drained;
        try (around;
                Lives lives = new Lives(around, launcher)) {
            around.traffic().start(RELAY_SESSIONS, SUBMISSION_SESSIONS, random.split());
            lives.train(TRAINING);
            long said = System.nanoTime();
            while (!isEnough()) {
                count(life(lives));
                if (System.nanoTime() - said > REPORT_NANOS) {
                    said = System.nanoTime();
                    progress(lives);
                }
            }
            drained = drain(lives);
            progress(lives);
        }
        kills.forEach((how, count) -> console.line("  %5d kills: %s".formatted(count, how)));
        moments.forEach((at, count) -> console.line("  %5d at the moment %s".formatted(count, at)));
        boolean reached = hasReached();
        if (!reached) {
            console.line("torture: not enough kills or messages in the time");
        }
        if (!drained) {
            console.line("torture: mail was left waiting after " + DRAIN_MAX.toMinutes() + " min");
        }
        boolean audited = audit();
        boolean good = reached && drained && audited;
        console.line(
                "torture: %s; %d kills, %d acknowledged, %d s, seed %d"
                        .formatted(
                                good ? "passed" : "FAILED",
                                kills(),
                                around.ledger().acknowledged(),
                                seconds(),
                                options.seed()));
        return good;
    }

    private int kills() {
        return kills.values().stream().mapToInt(Integer::intValue).sum();
    }

    private long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
    }

    private boolean hasReached() {
        return kills() >= options.kills() && around.ledger().acknowledged() >= options.messages();
    }

    private boolean isEnough() {
        return seconds() >= options.max().toSeconds() || (!options.endless() && hasReached());
    }

    private void count(String how) {
        kills.merge(how, 1, Integer::sum);
    }

    private void progress(Lives lives) {
        console.line(
                "%4d s  %d kills, %d offered, %d acknowledged, %d taken, slowest start %d ms"
                        .formatted(
                                seconds(),
                                kills(),
                                around.ledger().offered(),
                                around.ledger().acknowledged(),
                                around.taken(),
                                lives.slowestReadyMillis()));
    }

    /// Mail that is behind its quota gets longer lives, in which the gateway becomes fast.
    private Duration length() {
        boolean behind = around.ledger().acknowledged() < options.messagesBy(kills());
        return Duration.ofMillis(random.nextInt(behind ? 8_000 : 1_200));
    }

    private String life(Lives lives) throws IOException, InterruptedException {
        int dice = random.nextInt(100);
        if (dice < 45) {
            lives.killAfter(length());
            return "at random";
        }
        if (dice < 55) {
            lives.killStarting(random.nextDouble(1.1));
            return "while starting";
        }
        if (dice < 60) {
            lives.killStopping(length(), Duration.ofMillis(random.nextInt(300)));
            return "while stopping";
        }
        List<Moment> all = List.of(Moment.values());
        Moment moment = all.get(random.nextInt(all.size()));
        boolean came = lives.killAt(moment, 1 + random.nextInt(20));
        if (came) {
            moments.merge(moment, 1, Integer::sum);
        }
        return came ? "at a moment" : "at random";
    }

    /// Lets the last life end all that it can end; only what a person has to decide may stay.
    private boolean drain(Lives lives) throws IOException, InterruptedException {
        try (GatewayProcess gateway = lives.last()) {
            around.traffic().close();
            Stores stores = new Stores(around.folder());
            long limit = System.nanoTime() + DRAIN_MAX.toNanos();
            boolean drained = isDrained(stores.queue());
            while (!drained && System.nanoTime() < limit) {
                LockSupport.parkNanos(LOOK.toNanos());
                drained = isDrained(stores.queue());
            }
            lives.ended(gateway.stop());
            return drained;
        }
    }

    static boolean isDrained(List<Stores.Queued> queue) {
        return queue.stream()
                .flatMap(each -> each.message().states().values().stream())
                .noneMatch(Waiting.class::isInstance);
    }

    /// In a process of its own: it shares nothing with this one but the files.
    private boolean audit() throws IOException, InterruptedException {
        return new ProcessBuilder(
                                launcher.tool(
                                        "org.postern.auditor.Auditor",
                                        around.folder().home().toString()))
                        .inheritIO()
                        .start()
                        .waitFor()
                == 0;
    }
}
