package org.postern.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.postern.cli.Console;
import org.postern.demo.SampleClinic;

/// What the largest message needs: a gateway with so little more heap than it uses when idle takes
/// it and sends it on, or ends for lack of memory, and this with it.
final class LargeBench {
    /// What the target allows beyond idle.
    private static final long HEAP_MEBIBYTES = 32;

    /// As large as the limit lets in, with its header section.
    private static final int OCTETS = (25 << 20) - 4096;

    private static final int MESSAGES = 10;

    private final Path home;
    private final Console out;

    LargeBench(Path home, Console out) {
        this.home = home;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        int port = SampleClinic.Ports.one();
        GatewayContestant idle = GatewayContestant.start(home.resolve("a"), port);
        long used;
        try (idle) {
            used = idle.heapMebibytes();
            out.line("idle: heap " + used + " MiB, resident " + idle.residentMebibytes() + " MiB");
        }
        try (Sink sink = Sink.counting(port);
                GatewayContestant postern = idle.againWithHeap(used + HEAP_MEBIBYTES)) {
            for (String kind : List.of(GatewayContestant.PLAIN, GatewayContestant.SMIME)) {
                Run run = Run.relayed(postern, new Load(OCTETS, 1, kind), MESSAGES, sink);
                out.line(
                        String.format(
                                Locale.ROOT,
                                "25 MiB to %s: %d messages, a heap of %d MiB: %.2f/s, %.0f ms CPU",
                                kind,
                                MESSAGES,
                                used + HEAP_MEBIBYTES,
                                run.perSecond(),
                                run.cpuMillis()));
            }
            out.line("resident after all: " + postern.residentMebibytes() + " MiB");
        }
    }
}
