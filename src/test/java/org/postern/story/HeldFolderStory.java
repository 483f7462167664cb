package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.story.DeskBrowser.Page;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.SmtpSink;
import org.postern.vault.PasswordHash;

/// Held mail in the mail programs of those who decide and of who wrote it: what they see, what is
/// written down, and what a move lets go.
class HeldFolderStory {
    private static final String LEE = "lee.park@mapleclinic.example";
    private static final String LEE_PASSWORD = "lee-decides-1";
    private static final String SAM_PASSWORD = "another long demo password";

    private static final String RULES =
            """
              - name: two look
                when: { recipient: { domain: two.example } }
                then: { hold: { reason: "Two.", approvers: lists/two.txt, two-people: true } }
              - name: once
                when: { recipient: { domain: again.example } }
                then: { hold: { reason: "Once.", approvers: lists/privacy.txt } }
              - name: once more
                when: { recipient: { domain: again.example } }
                then: { hold: { reason: "Once more.", approvers: lists/privacy.txt } }
              - name: with a copy
                when: { recipient: { domain: copied.example } }
                then: { deliver: unprotected, bcc: archive@keeper.example }
              - name: copies wait
                when: { recipient: { domain: keeper.example } }
                then: { hold: { reason: "A copy.", approvers: lists/privacy.txt } }
              - name: looked at first
                when: { recipient: { domain: homemail.example } }
                then: { hold: { reason: "One.", approvers: lists/privacy.txt } }
            """;

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;
    private int imap;

    @BeforeEach
    void open() throws IOException {
        sink = SmtpSink.start();
        clinic = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none");
        clinic.rules(RULES);
        Path config = clinic.clinic().config();
        Path lists = Files.createDirectories(config.resolve("lists"));
        Files.writeString(lists.resolve("privacy.txt"), SAM + "\n");
        Files.writeString(lists.resolve("two.txt"), String.join("\n", ANNA, SAM, LEE) + "\n");
        Files.writeString(
                clinic.clinic().data().resolve("users"),
                LEE + ":" + PasswordHash.of(LEE_PASSWORD.toCharArray(), new SecureRandom()) + "\n",
                StandardOpenOption.APPEND);
        imap = clinic.imap();
        clinic.open();
    }

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
    }

    private String annaWrites(String to) throws Exception {
        return annaWrites(to, to);
    }

    /// @param held the recipient for whom it is held
    private String annaWrites(String to, String held) throws Exception {
        String reply;
        try (MailClient client = clinic.submission()) {
            reply =
                    client.send(
                            to,
                            """
                            From: Anna Reyes <%s>
                            To: <%s>
                            Message-ID: <held@mapleclinic.example>
                            Subject: canarysubject

                            canarybody
                            """
                                    .formatted(ANNA, to)
                                    .replace("\n", "\r\n"));
        }
        clinic.awaitAudit(held, "held (none)");
        return reply.substring(reply.lastIndexOf(' ') + 1);
    }

    private ImapPeer reading(String who, String password) throws Exception {
        ImapPeer peer = ImapPeer.secured(imap, RunningClinic.trusting(clinic.clinic()));
        peer.ask("LOGIN " + who + " \"" + password + "\"");
        peer.ask("SELECT Held");
        return peer;
    }

    private ImapPeer anna() throws Exception {
        return reading(ANNA, "a long demo password");
    }

    private static String refused(ImapPeer peer, String command) throws IOException {
        String answer = peer.any(command, new ArrayList<>());
        assertTrue(answer.startsWith("NO ["), command + ": " + answer);
        return answer;
    }

    private long audited(String... words) {
        return clinic.audit().stream()
                .filter(line -> List.of(words).stream().allMatch(line::contains))
                .count();
    }

    private boolean isNotified() {
        return sink.taken().stream().anyMatch(it -> it.recipients().contains(MARIA));
    }

    @Test
    void aMoveLetsItGo() throws Exception {
        String id = annaWrites(MARIA);
        try (ImapPeer sam = reading(SAM, SAM_PASSWORD);
                ImapPeer anna = anna();
                ImapPeer lee = reading(LEE, LEE_PASSWORD)) {
            assertTrue(sam.ask("LIST \"\" Rel*").toString().contains("Release"));
            assertEquals(List.of("* 1 FETCH (UID 1)\r\n"), sam.ask("FETCH 1 UID"));
            assertEquals(0, audited(id, "look by " + SAM));
            String envelope = sam.ask("FETCH 1 ENVELOPE").toString();
            assertTrue(envelope.contains("canarysubject"), envelope);
            assertEquals(1, audited(id, "look by " + SAM));
            assertTrue(sam.ask("FETCH 1 BODY[]").toString().contains("canarybody"));
            assertEquals(1, audited(id, "look by " + SAM), "once in a session");

            // She wrote it, and may look; nobody asks her.
            assertTrue(anna.ask("FETCH 1 BODY[TEXT]").toString().contains("canarybody"));
            assertEquals(1, audited(id, "look by " + ANNA));
            assertEquals(List.of(), lee.ask("UID FETCH 1:* FLAGS"), "nothing of hers");

            // Nor can she let it go: she has no such folder, and it stays.
            String mine = refused(anna, "MOVE 1 Release");
            assertTrue(mine.startsWith("NO [NOPERM]") && mine.contains("not asked"), mine);
            assertEquals(1, audited(id, "release-refused by " + ANNA));
            assertEquals(List.of("* 1 FETCH (UID 1)\r\n"), anna.ask("FETCH 1 UID"));

            refused(sam, "COPY 1 Archive");
            refused(sam, "MOVE 1 Trash");
            refused(sam, "STORE 1 +FLAGS (\\Deleted)");
            sam.ask("EXPUNGE");
            refused(sam, "APPEND Held {2+}\r\nab");
            refused(sam, "APPEND Release {2+}\r\nab");
            refused(sam, "CREATE Held");
            assertFalse(isNotified());

            anna.send("i IDLE\r\n");
            anna.response();
            assertEquals(List.of("* 1 EXPUNGE\r\n"), sam.ask("UID MOVE 1 Release"));
            assertEquals("* 1 EXPUNGE\r\n", anna.response());
        }
        await("a notice", this::isNotified);
        assertEquals(1, audited(id, "release by " + SAM));
    }

    /// A folder that is open is hers no longer than she is asked, and what another rule holds did
    /// not go.
    @Test
    void listsAndRulesCountAsTheyAreNow() throws Exception {
        String id = annaWrites("x@again.example");
        Path lists = clinic.clinic().config().resolve("lists");
        try (ImapPeer sam = reading(SAM, SAM_PASSWORD);
                ImapPeer lee = reading(LEE, LEE_PASSWORD)) {
            sam.send("i IDLE\r\n");
            sam.response();
            lee.send("i IDLE\r\n");
            lee.response();
            Files.writeString(lists.resolve("privacy.txt"), LEE + "\n");
            assertEquals("* 1 EXPUNGE\r\n", sam.response());
            assertEquals("* 1 EXISTS\r\n", lee.response());
        }
        try (ImapPeer lee = reading(LEE, LEE_PASSWORD)) {
            String again = refused(lee, "MOVE 1 Release");
            assertTrue(again.contains("held still") && again.contains("let go: 0"), again);
            assertEquals(1, audited(id, "held by another rule"));
            // What this rule says of it she sees anew, and lets it go.
            lee.ask("NOOP");
            assertEquals(List.of("* 1 EXPUNGE\r\n"), lee.ask("MOVE 1 Release"));
        }
        assertEquals(2, audited(id, "release by " + LEE));
    }

    /// A copy that a rule makes is decided about as any mail, and its author does not hear of it.
    @Test
    void ofACopyItsAuthorSeesNothing() throws Exception {
        annaWrites("x@copied.example", "archive@keeper.example");
        try (ImapPeer anna = anna();
                ImapPeer sam = reading(SAM, SAM_PASSWORD)) {
            assertEquals(List.of(), anna.ask("UID FETCH 1:* FLAGS"));
            assertEquals(List.of("* 1 FETCH (UID 1)\r\n"), sam.ask("FETCH 1 UID"));
            assertEquals("* 1 EXPUNGE\r\n", sam.ask("MOVE 1 Release").getFirst());
            // Nothing can protect it, so it comes back, and is another message of the folder.
            await("the copy to be held again", () -> isAnswered(sam, "FETCH 1 UID", "UID 2"));
        }
    }

    /// She may decide, and her telephone shows what waits; whoever finds it lets nothing go.
    @Test
    void whoeverFindsATelephoneLetsNothingGo() throws Exception {
        String id = annaWrites(MARIA);
        String phone = AppPasswordStory.made(clinic, SAM);
        try (ImapPeer found = reading(SAM, phone)) {
            assertTrue(found.ask("FETCH 1 BODY[]").toString().contains("canarybody"));
            for (String verb : List.of("UID MOVE 1", "COPY 1")) {
                String answer = refused(found, verb + " Release");
                assertTrue(answer.startsWith("NO [NOPERM]") && answer.contains("device"), answer);
            }
            assertEquals(List.of("* 1 FETCH (UID 1)\r\n"), found.ask("FETCH 1 UID"));
        }
        assertEquals(2, audited(id, "release-refused by " + SAM));
        assertFalse(isNotified());
        try (ImapPeer desk = reading(SAM, SAM_PASSWORD)) {
            assertEquals(List.of("* 1 EXPUNGE\r\n"), desk.ask("UID MOVE 1 Release"));
        }
    }

    /// Who is no user any more, or has another password, is out of the pages at once.
    @Test
    void aPageEndsWithThePassword() throws Exception {
        String id = annaWrites(MARIA);
        Path users = clinic.clinic().data().resolve("users");
        try (DeskBrowser page = new DeskBrowser(clinic.clinic().pickupUrl())) {
            page.signIn("", SAM, SAM_PASSWORD);
            assertTrue(page.get("/held/" + id).text().contains("canarysubject"));
            Files.writeString(
                    users, Files.readString(users).replaceAll("(?m)^" + SAM + ":.*\n", ""));
            await("her seat to be empty", () -> !isShown(page, id));
        }
    }

    private static boolean isShown(DeskBrowser page, String id) {
        try {
            return page.get("/held/" + id).text().contains("canarysubject");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static boolean isAnswered(ImapPeer peer, String command, String words) {
        List<String> said = new ArrayList<>();
        try {
            peer.any(command, said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return said.toString().contains(words);
    }

    /// Who wrote it may not, one alone cannot, and where page and mail program decide at once, one
    /// of them is first.
    @Test
    void twoPeopleAgreeOnceByPageOrMailProgram() throws Exception {
        String id = annaWrites("x@two.example");
        try (ImapPeer anna = anna();
                ImapPeer sam = reading(SAM, SAM_PASSWORD);
                ImapPeer lee = reading(LEE, LEE_PASSWORD);
                DeskBrowser page = new DeskBrowser(clinic.clinic().pickupUrl())) {
            String own = refused(anna, "MOVE 1 Release");
            assertTrue(own.startsWith("NO [NOPERM]") && own.contains("you wrote it"), own);
            for (int i = 0; i < 2; i++) {
                String noted = refused(sam, "COPY 1 Release");
                assertTrue(noted.contains("somebody else has to agree"), noted);
            }
            page.signIn("", LEE, LEE_PASSWORD);
            Page seen = page.get("/held/" + id);
            try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Boolean>> acts =
                        List.of(
                                () ->
                                        page.decide(id, seen, Map.of("act", "release")).status()
                                                == 200,
                                () ->
                                        lee.any("UID MOVE 1 Release", new ArrayList<>())
                                                .startsWith("OK let go: 1"));
                List<Boolean> first = new ArrayList<>();
                for (Future<Boolean> each : both.invokeAll(acts)) {
                    first.add(each.get());
                }
                first.sort(null);
                assertEquals(List.of(false, true), first, "one was first");
            }
            sam.ask("NOOP");
            assertEquals(List.of(), sam.ask("UID FETCH 1:* FLAGS"));
        }
        assertEquals(1, audited(id, "release by " + LEE));
    }
}
