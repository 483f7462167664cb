package org.postern.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postern.cli.Console;
import org.postern.demo.SampleClinic;

/// What it costs to take a message over durably: inspected, ruled, audited, sealed and synced
/// before the 250. The next hop stands still meanwhile, so that the attempts, as many as a hop may
/// have at once, only wait. smtp-sink beside it takes messages and throws them away.
final class AcceptBench {
    private static final int ROUNDS_WARM = 12;

    /// Of one run. More, and the journal would go on in a new segment and move what waits into
    /// files of its own, which is no part of acceptance where mail leaves at once.
    private static final int OCTETS_MEASURED = 16 << 20;

    private static final int OCTETS_MEASURED_LARGE = 256 << 20;

    private static final int FEW = 40;

    private static final List<Load> LOADS =
            List.of(
                    new Load(4 << 10, 50, GatewayContestant.PLAIN),
                    new Load(100 << 10, 10, GatewayContestant.PLAIN),
                    new Load(1 << 20, 10, GatewayContestant.PLAIN));

    private final Path home;
    private final Bench.Effort effort;
    private final Console out;

    AcceptBench(Path home, Bench.Effort effort, Console out) {
        this.home = home;
        this.effort = effort;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        int port = SampleClinic.Ports.one();
        try (Sink sink = Sink.counting(port);
                GatewayContestant postern = GatewayContestant.start(home.resolve("a"), port)) {
            out.line("resident when idle: " + postern.residentMebibytes() + " MiB");
            Contestant yardstick = sink.asContestant();
            out.line("| | Postern msg/s (CPU ms) | smtp-sink msg/s (CPU ms) | ratio |");
            for (Load load : LOADS) {
                int messages = effort.smoke() ? FEW : messages(load);
                for (int i = 0; !effort.smoke() && i < ROUNDS_WARM; i++) {
                    Run.acceptedAlone(postern, load, messages, sink);
                }
                List<Run> our = new ArrayList<>();
                List<Run> their = new ArrayList<>();
                List<Double> ratios = new ArrayList<>();
                for (int i = 0; i < effort.pairs(); i++) {
                    our.add(Run.acceptedAlone(postern, load, messages, sink));
                    their.add(Run.accepted(yardstick, load, messages));
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

    private static int messages(Load load) {
        boolean small = load.octets() < 64 << 10;
        return (small ? OCTETS_MEASURED : OCTETS_MEASURED_LARGE) / load.octets();
    }
}
