package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.PickupWalk;
import org.postern.demo.SampleClinic;
import org.postern.testkit.Peers;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// A clinician reads the secure mailbox in her own mail program: what a patient answers on the page
/// comes to it while it is connected, and real programs fetch it octet for octet.
class ImapStory {
    private static final Pattern LINK = Pattern.compile("(http://localhost:\\d+/m/[\\w-]{43})");
    private static final String PASSWORD = "a long demo password";
    private static final String ANSWER = "Thank you, the knee is better.";

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;
    private int imap;
    private int imaps;

    @BeforeEach
    void open() throws IOException {
        sink = SmtpSink.start();
        clinic = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none");
        imap = SampleClinic.Ports.one();
        imaps = SampleClinic.Ports.one();
        Path file = clinic.clinic().config().resolve("gateway.yaml");
        String doors =
                """
                listeners:
                  imap: { address: 127.0.0.1, port: %d }
                  imaps: { address: 127.0.0.1, port: %d }
                """
                        .formatted(imap, imaps);
        Files.writeString(file, Files.readString(file).replaceFirst("listeners:\n", doors));
        clinic.open();
    }

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
    }

    private void annaWrites(String subject) throws Exception {
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

    private PickupWalk.Page mariaReads(PickupWalk walk) throws Exception {
        await("a notice", () -> notices().size() > 0);
        Matcher link = LINK.matcher(MailText.of(notices().getLast().content()));
        assertTrue(link.find(), "the notice has a link");
        return walk.answer(walk.open(URI.create(link.group(1))), "1972-04-09");
    }

    private List<Taken> notices() {
        return sink.taken().stream().filter(it -> it.recipients().contains(MARIA)).toList();
    }

    private SmtpPeer idling(String folder) throws Exception {
        SmtpPeer peer = SmtpPeer.connect(imap);
        peer.line();
        peer.say("a STARTTLS");
        peer.line();
        peer.startTls(RunningClinic.trusting(clinic.clinic()));
        peer.say("b LOGIN " + ANNA + " \"" + PASSWORD + "\"", "c SELECT " + folder, "d IDLE");
        awaitLine(peer, "\\+ .*");
        return peer;
    }

    private static void awaitLine(SmtpPeer peer, String pattern) throws IOException {
        String line;
        do {
            line = peer.line();
        } while (!line.isEmpty() && !line.matches(pattern));
        assertTrue(line.matches(pattern), "the server did not say " + pattern);
    }

    @Test
    void aPatientsAnswerComesToTheMailProgram() throws Exception {
        annaWrites("knee");
        try (PickupWalk walk = new PickupWalk(URI.create(clinic.clinic().pickupUrl()));
                SmtpPeer peer = idling("INBOX")) {
            PickupWalk.Page page = mariaReads(walk);
            assertEquals(200, walk.reply(page, ANSWER).status());
            awaitLine(peer, "\\* 1 EXISTS");
        }
        byte[] answer = curl("INBOX;UID=1");
        assertTrue(new String(answer, StandardCharsets.UTF_8).contains(ANSWER));
        assertEquals(body(delivered()), body(new String(answer, StandardCharsets.ISO_8859_1)));
        String sent = new String(curl("Sent;UID=1"), StandardCharsets.UTF_8);
        assertTrue(sent.contains("How is the knee?"), sent);
        mbsync(answer);
    }

    /// Nobody asks: what became of it is told as it happens.
    @Test
    void aMailProgramSeesThatAPatientReadsAndAnswers() throws Exception {
        annaWrites("knee");
        await("a notice", () -> notices().size() > 0);
        try (PickupWalk walk = new PickupWalk(URI.create(clinic.clinic().pickupUrl()));
                SmtpPeer peer = idling("Sent")) {
            PickupWalk.Page page = mariaReads(walk);
            awaitLine(peer, "\\* 1 FETCH \\(UID 1 FLAGS \\(\\\\Seen \\$Read .*");
            assertEquals(200, walk.reply(page, ANSWER).status());
            awaitLine(peer, "\\* 1 FETCH \\(UID 1 FLAGS \\(\\\\Seen \\$Read \\$Replied.*");
        }
        String sent = new String(curl("Sent;UID=1"), StandardCharsets.UTF_8);
        assertTrue(sent.contains("How is the knee?"), sent);
        clinic.awaitAudit("read in a mail program by " + ANNA);
    }

    /// By the code that obeys one word in a reply to a receipt.
    @Test
    void keywordsRemindAndTakeBack() throws Exception {
        annaWrites("knee");
        await("a notice", () -> notices().size() == 1);
        store("$Remind");
        await("a new link", () -> notices().size() == 2);
        clinic.awaitAudit("reminded", ANNA);
        store("$Recall");
        clinic.awaitAudit("recalled", ANNA);
        await("word of both", () -> toAnna("About your message") == 2);
        String left = new String(ask("Sent", "STATUS Sent (MESSAGES)"), StandardCharsets.US_ASCII);
        assertTrue(left.contains("(MESSAGES 0)"), left);
    }

    private void store(String keyword) throws Exception {
        ask("Sent", "UID STORE 1 +FLAGS (" + keyword + ")");
    }

    private long toAnna(String subject) {
        return sink.taken().stream()
                .filter(it -> it.recipients().contains(ANNA))
                .filter(it -> it.field("Subject").contains(subject))
                .count();
    }

    /// Each kind of program asks in its own way, and hears of the port that is open.
    @Test
    void mailProgramsSetThemselvesUp() throws Exception {
        URI pages = URI.create(clinic.clinic().pickupUrl());
        try (HttpClient browser = HttpClient.newHttpClient()) {
            for (String path :
                    List.of(
                            "/.well-known/autoconfig/mail/config-v1.1.xml",
                            "/mail/config-v1.1.xml",
                            "/clinician.mobileconfig")) {
                HttpRequest asks = HttpRequest.newBuilder(pages.resolve(path)).build();
                told(browser.send(asks, BodyHandlers.ofString()));
            }
            HttpRequest outlook =
                    HttpRequest.newBuilder(pages.resolve("/autodiscover/autodiscover.xml"))
                            .header("Content-Type", "text/xml")
                            .POST(
                                    BodyPublishers.ofString(
                                            "<Autodiscover><Request/></Autodiscover>"))
                            .build();
            told(browser.send(outlook, BodyHandlers.ofString()));
        }
    }

    private void told(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.uri().getPath());
        assertTrue(answer.body().contains(">" + imaps + "<"), answer.body());
    }

    /// What the clinic's own server was given, which has a trace on top.
    private String delivered() {
        return sink.taken().stream()
                .filter(it -> it.recipients().contains(ANNA))
                .filter(it -> it.text().contains(ANSWER))
                .map(it -> new String(it.content(), StandardCharsets.ISO_8859_1))
                .findFirst()
                .orElseThrow();
    }

    private static String body(String mail) {
        return mail.substring(mail.indexOf("\r\n\r\n"));
    }

    private byte[] curl(String what) throws Exception {
        Path out = home.resolve("curl.out");
        run(
                List.of(
                        Peers.program("curl").toString(),
                        "--silent",
                        "--show-error",
                        "--cacert",
                        clinic.clinic().ca().toString(),
                        "--user",
                        ANNA + ":" + PASSWORD,
                        "--output",
                        out.toString(),
                        "imaps://localhost:" + imaps + "/" + what));
        return Files.readAllBytes(out);
    }

    /// isync keeps a Maildir as the server has it, both ways for flags; a second run changes
    /// nothing.
    private void mbsync(byte[] answer) throws Exception {
        Path mail = Files.createDirectory(home.resolve("maildir"));
        Path settings = home.resolve("mbsyncrc");
        Files.writeString(
                settings,
                """
                IMAPAccount clinic
                Host localhost
                Port %d
                User %s
                Pass "%s"
                SSLType IMAPS
                CertificateFile %s

                IMAPStore far
                Account clinic

                MaildirStore near
                Path %s/
                Inbox %s/INBOX
                SubFolders Verbatim

                Channel all
                Far :far:
                Near :near:
                Patterns INBOX Sent
                Create Near
                Sync All
                SyncState *
                """
                        .formatted(imaps, ANNA, PASSWORD, clinic.clinic().ca(), mail, mail),
                StandardOpenOption.CREATE_NEW);
        List<String> program =
                List.of(Peers.program("mbsync").toString(), "-c", settings.toString(), "all");
        run(program);
        List<Path> inbox = files(mail.resolve("INBOX"));
        assertEquals(1, inbox.size(), inbox.toString());
        assertEquals(1, files(mail.resolve("Sent")).size());
        // A Maildir has line ends of its own, and isync a field.
        String kept =
                Files.readString(inbox.getFirst())
                        .replaceFirst("(?m)^X-TUID: .*\n", "")
                        .replace("\n", "\r\n");
        assertEquals(new String(answer, StandardCharsets.UTF_8), kept);
        run(program);
        assertEquals(inbox, files(mail.resolve("INBOX")));
        // Read and flagged here, so read and flagged there.
        Path read = mail.resolve("INBOX/cur").resolve(name(inbox.getFirst()) + "FS");
        Files.move(inbox.getFirst(), read);
        run(program);
        fetchmail();
        String flags = new String(search(), StandardCharsets.US_ASCII);
        assertTrue(flags.contains("* SEARCH 1"), flags);
    }

    private byte[] search() throws Exception {
        return ask("INBOX", "SEARCH SEEN FLAGGED");
    }

    private byte[] ask(String folder, String command) throws Exception {
        return runFor(
                List.of(
                        Peers.program("curl").toString(),
                        "--silent",
                        "--show-error",
                        "--cacert",
                        clinic.clinic().ca().toString(),
                        "--user",
                        ANNA + ":" + PASSWORD,
                        "imaps://localhost:" + imaps + "/" + folder,
                        "--request",
                        command));
    }

    /// Reads to the end over STARTTLS and leaves everything there.
    private void fetchmail() throws Exception {
        Path settings = home.resolve("fetchmailrc");
        Path got = home.resolve("fetched");
        Files.writeString(
                settings,
                """
                poll localhost protocol IMAP port %d
                  username "%s" password "%s"
                  sslproto "TLS1.2+" sslcertck sslcertfile "%s"
                  keep fetchall mda "cat >> %s"
                """
                        .formatted(imap, ANNA, PASSWORD, clinic.clinic().ca(), got));
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-------"));
        run(
                List.of(
                        Peers.program("fetchmail").toString(),
                        "--nodetach",
                        "--nosyslog",
                        "--pidfile",
                        home.resolve("fetchmail.pid").toString(),
                        "--fetchmailrc",
                        settings.toString()));
        assertTrue(Files.readString(got).contains(ANSWER));
    }

    private static String name(Path file) {
        return file.getFileName().toString().replaceFirst(":2,.*$", "") + ":2,";
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> all = new ArrayList<>();
        for (String part : List.of("new", "cur")) {
            try (Stream<Path> files = Files.list(folder.resolve(part))) {
                all.addAll(files.sorted().toList());
            }
        }
        return all;
    }

    private void run(List<String> command) throws Exception {
        runFor(command);
    }

    private byte[] runFor(List<String> command) throws Exception {
        Path said = home.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("FETCHMAILHOME", home.toString());
        Process process = builder.start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), command + " does not end");
        byte[] output = Files.readAllBytes(said);
        String text = new String(output, StandardCharsets.ISO_8859_1);
        assertEquals(0, process.exitValue(), command.getFirst() + " said " + text);
        return output;
    }
}
