package org.postern.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.SampleClinic;
import org.postern.testkit.Peers;
import org.postern.testkit.ScramClient;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.SmtpSink;

/// Mail programs log in with an app password that they never send.
class ScramStory {
    private static final String ORDINARY = "a long demo password";

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;
    private int imap;
    private int imaps;

    @BeforeEach
    void open() throws IOException {
        sink = SmtpSink.start();
        clinic = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none");
        imap = clinic.imap();
        imaps = SampleClinic.Ports.one();
    }

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
    }

    private void withScram() throws IOException {
        Path file = clinic.clinic().config().resolve("gateway.yaml");
        String more =
                "listeners:\n  scram: true\n  imaps: { address: 127.0.0.1, port: " + imaps + " }\n";
        Files.writeString(file, Files.readString(file).replaceFirst("listeners:\n", more));
        clinic.open();
    }

    private SmtpPeer reading() throws Exception {
        SmtpPeer peer = SmtpPeer.connect(imap);
        String greeting = peer.line();
        assertFalse(greeting.contains("SCRAM"), greeting);
        peer.ask("a0 AUTHENTICATE SCRAM-SHA-256", "a0 NO [PRIVACYREQUIRED] *");
        peer.ask("a STARTTLS", "a OK *");
        peer.startTls(RunningClinic.trusting(clinic.clinic()));
        return peer;
    }

    private SmtpPeer sending() throws Exception {
        SmtpPeer peer = SmtpPeer.connect(clinic.clinic().ports().submission());
        peer.line();
        String clear = String.join(" ", peer.ask("EHLO phone", "250 *"));
        assertFalse(clear.contains("SCRAM"), clear);
        peer.ask("STARTTLS", "220 *");
        peer.startTls(RunningClinic.trusting(clinic.clinic()));
        return peer;
    }

    /// Without its tag or code.
    private static String challenge(SmtpPeer peer) throws IOException {
        String line = peer.line();
        assertTrue(line.startsWith("+ ") || line.startsWith("334 "), line);
        return line.substring(line.indexOf(' ') + 1);
    }

    /// Reads as somebody, to the end of it.
    ///
    /// @param name as it is written in the message
    private static void read(SmtpPeer peer, String name, String secret, boolean opens)
            throws Exception {
        ScramClient client = new ScramClient(name, secret);
        peer.say("x AUTHENTICATE SCRAM-SHA-256 " + client.first());
        String last = client.last(challenge(peer));
        if (!opens) {
            peer.ask(last, "x NO [AUTHENTICATIONFAILED] name or password are wrong");
            return;
        }
        peer.say(last);
        assertTrue(client.isAnsweredBy(challenge(peer)));
        peer.ask("", "x OK *");
    }

    private static SmtpPeer send(SmtpPeer peer, String secret) throws Exception {
        String offered = String.join(" ", peer.ask("EHLO phone", "250 *"));
        assertTrue(offered.contains("AUTH PLAIN LOGIN SCRAM-SHA-256"), offered);
        ScramClient client = new ScramClient(ANNA, secret);
        peer.say("AUTH SCRAM-SHA-256");
        assertEquals("", challenge(peer));
        peer.say(client.first());
        peer.say(client.last(challenge(peer)));
        assertTrue(client.isAnsweredBy(challenge(peer)));
        peer.ask("", "235 *");
        return peer;
    }

    @Test
    void itIsNotOfferedUnlessItIsSwitchedOn() throws Exception {
        clinic.open();
        String phone = AppPasswordStory.made(clinic, ANNA);
        String first = new ScramClient(ANNA, phone).first();
        try (SmtpPeer peer = reading()) {
            peer.say("b CAPABILITY");
            String offered = peer.line();
            assertTrue(offered.endsWith("AUTH=PLAIN"), offered);
            peer.line();
            peer.ask("c AUTHENTICATE SCRAM-SHA-256 " + first, "c NO [CANNOT] *");
        }
        try (SmtpPeer peer = sending()) {
            peer.ask("EHLO phone", "250 *");
            peer.ask("AUTH SCRAM-SHA-256 " + first, "504 *");
        }
    }

    @Test
    void aProofOpensReadingAndSendingUntilItsPasswordIsTakenBack() throws Exception {
        withScram();
        AppPasswordStory.made(clinic, ANNA);
        String phone = AppPasswordStory.made(clinic, ANNA);
        AppPasswordStory.made(clinic, ANNA);
        try (SmtpPeer reads = reading();
                SmtpPeer sends = send(sending(), phone)) {
            reads.say("b CAPABILITY");
            String offered = reads.line();
            assertTrue(offered.endsWith("AUTH=PLAIN AUTH=SCRAM-SHA-256"), offered);
            reads.line();
            reads.ask("p AUTHENTICATE SCRAM-SHA-256-PLUS", "p NO [CANNOT] *");
            read(reads, ANNA.toUpperCase(Locale.ROOT), phone, true);
            sends.ask("MAIL FROM:<" + ANNA + ">", "250 *");
            sends.ask("RSET", "250 *");
            assertTrue(AppPasswordStory.user(clinic, 0, "list", ANNA).contains("last used "));
            AppPasswordStory.user(clinic, 0, "revoke", ANNA, "--all");
            reads.ask("c NOOP", "* BYE this password was taken back*");
            sends.ask("MAIL FROM:<" + ANNA + ">", "421 *");
        }
        try (SmtpPeer peer = reading()) {
            read(peer, ANNA, phone, false);
        }
    }

    /// `ScramLoginTest` has more of what is wrong; here each costs a pause.
    @Test
    void whatProvesNothingIsAnsweredAlike() throws Exception {
        withScram();
        String phone = AppPasswordStory.made(clinic, ANNA);
        ScramClient client = new ScramClient(ANNA, phone);
        try (SmtpPeer peer = reading()) {
            peer.ask("a1 AUTHENTICATE SCRAM-SHA-256 b!ws", "a1 BAD this is not base64");
            peer.say("b AUTHENTICATE SCRAM-SHA-256 " + client.first());
            peer.say(client.last(challenge(peer)));
            assertTrue(client.isAnsweredBy(challenge(peer)));
            // Proved, and then it says something that there is nothing to say about.
            peer.ask("AQ==", "b NO [AUTHENTICATIONFAILED] name or password are wrong");
            peer.ask("c SELECT INBOX", "c BAD *");
            read(peer, ANNA, ORDINARY, false);
            read(peer, "nobody@mapleclinic.example", phone, false);
        }
        try (SmtpPeer peer = sending()) {
            peer.ask("EHLO phone", "250 *");
            peer.ask("AUTH SCRAM-SHA-256 *biws", "501 *");
            String bound = ScramClient.base64("p=tls-exporter,,n=" + ANNA + ",r=x");
            peer.ask("AUTH SCRAM-SHA-256 " + bound, "535 *");
            // Proved, and taken back by the client, which did not know the server.
            peer.say("AUTH SCRAM-SHA-256 " + client.first());
            peer.say(client.last(challenge(peer)));
            challenge(peer);
            peer.ask("*", "501 *");
            peer.ask("MAIL FROM:<" + ANNA + ">", "530 *");
        }
    }

    /// isync, by Cyrus SASL.
    @Test
    void mbsyncProvesIt() throws Exception {
        withScram();
        String phone = AppPasswordStory.made(clinic, ANNA);
        assertEquals(0, mbsync("good", phone));
        assertTrue(Files.isDirectory(home.resolve("good/INBOX")), "no INBOX");
        assertFalse(mbsync("bad", phone.replaceFirst("app-.", "app-1")) == 0);
    }

    private int mbsync(String folder, String secret) throws Exception {
        Path mail = Files.createDirectory(home.resolve(folder));
        Path settings =
                settings(
                        folder + ".mbsyncrc",
                        """
                        IMAPAccount clinic
                        Host localhost
                        Port %d
                        User %s
                        Pass "%s"
                        AuthMechs SCRAM-SHA-256
                        SSLType IMAPS
                        SystemCertificates no
                        CertificateFile %s

                        IMAPStore far
                        Account clinic

                        MaildirStore near
                        Path %s/
                        Inbox %s/INBOX

                        Channel all
                        Far :far:
                        Near :near:
                        Patterns INBOX
                        Create Near
                        Sync Pull
                        """
                                .formatted(imaps, ANNA, secret, clinic.clinic().ca(), mail, mail));
        return run(List.of(Peers.program("mbsync").toString(), "-c", settings.toString(), "all"));
    }

    /// mutt, by GNU SASL, sends.
    @Test
    void muttProvesItToSubmission() throws Exception {
        withScram();
        String phone = AppPasswordStory.made(clinic, ANNA);
        Path settings =
                settings(
                        "muttrc",
                        """
                        set smtp_url = "smtp://%s@localhost:%d/"
                        set smtp_pass = "%s"
                        set smtp_authenticators = "scram-sha-256"
                        set ssl_starttls = yes
                        set ssl_force_tls = yes
                        set ssl_ca_certificates_file = "%s"
                        set certificate_file = "%s"
                        set from = "%s"
                        set use_envelope_from = yes
                        set envelope_from_address = "%s"
                        set copy = no
                        """
                                .formatted(
                                        ANNA.replace("@", "%40"),
                                        clinic.clinic().ports().submission(),
                                        phone,
                                        clinic.clinic().ca(),
                                        home.resolve("nobody-was-accepted-by-hand"),
                                        ANNA,
                                        ANNA));
        List<String> command =
                List.of(
                        Peers.program("mutt").toString(),
                        "-F",
                        settings.toString(),
                        "-s",
                        "scram",
                        MARIA);
        assertEquals(0, run(command));
        await(
                "a notice",
                () -> sink.taken().stream().anyMatch(it -> it.recipients().contains(MARIA)));
    }

    private Path settings(String name, String text) throws IOException {
        Path file = home.resolve(name);
        Files.writeString(file, text, UTF_8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private int run(List<String> command) throws Exception {
        Path said = home.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(said.toFile());
        builder.environment().put("HOME", home.toString());
        Process process = builder.start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended, Files.readString(said));
        return process.exitValue();
    }
}
