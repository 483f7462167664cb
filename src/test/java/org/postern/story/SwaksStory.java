package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.SampleClinic;
import org.postern.testkit.Peers;
import org.postern.testkit.SmtpSink.Taken;

/// swaks submits as the README tells people to, and as they should not.
class SwaksStory {
    private static final String PASSWORD = "a long demo password";

    /// What swaks exits with, by its manual.
    private static final int NO_AUTHENTICATION = 28;

    private static final int RECIPIENT_REFUSED = 24;

    @TempDir Path home;

    private Path program;
    private RunningClinic running;

    /// One run of swaks.
    ///
    /// @param said the whole dialogue, the client's lines behind `->` or `~>`
    private record Dialogue(int exit, String said) {
        void succeeded() {
            assertEquals(0, exit, said);
        }
    }

    @BeforeEach
    void open() throws IOException {
        program = Peers.program("swaks");
        running = RunningClinic.start(home, Clock.systemUTC());
    }

    @AfterEach
    void close() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void submitsOverStartTlsByPlain() throws Exception {
        Dialogue dialogue = swaks(ports().submission(), SAM, login("--tls", "PLAIN", PASSWORD));
        dialogue.succeeded();
        assertTrue(dialogue.said().contains("~> AUTH PLAIN "), dialogue.said());
        assertTrue(taken(SAM).text().contains("Words of swaks"));
    }

    @Test
    void submitsOverStartTlsByLogin() throws Exception {
        Dialogue dialogue = swaks(ports().submission(), CHIDI, login("--tls", "LOGIN", PASSWORD));
        dialogue.succeeded();
        assertTrue(dialogue.said().contains("~> AUTH LOGIN"), dialogue.said());
        Taken copy = taken(CHIDI);
        assertEquals("[...]", copy.field("Subject"));
        assertFalse(copy.text().contains("Words of swaks"), copy.text());
    }

    @Test
    void submitsOverTlsFromTheFirstOctet() throws Exception {
        swaks(ports().submissions(), SAM, login("--tls-on-connect", "PLAIN", PASSWORD)).succeeded();
        assertTrue(taken(SAM).text().contains("Words of swaks"));
    }

    @Test
    void aWrongPasswordOpensNothing() throws Exception {
        for (String mechanism : List.of("PLAIN", "LOGIN")) {
            Dialogue dialogue =
                    swaks(ports().submission(), SAM, login("--tls", mechanism, "a guess"));
            assertEquals(NO_AUTHENTICATION, dialogue.exit(), dialogue.said());
            assertTrue(dialogue.said().contains("535 5.7.8 "), dialogue.said());
        }
        nothingLeft();
    }

    @Test
    void withoutALoginNothingIsSubmitted() throws Exception {
        Dialogue dialogue = swaks(ports().submission(), SAM, List.of("--tls"));
        assertNotEquals(0, dialogue.exit(), dialogue.said());
        assertTrue(dialogue.said().contains("530 5.7.0 "), dialogue.said());
        nothingLeft();
    }

    @Test
    void passwordsAreAskedForUnderTlsOnly() throws Exception {
        Dialogue dialogue =
                swaks(
                        ports().submission(),
                        SAM,
                        List.of(
                                "--auth",
                                "PLAIN",
                                "--auth-user",
                                ANNA,
                                "--auth-password",
                                PASSWORD));
        assertEquals(NO_AUTHENTICATION, dialogue.exit(), dialogue.said());
        assertTrue(dialogue.said().contains("250-STARTTLS") || has(dialogue, "250 STARTTLS"));
        assertFalse(has(dialogue, "250-AUTH") || has(dialogue, "250 AUTH"), dialogue.said());
        // A client that does not care what is offered.
        try (MailClient careless = MailClient.greeted(ports().submission())) {
            careless.command("AUTH PLAIN AGEAYg==", "538");
            careless.command("AUTH LOGIN", "538");
            careless.command("MAIL FROM:<" + ANNA + ">", "530");
        }
        nothingLeft();
    }

    @Test
    void strangersAreServedForTheClinicsOwnDomainsOnly() throws Exception {
        Dialogue relaying =
                swaks(ports().inbound(), "somebody@elsewhere.example", List.of("--tls"));
        assertEquals(RECIPIENT_REFUSED, relaying.exit(), relaying.said());
        assertTrue(relaying.said().contains("550 5.7.1 "), relaying.said());
        nothingLeft();
        swaks(ports().inbound(), SAM, List.of("--tls")).succeeded();
        assertTrue(taken(SAM).text().contains("Words of swaks"));
    }

    private static boolean has(Dialogue dialogue, String words) {
        return dialogue.said().contains(words);
    }

    private SampleClinic.Ports ports() {
        return running.clinic().ports();
    }

    private static List<String> login(String tls, String mechanism, String password) {
        return List.of(tls, "--auth", mechanism, "--auth-user", ANNA, "--auth-password", password);
    }

    private Dialogue swaks(int port, String recipient, List<String> more) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program.toString(),
                                "--server",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(port),
                                "--ehlo",
                                "desk.mapleclinic.example",
                                "--from",
                                ANNA,
                                "--to",
                                recipient,
                                "--header",
                                "Subject: From swaks",
                                "--body",
                                "Words of swaks",
                                "--tls-verify",
                                "--tls-ca-path",
                                running.clinic().ca().toString()));
        command.addAll(more);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return new Dialogue(process.waitFor(), said);
    }

    private Taken taken(String recipient) {
        await("mail for " + recipient, () -> !running.sink().taken().isEmpty());
        Taken taken = running.sink().taken().getFirst();
        assertEquals(List.of(recipient), taken.recipients());
        assertEquals(ANNA, taken.reversePath());
        return taken;
    }

    /// Nothing was taken, so nothing can come later.
    private void nothingLeft() {
        assertEquals(List.of(), running.sink().taken());
        assertEquals(Set.of(), StagedClinic.queuedIn(running.clinic()));
    }
}
