package org.postern.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postern.cli.Console;
import org.postern.demo.SampleClinic;

/// A long queue: whether mail to others is slower beside it (R11), how soon a gateway is ready that
/// finds it, and how fast it goes when its next hop takes mail again.
final class QueueBench {
    private static final int QUEUED = 100_000;
    private static final int QUEUED_SMOKE = 200;
    private static final int STUCK = 1_000;
    private static final int SAMPLES = 300;
    private static final int SAMPLES_SMOKE = 10;
    private static final int OCTETS = 4 << 10;
    private static final Duration MOST = Duration.ofMinutes(10);

    private static final Load OUT = new Load(OCTETS, 50, GatewayContestant.PLAIN);
    private static final Load HOME = new Load(OCTETS, 1, GatewayContestant.INTERNAL);

    private final Path home;
    private final Bench.Effort effort;
    private final Console out;

    QueueBench(Path home, Bench.Effort effort, Console out) {
        this.home = home;
        this.effort = effort;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        int inside = SampleClinic.Ports.one();
        int outside = SampleClinic.Ports.one();
        int queued = effort.smoke() ? QUEUED_SMOKE : QUEUED;
        GatewayContestant first =
                GatewayContestant.start(
                        home.resolve("a"), new SampleClinic.Outside(inside, outside, "none"));
        try (Sink near = Sink.counting(inside);
                Sink far = Sink.counting(outside)) {
            try (first) {
                fill(first, far, queued, near);
            }
            long begin = System.nanoTime();
            try (GatewayContestant second = first.again()) {
                say("ready with %d messages queued: %.1f s", queued, seconds(begin));
                out.line("resident then: " + second.residentMebibytes() + " MiB");
                far.resume();
                begin = System.nanoTime();
                // The few that were under way at the stop may arrive twice.
                far.await(queued, MOST);
                say("%d messages left in %.1f s", queued, seconds(begin));
            }
        }
    }

    private void fill(GatewayContestant postern, Sink far, int queued, Sink near)
            throws IOException, InterruptedException {
        int samples = effort.smoke() ? SAMPLES_SMOKE : SAMPLES;
        Run.relayed(postern, HOME, samples, near);
        double alone = p99(latencies(postern, near, samples));
        far.pause();
        int stuck = Math.min(STUCK, queued / 2);
        OUT.send(postern.port(), stuck);
        double beside = p99(latencies(postern, near, samples));
        say("p99 to another hop: %.1f ms alone, %.1f ms beside %d stuck", alone, beside, stuck);
        long begin = System.nanoTime();
        OUT.send(postern.port(), queued - stuck);
        say("%d more accepted in %.1f s", queued - stuck, seconds(begin));
    }

    /// Milliseconds from the beginning of a session to the message at the sink, one after another.
    private static List<Double> latencies(GatewayContestant postern, Sink near, int samples)
            throws IOException, InterruptedException {
        List<Double> latencies = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            latencies.add(1e3 / Run.relayed(postern, HOME, 1, near).perSecond());
        }
        return latencies;
    }

    private static double p99(List<Double> latencies) {
        List<Double> sorted = latencies.stream().sorted().toList();
        return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private void say(String format, Object... figures) {
        out.line(String.format(Locale.ROOT, format, figures));
    }
}
