package org.postern.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postern.bench.ImapLetters.Server;
import org.postern.cli.Console;
import org.postern.demo.SampleClinic;
import org.postern.testkit.DovecotPeer;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// What connections cost that wait, by thousands, state by state: in clear, under TLS, logged in
/// with a folder of ten thousand letters open and IDLE. Beside them Dovecot's, as many as fit.
///
/// Of Postern both the heap in use and the resident memory are taken, behind a garbage collection,
/// and what the first connection of a state costs is left out, because all share it. Of Dovecot it
/// is what all its processes have together (PSS).
final class IdleBench {
    private static final int LETTERS = 10_000;
    private static final int LETTERS_SMOKE = 50;

    /// As many as the gateway lets wait before a log-in, in all and from one address.
    private static final int STRANGERS_MAX = 1_000;

    private static final int STRANGERS_PER_SOURCE_MAX = 50;

    /// Dovecot has a process for each of them.
    private static final int DOVECOT_MAX = 500;

    private static final int OPENERS = 8;

    /// Connections that come and go before those that are measured.
    private static final int WARMING = 40;

    /// Connections of one person; the gateway lets her have a thousand at most.
    private static final int PER_USER = 900;

    /// For everything else.
    private static final int DESCRIPTORS_BESIDE = 500;

    private final Path home;
    private final int count;
    private final boolean smoke;
    private final Console out;

    /// @param count of connections that have logged in
    IdleBench(Path home, int count, boolean smoke, Console out) {
        this.home = home;
        this.count = count;
        this.smoke = smoke;
        this.out = out;
    }

    /// The first words and what is said of the row.
    ///
    /// @param strangers whether nobody has logged in
    private record State(String name, boolean strangers, Opening opening) {}

    @FunctionalInterface
    private interface Opening {
        ImapWaiter open(int number, InetAddress from, Doors doors) throws IOException;
    }

    /// Where a server is reached.
    ///
    /// @param users who log in, in turn
    private record Doors(Server server, int clear, int users) {
        String user(int number) {
            return ImapLetters.user(number % users);
        }
    }

    private static final List<State> STATES =
            List.of(
                    new State(
                            "connected, in clear",
                            true,
                            (_, from, doors) -> ImapWaiter.clear(from, doors.clear())),
                    new State(
                            "TLS, before a log-in", true, (_, from, doors) -> secured(from, doors)),
                    new State(
                            "logged in, IDLE",
                            false,
                            (number, from, doors) -> {
                                ImapWaiter waiter = secured(from, doors);
                                waiter.idle(
                                        doors.user(number),
                                        ImapLetters.PASSWORD,
                                        ImapLetters.FOLDER);
                                return waiter;
                            }));

    private static ImapWaiter secured(InetAddress from, Doors doors) throws IOException {
        return ImapWaiter.secured(from, doors.server().port(), doors.server().tls());
    }

    /// Each connection takes a file descriptor here and one in the server.
    private void requireDescriptors() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            String most = line.replaceFirst("Max open files +(\\d+).*", "$1");
            if (line.startsWith("Max open files")
                    && most.matches("\\d+")
                    && Long.parseLong(most) < count + DESCRIPTORS_BESIDE) {
                throw new IOException(
                        "of %d files that are needed only %s may be open: raise ulimit -H -n"
                                .formatted(count + DESCRIPTORS_BESIDE, most));
            }
        }
    }

    void run() throws IOException, InterruptedException {
        requireDescriptors();
        TestAuthority authority = TestAuthority.create();
        int port = SampleClinic.Ports.one();
        int clear = SampleClinic.Ports.one();
        try (GatewayContestant postern =
                        GatewayContestant.withImap(home.resolve("a"), port, clear);
                DovecotPeer dovecot =
                        DovecotPeer.start(
                                authority.server("localhost"),
                                ImapLetters.USER,
                                ImapLetters.PASSWORD)) {
            Doors ours =
                    new Doors(
                            new Server(
                                    "Postern",
                                    port,
                                    TestTls.client(List.of(postern.authority())),
                                    postern.process()),
                            clear,
                            1 + count / PER_USER);
            Doors other =
                    new Doors(
                            new Server(
                                    "Dovecot",
                                    dovecot.imapsPort(),
                                    TestTls.client(List.of(authority.authority().certificate())),
                                    dovecot.process()),
                            dovecot.imapPort(),
                            1);
            int letters = smoke ? LETTERS_SMOKE : LETTERS;
            for (int user = 0; user < ours.users(); user++) {
                String filled = ImapLetters.fill(ours.server(), ours.user(user), 0, letters);
                out.line(filled);
            }
            ImapLetters.maildir(dovecot, 0, letters);
            out.line(
                    "| a connection | Postern: number | heap, kB | resident, kB | all: heap, MiB |"
                            + " all: resident, MiB | the process: resident, MiB | opened in |"
                            + " Dovecot: number | PSS, kB | Dovecot : heap | : resident |");
            out.line("|---|---|---|---|---|---|---|---|---|---|---|---|");
            for (State state : STATES) {
                measure(state, postern, ours, other);
            }
        }
    }

    private void measure(State state, GatewayContestant postern, Doors ours, Doors other)
            throws IOException, InterruptedException {
        int many = state.strangers() ? Math.min(count, STRANGERS_MAX - 1) : count;
        double heap;
        double resident;
        double whole;
        double seconds;
        // What is loaded and kept once is not what a connection costs.
        close(open(state, ours, Math.min(many, WARMING)));
        postern.heapKibibytes();
        List<ImapWaiter> first = open(state, ours, 1);
        try {
            double heapBefore = postern.heapKibibytes();
            double residentBefore = postern.residentKibibytes();
            long begin = System.nanoTime();
            List<ImapWaiter> all = open(state, ours, many);
            try {
                seconds = (System.nanoTime() - begin) / 1e9;
                heap = postern.heapKibibytes() - heapBefore;
                whole = postern.residentKibibytes();
                resident = whole - residentBefore;
                // Connections that are gone have no memory.
                see(state, all);
            } finally {
                close(all);
            }
        } finally {
            close(first);
        }
        int fewer = Math.min(many, DOVECOT_MAX);
        double shares = dovecot(state, other, fewer);
        out.line(
                String.format(
                        Locale.ROOT,
                        "| %s | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f s | %d |"
                                + " %.1f | %.1f | %.1f |",
                        state.name(),
                        many,
                        heap / many,
                        resident / many,
                        heap / 1024,
                        resident / 1024,
                        whole / 1024,
                        seconds,
                        fewer,
                        shares,
                        shares / (heap / many),
                        shares / (resident / many)));
    }

    private static double dovecot(State state, Doors other, int many)
            throws IOException, InterruptedException {
        List<ImapWaiter> first = open(state, other, 1);
        try {
            double before = ProcessTree.proportionalKibibytes(other.server().process());
            List<ImapWaiter> all = open(state, other, many);
            try {
                double after = ProcessTree.proportionalKibibytes(other.server().process());
                see(state, all);
                return (after - before) / many;
            } finally {
                close(all);
            }
        } finally {
            close(first);
        }
    }

    private static void see(State state, List<ImapWaiter> all) throws IOException {
        for (ImapWaiter each : all) {
            if (state.strangers()) {
                each.ask("NOOP");
            } else {
                each.done();
            }
        }
    }

    /// Opens connections, from as many loopback addresses as they need.
    private static List<ImapWaiter> open(State state, Doors doors, int many)
            throws IOException, InterruptedException {
        List<ImapWaiter> all = Collections.synchronizedList(new ArrayList<>());
        List<Future<Boolean>> opened = new ArrayList<>();
        try (ExecutorService openers = Executors.newFixedThreadPool(OPENERS)) {
            for (int i = 0; i < many; i++) {
                // The first address is that of the one that was there before.
                int number = i;
                int source = 2 + i / (STRANGERS_PER_SOURCE_MAX - OPENERS);
                InetAddress from =
                        InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (source % 250)});
                opened.add(
                        openers.submit(() -> all.add(state.opening().open(number, from, doors))));
            }
            for (Future<Boolean> each : opened) {
                each.get();
            }
        } catch (ExecutionException e) {
            close(all);
            throw new IOException(
                    state.name() + ": " + all.size() + " of " + many + " were opened", e);
        }
        return all;
    }

    private static void close(List<ImapWaiter> all) throws IOException {
        for (ImapWaiter each : all) {
            each.close();
        }
    }
}
