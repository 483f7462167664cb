package org.postern.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.demo.PickupWalk;
import org.postern.demo.SampleClinic;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.Peers;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// The clinician's desk: a clinic whose doors for mail programs are open, the programs that she
/// starts, and a patient who answers her.
final class MailDesk implements AutoCloseable {
    static final String PASSWORD = "a long demo password";
    private static final int PROGRAM_SECONDS_MAX = 60;
    private static final Pattern LINK = Pattern.compile("(http://localhost:\\d+/m/[\\w-]{43})");

    private final Path home;
    private final SmtpSink sink;
    private final StagedClinic clinic;
    private final int imap;
    private final int imaps;
    private int noticesRead;

    private MailDesk(Path home, SmtpSink sink, StagedClinic clinic) throws IOException {
        this.home = home;
        this.sink = sink;
        this.clinic = clinic;
        this.imap = SampleClinic.Ports.one();
        this.imaps = SampleClinic.Ports.one();
    }

    /// @param home an empty folder; the programs find their own in it
    static MailDesk open(Path home) throws IOException {
        return open(home, _ -> {});
    }

    /// Changes a clinic before it opens.
    @FunctionalInterface
    interface Staging {
        void stage(SampleClinic clinic) throws IOException;
    }

    static MailDesk open(Path home, Staging staging) throws IOException {
        SmtpSink sink = SmtpSink.start();
        StagedClinic clinic = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none");
        MailDesk desk = new MailDesk(home, sink, clinic);
        Path file = clinic.clinic().config().resolve("gateway.yaml");
        String doors =
                """
                listeners:
                  imap: { address: 127.0.0.1, port: %d }
                  imaps: { address: 127.0.0.1, port: %d }
                """
                        .formatted(desk.imap, desk.imaps);
        Files.writeString(file, Files.readString(file).replaceFirst("listeners:\n", doors));
        staging.stage(clinic.clinic());
        clinic.open();
        return desk;
    }

    StagedClinic clinic() {
        return clinic;
    }

    /// The port where TLS begins by STARTTLS.
    int imap() {
        return imap;
    }

    /// The port where TLS begins at once.
    int imaps() {
        return imaps;
    }

    /// The file of the authority's certificate.
    Path authority() {
        return clinic.clinic().ca();
    }

    List<Taken> taken() {
        return sink.taken();
    }

    void annaWrites(String subject) throws Exception {
        try (MailClient client = clinic.submission()) {
            client.send(
                    MARIA,
                    """
                    From: Anna Reyes <%s>
                    To: <%s>
                    Subject: %s
                    Message-ID: <%s@mapleclinic.example>
                    MIME-Version: 1.0
                    Content-Type: text/plain; charset=utf-8

                    How is the knee?
                    """
                            .formatted(ANNA, MARIA, subject, subject)
                            .replace("\n", "\r\n"));
        }
    }

    List<Taken> notices() {
        return sink.taken().stream().filter(it -> it.recipients().contains(MARIA)).toList();
    }

    /// Follows the first notice that was not followed yet.
    PickupWalk.Page mariaReads(PickupWalk walk) throws Exception {
        await("a notice", () -> notices().size() > noticesRead);
        Matcher link = LINK.matcher(MailText.of(notices().get(noticesRead).content()));
        noticesRead++;
        assertTrue(link.find(), "the notice has a link");
        return walk.answer(walk.open(URI.create(link.group(1))), "1972-04-09");
    }

    /// Reads what Anna wrote last, and answers it.
    ///
    /// @param words in no other letter
    void mariaAnswers(String words) throws Exception {
        try (PickupWalk walk = new PickupWalk(URI.create(clinic.clinic().pickupUrl()))) {
            assertEquals(200, walk.reply(mariaReads(walk), words).status());
        }
        try (ImapPeer peer = reading("INBOX")) {
            await("the answer", () -> !asked(peer, "UID SEARCH BODY \"" + words + "\"").isEmpty());
        }
    }

    /// A connection of Anna's, with a folder selected.
    ImapPeer reading(String folder) throws IOException, GeneralSecurityException {
        ImapPeer peer = ImapPeer.secured(imap, RunningClinic.trusting(clinic.clinic()));
        peer.ask("LOGIN " + ANNA + " \"" + PASSWORD + "\"");
        peer.ask("SELECT " + folder);
        return peer;
    }

    /// The UIDs that a search finds in a folder, as the server says them: empty if there are none.
    String found(String folder, String criteria) throws IOException, GeneralSecurityException {
        try (ImapPeer peer = reading(folder)) {
            return asked(peer, "UID SEARCH " + criteria);
        }
    }

    /// The UIDs that the command finds.
    static String asked(ImapPeer peer, String command) {
        try {
            return peer.ask(command).stream()
                    .filter(line -> line.startsWith("* SEARCH"))
                    .map(line -> line.substring("* SEARCH".length()).strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(command, e);
        }
    }

    /// What is different after any change: how many letters there are, the next UID, the last
    /// change of a flag.
    List<String> state(String... folders) throws IOException, GeneralSecurityException {
        List<String> all = new ArrayList<>();
        try (ImapPeer peer = reading("INBOX")) {
            peer.ask("UNSELECT");
            for (String folder : folders) {
                all.addAll(
                        peer.ask(
                                "STATUS "
                                        + folder
                                        + " (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"));
            }
        }
        return all;
    }

    /// What curl reads: a letter as `FOLDER;UID=1`.
    byte[] curl(String what, String... more) throws Exception {
        // The password stands in a file: a command line is everybody's to read.
        Path settings = home.resolve("curlrc");
        Files.writeString(settings, "user = \"" + ANNA + ":" + PASSWORD + "\"\n");
        List<String> command = new ArrayList<>();
        command.add(Peers.program("curl").toString());
        command.addAll(List.of("--config", settings.toString(), "--silent", "--show-error"));
        command.addAll(List.of("--cacert", authority().toString()));
        command.add("imaps://localhost:" + imaps + "/" + what);
        command.addAll(List.of(more));
        return run(command);
    }

    /// Writes settings, which hold a password, for nobody else to read.
    Path settings(String name, String text) throws IOException {
        Path file = home.resolve(name);
        Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    /// Runs a program to its end, which must be a good one.
    ///
    /// @return all that it said
    byte[] run(List<String> command) throws IOException, InterruptedException {
        Path said = home.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(said.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("FETCHMAILHOME", home.toString());
        builder.environment().put("TERM", "xterm");
        Process process = builder.start();
        boolean ended = process.waitFor(PROGRAM_SECONDS_MAX, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        byte[] output = Files.readAllBytes(said);
        String text = command.getFirst() + " said " + new String(output, ISO_8859_1);
        assertTrue(ended, "no end: " + text);
        assertEquals(0, process.exitValue(), text);
        return output;
    }

    @Override
    public void close() throws IOException {
        clinic.close();
        sink.close();
    }
}
