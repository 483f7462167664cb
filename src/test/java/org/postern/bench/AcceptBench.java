package org.postern.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postern.cli.Console;
import org.postern.testkit.PostfixPeer;

/// What it costs to take a message over durably: inspected, ruled, audited, sealed and synced
/// before the 250. The rule holds it, so that nothing is relayed; the record of that is part of the
/// figure. smtp-sink beside it takes messages and throws them away.
final class AcceptBench {
    private static final int SECONDS_WARM = 4;
    private static final int SECONDS_MEASURED = 5;
    private static final List<Load> LOADS =
            List.of(
                    new Load(4 << 10, 50, GatewayContestant.HELD),
                    new Load(100 << 10, 10, GatewayContestant.HELD),
                    new Load(1 << 20, 10, GatewayContestant.HELD));

    private final Path home;
    private final Bench.Effort effort;
    private final Console out;

    AcceptBench(Path home, Bench.Effort effort, Console out) {
        this.home = home;
        this.effort = effort;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        int port = PostfixPeer.freePort();
        try (Sink sink = Sink.counting(port);
                GatewayContestant postern = GatewayContestant.start(home.resolve("a"), port)) {
            out.line("resident when idle: " + postern.residentMebibytes() + " MiB");
            Contestant yardstick = sink.asContestant();
            out.line("| | Postern msg/s (CPU ms) | smtp-sink msg/s (CPU ms) | ratio |");
            for (Load load : LOADS) {
                int ours = messages(postern, load);
                int theirs = messages(yardstick, load);
                List<Run> our = new ArrayList<>();
                List<Run> their = new ArrayList<>();
                List<Double> ratios = new ArrayList<>();
                for (int i = 0; i < effort.pairs(); i++) {
                    our.add(Run.accepted(postern, load, ours));
                    their.add(Run.accepted(yardstick, load, theirs));
                    ratios.add(our.getLast().perSecond() / their.getLast().perSecond());
                }
                out.line(
                        String.format(
                                Locale.ROOT,
                                "| %s × %d | %s | %s | %.2f |",
                                load.size(),
                                load.sessions(),
                                Run.medians(our),
                                Run.medians(their),
                                Run.median(ratios)));
            }
            out.line("resident after all: " + postern.residentMebibytes() + " MiB");
        }
    }

    private int messages(Contestant contestant, Load load)
            throws IOException, InterruptedException {
        int few = load.octets() > 500_000 ? 40 : 200;
        Run first = Run.accepted(contestant, load, few);
        if (effort.smoke()) {
            return few;
        }
        int more = Math.max(few, (int) (first.perSecond() * SECONDS_WARM));
        return Math.max(
                few, (int) (Run.accepted(contestant, load, more).perSecond() * SECONDS_MEASURED));
    }
}
