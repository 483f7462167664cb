package org.postern.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// One measured run.
///
/// @param perSecond messages a second, from the first connection to the last message at the sink
/// @param cpuMillis of the server a message
record Run(double perSecond, double cpuMillis) {
    private static final Duration MOST = Duration.ofMinutes(5);

    /// Relays all of a load to the sink.
    static Run relayed(Contestant contestant, Load load, int messages, Sink sink)
            throws IOException, InterruptedException {
        long before = sink.messages();
        double cpu = contestant.cpuSeconds();
        long begin = System.nanoTime();
        load.send(contestant.port(), messages);
        sink.await(before + messages, MOST);
        long end = System.nanoTime();
        double used = contestant.cpuSeconds() - cpu;
        return new Run(messages * 1e9 / (end - begin), used * 1e3 / messages);
    }

    /// Accepts all of a load while the sink takes nothing, and lets the sink have it afterwards.
    static Run acceptedAlone(Contestant contestant, Load load, int messages, Sink sink)
            throws IOException, InterruptedException {
        long before = sink.messages();
        sink.pause();
        Run run;
        try {
            run = accepted(contestant, load, messages);
        } finally {
            sink.resume();
        }
        sink.await(before + messages, MOST);
        return run;
    }

    /// Accepts all of a load; what becomes of it afterwards is not waited for.
    static Run accepted(Contestant contestant, Load load, int messages)
            throws IOException, InterruptedException {
        double cpu = contestant.cpuSeconds();
        long begin = System.nanoTime();
        load.send(contestant.port(), messages);
        double rate = messages * 1e9 / (System.nanoTime() - begin);
        return new Run(rate, (contestant.cpuSeconds() - cpu) * 1e3 / messages);
    }

    /// Rate and CPU of the middle run each, as the tables print them.
    static String medians(List<Run> runs) {
        return String.format(
                Locale.ROOT,
                "%.0f (%.3f)",
                median(runs.stream().map(Run::perSecond).toList()),
                median(runs.stream().map(Run::cpuMillis).toList()));
    }

    static double median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
