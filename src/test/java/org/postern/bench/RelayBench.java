package org.postern.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postern.cli.Console;
import org.postern.demo.SampleClinic;

/// The paired comparison with Postfix: Postern and the yardstick in turn (A B A B …), the same
/// messages, sessions and sink, both durable; medians, and the ratio pair by pair.
final class RelayBench {
    private static final int SECONDS_WARM = 4;
    private static final int SECONDS_MEASURED = 5;
    private static final int LEAST_ROUNDS = 2;
    private static final int WARM_ROUNDS = 12;

    /// A round that is not this much faster than the best before it ends the warm-up.
    private static final double FASTER = 1.03;

    /// Before the first row the gateway carries each kind of load this often, 15 s at a time: a
    /// gateway runs for months, and the JIT compiler beside the load needs minutes on two cores.
    private static final int SEASONS = 2;

    private static final int SECONDS_SEASON = 15;

    private static final int FEW = 40;
    private static final int CHECKED = 50;

    /// Octets, sessions, and the targets: plain, S/MIME against plain, S/MIME against the filter.
    private record Shape(int octets, int sessions, double plain, double smime, double filter) {}

    private static final List<Shape> SHAPES =
            List.of(
                    new Shape(4 << 10, 50, 5, 3, 25),
                    new Shape(100 << 10, 10, 3, 2, 15),
                    new Shape(1 << 20, 10, 1.5, 1, 5));

    private final Path home;
    private final Bench.Effort effort;
    private final Console out;
    private final int sinkPort;

    RelayBench(Path home, Bench.Effort effort, Console out) throws IOException {
        this.home = home;
        this.effort = effort;
        this.out = out;
        this.sinkPort = SampleClinic.Ports.one();
    }

    /// One row of the table.
    private record Row(Load ours, Load theirs, Contestant yardstick, double target) {}

    void run() throws Exception {
        try (GatewayContestant postern = GatewayContestant.start(home.resolve("a"), sinkPort)) {
            try (Sink sink = Sink.counting(sinkPort);
                    PostfixContestant plain = PostfixContestant.plain(home.resolve("b"), sinkPort);
                    PostfixContestant filter =
                            PostfixContestant.encrypting(
                                    home.resolve("c"), sinkPort, postern.partner().certificate())) {
                season(postern, sink);
                out.line("| | Postern msg/s (CPU ms) | yardstick | ratio (min–max) | target |");
                for (Shape shape : SHAPES) {
                    Load clear = load(shape, GatewayContestant.PLAIN);
                    Load smime = load(shape, GatewayContestant.SMIME);
                    compare(postern, new Row(clear, clear, plain, shape.plain()), sink);
                    compare(postern, new Row(smime, clear, plain, shape.smime()), sink);
                    compare(postern, new Row(smime, smime, filter, shape.filter()), sink);
                }
            }
            ArrivalCheck arrival = new ArrivalCheck(home, sinkPort);
            int right = 0;
            for (Shape shape : SHAPES) {
                right += arrival.check(postern, load(shape, GatewayContestant.PLAIN), CHECKED);
                right += arrival.check(postern, load(shape, GatewayContestant.SMIME), CHECKED);
            }
            out.line(right + " messages were compared octet for octet at the sink: all right");
            out.line("resident after all: " + postern.residentMebibytes() + " MiB");
        }
    }

    private void season(Contestant postern, Sink sink) throws Exception {
        for (int round = 0; !effort.smoke() && round < SEASONS; round++) {
            for (Shape shape : SHAPES) {
                for (String kind : List.of(GatewayContestant.PLAIN, GatewayContestant.SMIME)) {
                    Load load = load(shape, kind);
                    Run probe = Run.relayed(postern, load, FEW, sink);
                    Run.relayed(postern, load, atLeast(probe, SECONDS_SEASON, FEW), sink);
                }
            }
        }
    }

    private static Load load(Shape shape, String recipient) {
        return new Load(shape.octets(), shape.sessions(), recipient);
    }

    private void compare(Contestant postern, Row row, Sink sink) throws Exception {
        int ours = messages(postern, row.ours(), sink);
        int theirs = messages(row.yardstick(), row.theirs(), sink);
        List<Run> our = new ArrayList<>();
        List<Run> their = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < effort.pairs(); i++) {
            our.add(Run.relayed(postern, row.ours(), ours, sink));
            their.add(Run.relayed(row.yardstick(), row.theirs(), theirs, sink));
            ratios.add(our.getLast().perSecond() / their.getLast().perSecond());
        }
        boolean smime = row.ours().recipient().equals(GatewayContestant.SMIME);
        out.line(
                String.format(
                        Locale.ROOT,
                        "| %s × %d %s : %s | %s | %s | %.2f (%.2f–%.2f) | ≥ %.1f |",
                        row.ours().size(),
                        row.ours().sessions(),
                        smime ? "S/MIME" : "plain",
                        row.yardstick().name(),
                        Run.medians(our),
                        Run.medians(their),
                        Run.median(ratios),
                        ratios.stream().min(Double::compare).orElseThrow(),
                        ratios.stream().max(Double::compare).orElseThrow(),
                        row.target()));
    }

    /// Warms the contestant up until it gets no faster, and tells how many messages make a run of
    /// some seconds. A JIT compiler that shares two cores with the load needs half a minute.
    private int messages(Contestant contestant, Load load, Sink sink) throws Exception {
        int few = load.octets() > 500_000 ? FEW : 200;
        Run last = Run.relayed(contestant, load, few, sink);
        if (effort.smoke()) {
            return few;
        }
        double best = 0;
        for (int round = 0; round < WARM_ROUNDS; round++) {
            last = Run.relayed(contestant, load, atLeast(last, SECONDS_WARM, few), sink);
            if (round >= LEAST_ROUNDS && last.perSecond() < best * FASTER) {
                break;
            }
            best = Math.max(best, last.perSecond());
        }
        return atLeast(last, SECONDS_MEASURED, few);
    }

    private static int atLeast(Run run, int seconds, int few) {
        return Math.max(few, (int) (run.perSecond() * seconds));
    }
}
