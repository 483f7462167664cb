package org.postern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.postern.cli.Console;
import org.postern.demo.SampleClinic;
import org.postern.testkit.DovecotPeer;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// The secure mailbox read by IMAP, beside Dovecot with a Maildir of the same letters: both under
/// TLS, both asked by the same client, in turn. Ours is sealed, Dovecot's lies open.
final class ImapBench {
    private static final String USER = "anna.reyes@mapleclinic.example";
    private static final String PASSWORD = "a long demo password";

    /// A folder of one's own, since nobody can put letters into the inbox of the secure mailbox.
    private static final String FOLDER = "Archive";

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
    private static final int FILLERS = 4;

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

    /// One of the two.
    private record Server(String name, int port, SSLContext tls, ProcessHandle process) {
        MailReader reader() throws IOException {
            return MailReader.login(port, tls, USER, PASSWORD);
        }
    }

    void run() throws IOException, InterruptedException {
        int port = SampleClinic.Ports.one();
        TestAuthority authority = TestAuthority.create();
        try (GatewayContestant postern = GatewayContestant.withImap(home.resolve("a"), port);
                DovecotPeer dovecot =
                        DovecotPeer.start(authority.server("localhost"), USER, PASSWORD)) {
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
                fill(ours, there, letters);
                maildir(dovecot, there, letters);
                there = letters;
                compare(ours, other, letters);
            }
            append(ours, other, NEW_FOLDER, effort.smoke() ? APPENDED_SMOKE : APPENDED);
            append(ours, other, FOLDER, effort.smoke() ? APPENDED_SMOKE : APPENDED_TO_MANY);
            idle(postern, ours, other);
        }
    }

    private static SSLContext tls(X509Certificate anchor) {
        return TestTls.client(List.of(anchor));
    }

    /// The letter of a number; about three kilobytes, as most mail between people is.
    private static String letter(int number) {
        StringBuilder body = new StringBuilder();
        for (int line = 0; line < 30; line++) {
            body.append("Line ").append(line).append(" of letter ").append(number);
            body.append(": the potassium was fine, and the knee may be bent a little more.\r\n");
        }
        return """
        From: "Maria Gomez" <maria.gomez@homemail.example>\r
        To: "Anna Reyes, MD" <%s>\r
        Cc: Sam Okafor <sam.okafor@mapleclinic.example>\r
        Subject: =?utf-8?q?Question_%d?= about my knee\r
        Date: Mon, 2 Mar 2026 12:00:00 +0000\r
        Message-ID: <letter-%d@homemail.example>\r
        MIME-Version: 1.0\r
        Content-Type: multipart/alternative; boundary="b%d"\r
        \r
        --b%4$d\r
        Content-Type: text/plain; charset=utf-8\r
        \r
        %s\r
        --b%4$d\r
        Content-Type: text/html; charset=utf-8\r
        \r
        <p>The potassium was fine.</p>\r
        --b%4$d--\r
        """
                .formatted(USER, number, number, number, body);
    }

    /// Puts letters into the secure mailbox as a mail program does, by a few connections at once.
    private void fill(Server server, int from, int to) throws InterruptedException {
        List<Thread> fillers = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        long begin = System.nanoTime();
        for (int filler = 0; filler < FILLERS; filler++) {
            int first = from + filler;
            fillers.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try (MailReader reader = server.reader()) {
                                    for (int i = first; i < to; i += FILLERS) {
                                        append(reader, FOLDER, letter(i));
                                    }
                                } catch (IOException e) {
                                    synchronized (failures) {
                                        failures.add(e);
                                    }
                                }
                            }));
        }
        for (Thread filler : fillers) {
            filler.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("not filled", failures.getFirst());
        }
        say(
                "<!-- %d letters put into %s by %d connections in %.1f s -->",
                to - from, server.name(), FILLERS, (System.nanoTime() - begin) / 1e9);
    }

    private static double append(MailReader reader, String folder, String letter)
            throws IOException {
        int octets = letter.length();
        // A literal of more than 4,096 octets would have to be asked for.
        return reader.ask("APPEND " + folder + " {" + octets + "+}\r\n" + letter).seconds();
    }

    /// The same letters as files, which Dovecot takes for mail that has come.
    private static void maildir(DovecotPeer dovecot, int from, int to) throws IOException {
        Path folder = dovecot.maildir(USER).resolve("." + FOLDER);
        for (String name : List.of("cur", "new", "tmp")) {
            Files.createDirectories(folder.resolve(name));
        }
        Files.writeString(folder.resolve("maildirfolder"), "");
        for (int i = from; i < to; i++) {
            String text = letter(i);
            String name = "17724528%06d.M%dP1.host,S=%d:2,".formatted(i, i, text.length());
            Files.writeString(
                    folder.resolve("cur").resolve(name), text, StandardCharsets.ISO_8859_1);
        }
        open(dovecot.maildir(USER));
    }

    /// Dovecot reads as nobody.
    private static void open(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                String mode = Files.isDirectory(each) ? "rwxrwxrwx" : "rw-rw-rw-";
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString(mode));
            }
        }
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
            reader.ask("EXAMINE " + FOLDER);
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
                seconds += append(reader, folder, letter(i));
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
        reader.ask("SELECT " + FOLDER);
        reader.idle();
        return reader;
    }

    private void say(String format, Object... figures) {
        out.line(String.format(Locale.ROOT, format, figures));
    }
}
