package org.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.postern.cli.Console;
import org.postern.demo.SampleClinic;

/// `scripts/bench`: measures the product as a process, beside what everybody can install.
public final class Bench {
    /// Fewer pairs than this tell nothing on a machine that others use as well.
    private static final int PAIRS = 5;

    private Bench() {}

    /// How much is measured.
    ///
    /// @param pairs counted runs of each side
    /// @param smoke a few messages only, to see that the measuring works
    record Effort(int pairs, boolean smoke) {
        static Effort of(List<String> words) {
            boolean smoke = words.contains("--smoke");
            int at = words.indexOf("--pairs");
            int usual = smoke ? 1 : PAIRS;
            return new Effort(at < 0 ? usual : Integer.parseInt(words.get(at + 1)), smoke);
        }
    }

    /// @param words `relay`, `accept`, `queue`, `large`, `phi`, `pickup` or `imap`, then `--pairs
    ///   N` or `--smoke`; `imap` also `--idle N` and `--delivery`
    public static void main(String... words) throws Exception {
        List<String> given = List.of(words);
        Console console = Console.system();
        Path home = Files.createTempDirectory("postern-bench");
        // The parts of Postfix run as other users and have to get in.
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            switch (given.isEmpty() ? "" : given.getFirst()) {
                case "relay" -> new RelayBench(home, Effort.of(given), console).run();
                case "accept" -> new AcceptBench(home, Effort.of(given), console).run();
                case "queue" -> new QueueBench(home, Effort.of(given), console).run();
                case "large" -> new LargeBench(home, console).run();
                case "phi" -> new PhiBench(console).run();
                case "pickup" -> new PickupBench(home, Effort.of(given), console).run();
                case "imap" -> imap(given, home, console);
                default -> {
                    console.line(
                            "usage: scripts/bench relay|accept|queue|large|phi|pickup|imap"
                                    + " [--pairs N] [--smoke]; imap also --idle N, --delivery");
                    System.exit(2);
                }
            }
        } finally {
            SampleClinic.remove(home);
        }
        System.exit(0);
    }

    private static void imap(List<String> given, Path home, Console console)
            throws IOException, InterruptedException {
        Effort effort = Effort.of(given);
        int at = given.indexOf("--idle");
        if (given.contains("--delivery")) {
            new DeliveryBench(home, effort, console).run();
        } else if (at < 0) {
            new ImapBench(home, effort, console).run();
        } else {
            int idle = Integer.parseInt(given.get(at + 1));
            new IdleBench(home, idle, effort.smoke(), console).run();
        }
    }
}
