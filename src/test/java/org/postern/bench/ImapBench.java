package org.postern.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.postern.bench.ImapLetters.Server;
import org.postern.cli.Console;
import org.postern.demo.SampleClinic;
import org.postern.testkit.DovecotPeer;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// The secure mailbox read by IMAP, beside Dovecot with a Maildir of the same letters: both under
/// TLS, both asked by the same client, in turn. Ours is sealed, Dovecot's lies open.
final class ImapBench {
    /// One that is empty.
    private static final String NEW_FOLDER = "Appended";

    private static final List<Integer> LETTERS = List.of(10_000, 100_000);
    private static final List<Integer> LETTERS_SMOKE = List.of(50);
    private static final int APPENDED = 500;
    private static final int APPENDED_SMOKE = 20;

    /// Dovecot goes through its whole Maildir for each of them.
    private static final int APPENDED_TO_MANY = 25;

    private static final int IDLE = 200;
    private static final int IDLE_SMOKE = 5;

    /// Each a command and what a client wants with it.
    private static final List<Question> QUESTIONS =
            List.of(
                    new Question("flags of all", "FETCH 1:* (FLAGS)"),
                    new Question(
                            "flags, size, five fields",
                            "UID FETCH 1:* (FLAGS RFC822.SIZE"
                                    + " BODY.PEEK[HEADER.FIELDS (FROM TO CC SUBJECT DATE)])"),
                    new Question("whole headers", "FETCH 1:* (FLAGS BODY.PEEK[HEADER])"),
                    new Question("envelope and structure", "FETCH 1:* (ENVELOPE BODYSTRUCTURE)"),
                    new Question("search in texts", "SEARCH TEXT \"potassium\""));

    private final Path home;
    private final Bench.Effort effort;
    private final Console out;

    ImapBench(Path home, Bench.Effort effort, Console out) {
        this.home = home;
        this.effort = effort;
        this.out = out;
    }

    private record Question(String name, String command) {}

    void run() throws IOException, InterruptedException {
        int port = SampleClinic.Ports.one();
        TestAuthority authority = TestAuthority.create();
        try (GatewayContestant postern =
                        GatewayContestant.withImap(
                                home.resolve("a"), port, SampleClinic.Ports.one());
                DovecotPeer dovecot =
                        DovecotPeer.start(
                                authority.server("localhost"),
                                ImapLetters.USER,
                                ImapLetters.PASSWORD)) {
            Server ours = new Server("Postern", port, tls(postern.authority()), postern.process());
            Server other =
                    new Server(
                            "Dovecot",
                            dovecot.imapsPort(),
                            tls(authority.authority().certificate()),
                            dovecot.process());
            out.line("| letters | | Postern | Dovecot | ratio | all ratios |");
            out.line("|---|---|---|---|---|---|");
            for (Server each : List.of(ours, other)) {
                try (MailReader reader = each.reader()) {
                    reader.ask("CREATE " + NEW_FOLDER);
                }
            }
            int there = 0;
            for (int letters : effort.smoke() ? LETTERS_SMOKE : LETTERS) {
                out.line(ImapLetters.fill(ours, there, letters));
                ImapLetters.maildir(dovecot, there, letters);
                there = letters;
                compare(ours, other, letters);
            }
            append(ours, other, NEW_FOLDER, effort.smoke() ? APPENDED_SMOKE : APPENDED);
            append(
                    ours,
                    other,
                    ImapLetters.FOLDER,
                    effort.smoke() ? APPENDED_SMOKE : APPENDED_TO_MANY);
            idle(postern, ours, other);
        }
    }

    private static SSLContext tls(X509Certificate anchor) {
        return TestTls.client(List.of(anchor));
    }

    private void compare(Server ours, Server other, int letters) throws IOException {
        for (Question question : QUESTIONS) {
            List<Double> mine = new ArrayList<>();
            List<Double> theirs = new ArrayList<>();
            long octets = 0;
            String answer = "";
            // The first is not counted: caches are filled on both sides.
            for (int pair = -1; pair < effort.pairs(); pair++) {
                MailReader.Heard a = ask(ours, question);
                MailReader.Heard b = ask(other, question);
                octets = a.octets();
                answer = a.answer();
                if (pair < 0) {
                    say(
                            "| %d | %s, first time | %.3f s | %.3f s | %.2f | |",
                            letters,
                            question.name(),
                            a.seconds(),
                            b.seconds(),
                            b.seconds() / a.seconds());
                } else {
                    mine.add(a.seconds());
                    theirs.add(b.seconds());
                }
            }
            say(
                    "| %d | %s, %d octets | %.3f s | %.3f s | %.2f | %s |",
                    letters,
                    question.name(),
                    octets,
                    Run.median(mine),
                    Run.median(theirs),
                    Run.median(theirs) / Run.median(mine),
                    answer.startsWith("OK") ? ratios(mine, theirs) : answer);
        }
    }

    private static MailReader.Heard ask(Server server, Question question) throws IOException {
        try (MailReader reader = server.reader()) {
            reader.ask("EXAMINE " + ImapLetters.FOLDER);
            return reader.any(question.command());
        }
    }

    private static String ratios(List<Double> mine, List<Double> theirs) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < mine.size(); i++) {
            all.append(i == 0 ? "" : ", ");
            all.append(String.format(Locale.ROOT, "%.2f", theirs.get(i) / mine.get(i)));
        }
        return all.toString();
    }

    /// One connection, one letter after another, each durable before its OK.
    private void append(Server ours, Server other, String folder, int count) throws IOException {
        List<Double> mine = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int pair = -1; pair < effort.pairs(); pair++) {
            double a = appended(ours, folder, count);
            double b = appended(other, folder, count);
            if (pair >= 0) {
                // As seconds a letter, so that all ratios mean the same.
                mine.add(1 / a);
                theirs.add(1 / b);
            }
        }
        say(
                "| | APPEND a second to %s | %.0f | %.0f | %.2f | %s |",
                folder,
                1 / Run.median(mine),
                1 / Run.median(theirs),
                Run.median(theirs) / Run.median(mine),
                ratios(mine, theirs));
    }

    private static double appended(Server server, String folder, int count) throws IOException {
        try (MailReader reader = server.reader()) {
            double seconds = 0;
            for (int i = 0; i < count; i++) {
                seconds += ImapLetters.append(reader, folder, ImapLetters.letter(i));
            }
            return count / seconds;
        }
    }

    /// Memory of connections that have the folder open and wait.
    private void idle(GatewayContestant postern, Server ours, Server other)
            throws IOException, InterruptedException {
        int count = effort.smoke() ? IDLE_SMOKE : IDLE;
        List<MailReader> waiting = new ArrayList<>();
        try {
            // One has it open already, so that what all share is not counted.
            waiting.add(idling(ours));
            waiting.add(idling(other));
            double heap = postern.heapKibibytes();
            double resident = ProcessTree.proportionalKibibytes(other.process());
            for (int i = 0; i < count; i++) {
                waiting.add(idling(ours));
            }
            heap = (postern.heapKibibytes() - heap) / count;
            for (int i = 0; i < count; i++) {
                waiting.add(idling(other));
            }
            resident = (ProcessTree.proportionalKibibytes(other.process()) - resident) / count;
            say(
                    "| | kB an idle connection (%d; heap, PSS) | %.1f | %.1f | %.3f | |",
                    count, heap, resident, heap / resident);
        } finally {
            for (MailReader reader : waiting) {
                reader.close();
            }
        }
    }

    private static MailReader idling(Server server) throws IOException {
        MailReader reader = server.reader();
        reader.ask("SELECT " + ImapLetters.FOLDER);
        reader.idle();
        return reader;
    }

    private void say(String format, Object... figures) {
        out.line(String.format(Locale.ROOT, format, figures));
    }
}
