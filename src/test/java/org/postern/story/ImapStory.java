package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.PickupWalk;
import org.postern.testkit.SmtpPeer;

/// A clinician reads the secure mailbox in her own mail program: what a patient answers on the page
/// comes to it while it is connected.
class ImapStory {
    private static final String ANSWER = "Thank you, the knee is better.";

    @TempDir Path home;
    private MailDesk desk;

    @BeforeEach
    void open() throws IOException {
        desk = MailDesk.open(home);
    }

    @AfterEach
    void close() throws IOException {
        desk.close();
    }

    private SmtpPeer idling(String folder) throws Exception {
        SmtpPeer peer = SmtpPeer.connect(desk.imap());
        peer.line();
        peer.say("a STARTTLS");
        peer.line();
        peer.startTls(RunningClinic.trusting(desk.clinic().clinic()));
        peer.say(
                "b LOGIN " + ANNA + " \"" + MailDesk.PASSWORD + "\"",
                "c SELECT " + folder,
                "d IDLE");
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
        desk.annaWrites("knee");
        try (PickupWalk walk = new PickupWalk(URI.create(desk.clinic().clinic().pickupUrl()));
                SmtpPeer peer = idling("INBOX")) {
            PickupWalk.Page page = desk.mariaReads(walk);
            assertEquals(200, walk.reply(page, ANSWER).status());
            awaitLine(peer, "\\* 1 EXISTS");
        }
        byte[] answer = desk.curl("INBOX;UID=1");
        assertTrue(new String(answer, StandardCharsets.UTF_8).contains(ANSWER));
        assertEquals(body(delivered()), body(new String(answer, StandardCharsets.ISO_8859_1)));
        String sent = new String(desk.curl("Sent;UID=1"), StandardCharsets.UTF_8);
        assertTrue(sent.contains("How is the knee?"), sent);
    }

    /// Nobody asks: what became of it is told as it happens.
    @Test
    void aMailProgramSeesThatAPatientReadsAndAnswers() throws Exception {
        desk.annaWrites("knee");
        await("a notice", () -> desk.notices().size() > 0);
        try (PickupWalk walk = new PickupWalk(URI.create(desk.clinic().clinic().pickupUrl()));
                SmtpPeer peer = idling("Sent")) {
            PickupWalk.Page page = desk.mariaReads(walk);
            awaitLine(peer, "\\* 1 FETCH \\(UID 1 FLAGS \\(\\\\Seen \\$Read .*");
            assertEquals(200, walk.reply(page, ANSWER).status());
            awaitLine(peer, "\\* 1 FETCH \\(UID 1 FLAGS \\(\\\\Seen \\$Read \\$Replied.*");
        }
        String sent = new String(desk.curl("Sent;UID=1"), StandardCharsets.UTF_8);
        assertTrue(sent.contains("How is the knee?"), sent);
        desk.clinic().awaitAudit("read in a mail program by " + ANNA);
    }

    /// By the code that obeys one word in a reply to a receipt.
    @Test
    void keywordsRemindAndTakeBack() throws Exception {
        desk.annaWrites("knee");
        await("a notice", () -> desk.notices().size() == 1);
        store("$Remind");
        await("a new link", () -> desk.notices().size() == 2);
        desk.clinic().awaitAudit("reminded", ANNA);
        store("$Recall");
        desk.clinic().awaitAudit("recalled", ANNA);
        await("word of both", () -> toAnna("About your message") == 2);
        String left = new String(ask("Sent", "STATUS Sent (MESSAGES)"), StandardCharsets.US_ASCII);
        assertTrue(left.contains("(MESSAGES 0)"), left);
    }

    private void store(String keyword) throws Exception {
        ask("Sent", "UID STORE 1 +FLAGS (" + keyword + ")");
    }

    private long toAnna(String subject) {
        return desk.taken().stream()
                .filter(it -> it.recipients().contains(ANNA))
                .filter(it -> it.field("Subject").contains(subject))
                .count();
    }

    /// Each kind of program asks in its own way, and hears of the port that is open.
    @Test
    void mailProgramsSetThemselvesUp() throws Exception {
        URI pages = URI.create(desk.clinic().clinic().pickupUrl());
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
                                            "<Autodiscover><Request><EMailAddress>"
                                                    + ANNA
                                                    + "</EMailAddress></Request></Autodiscover>"))
                            .build();
            HttpResponse<String> answer = browser.send(outlook, BodyHandlers.ofString());
            told(answer);
            assertTrue(answer.body().contains("<LoginName>" + ANNA + "<"), answer.body());
        }
    }

    private void told(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.uri().getPath());
        assertTrue(answer.body().contains(">" + desk.imaps() + "<"), answer.body());
    }

    /// What the clinic's own server was given, which has a trace on top.
    private String delivered() {
        return desk.taken().stream()
                .filter(it -> it.recipients().contains(ANNA))
                .filter(it -> it.text().contains(ANSWER))
                .map(it -> new String(it.content(), StandardCharsets.ISO_8859_1))
                .findFirst()
                .orElseThrow();
    }

    private static String body(String mail) {
        return mail.substring(mail.indexOf("\r\n\r\n"));
    }

    private byte[] ask(String folder, String command) throws Exception {
        return desk.curl(folder, "--request", command);
    }
}
