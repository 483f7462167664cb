package org.postern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.postern.testkit.DovecotPeer;

/// The letters that Postern and Dovecot both hold while they are measured, and whose they are.
final class ImapLetters {
    static final String USER = "anna.reyes@mapleclinic.example";
    static final String PASSWORD = "a long demo password";

    /// People who may log in to Postern, all with the same password.
    static final int USERS = 10;

    /// A folder of one's own, since nobody can put letters into the inbox of the secure mailbox.
    static final String FOLDER = "Archive";

    private static final int FILLERS = 4;

    private ImapLetters() {}

    /// @param number from 0, the one whom all know
    static String user(int number) {
        return number == 0 ? USER : "person-" + number + "@mapleclinic.example";
    }

    /// One of the two.
    record Server(String name, int port, SSLContext tls, ProcessHandle process) {
        MailReader reader() throws IOException {
            return reader(USER);
        }

        MailReader reader(String user) throws IOException {
            return MailReader.login(port, tls, user, PASSWORD);
        }
    }

    /// The letter of a number; about three kilobytes, as most mail between people is.
    static String letter(int number) {
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
    ///
    /// @return what to say of it
    static String fill(Server server, int from, int to) throws InterruptedException {
        return fill(server, USER, from, to);
    }

    static String fill(Server server, String user, int from, int to) throws InterruptedException {
        List<Thread> fillers = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        long begin = System.nanoTime();
        for (int filler = 0; filler < FILLERS; filler++) {
            int first = from + filler;
            fillers.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try (MailReader reader = server.reader(user)) {
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
        return String.format(
                Locale.ROOT,
                "<!-- %d letters put into %s by %d connections in %.1f s -->",
                to - from,
                server.name(),
                FILLERS,
                (System.nanoTime() - begin) / 1e9);
    }

    /// @return in how many seconds
    static double append(MailReader reader, String folder, String letter) throws IOException {
        int octets = letter.length();
        // A literal of more than 4,096 octets would have to be asked for.
        return reader.ask("APPEND " + folder + " {" + octets + "+}\r\n" + letter).seconds();
    }

    /// The same letters as files, which Dovecot takes for mail that has come.
    static void maildir(DovecotPeer dovecot, int from, int to) throws IOException {
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
}
