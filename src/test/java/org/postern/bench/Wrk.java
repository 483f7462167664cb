package org.postern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.testkit.Peers;

/// `wrk`, a public program that asks for one page again and again, on connections that stay open.
///
/// @param fields of each request
record Wrk(String url, Map<String, String> fields) {
    private static final String THREADS = "2";
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern P99 = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)");
    private static final Pattern BROKEN =
            Pattern.compile("Socket errors: (?!connect 0, read 0, write 0,)");
    private static final Pattern COUNT = Pattern.compile("([0-9]+) requests in");

    record Figures(double perSecond, double p99Millis, long requests) {}

    /// @param time such as `15s`
    /// @param connections so many views are asked for at once
    /// @throws IOException if any answer was not a page, or a connection broke
    Figures run(String time, int connections) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Peers.program("wrk").toString());
        command.addAll(
                List.of(
                        "-t",
                        THREADS,
                        "-c",
                        Integer.toString(connections),
                        "-d",
                        time,
                        "--latency"));
        fields.forEach((name, value) -> command.addAll(List.of("-H", name + ": " + value)));
        command.add(url);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        // An answer that takes more than two seconds is called a time-out: it is slow, not missing.
        if (said.contains("Non-2xx") || BROKEN.matcher(said).find()) {
            throw new IOException("not all were answered:\n" + said);
        }
        Matcher p99 = find(P99, said);
        double unit =
                switch (p99.group(2)) {
                    case "us" -> 1e-3;
                    case "s" -> 1e3;
                    default -> 1;
                };
        return new Figures(
                Double.parseDouble(find(RATE, said).group(1)),
                Double.parseDouble(p99.group(1)) * unit,
                Long.parseLong(find(COUNT, said).group(1)));
    }

    private static Matcher find(Pattern pattern, String said) throws IOException {
        Matcher found = pattern.matcher(said);
        if (!found.find()) {
            throw new IOException("wrk said nothing of " + pattern + ":\n" + said);
        }
        return found;
    }
}
