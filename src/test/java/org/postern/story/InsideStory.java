package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.PickupWalk;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.testkit.FakeZone;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;
import org.postern.testkit.TestAuthority;

/// Mail to the clinic's people by policy: to the clinic's server, into the secure mailbox that
/// their mail programs read, or both. What came encrypted is opened in each.
class InsideStory {
    private static final Identity SAMS = TestAuthority.create().person(SAM, KeyKind.RSA_2048);
    private static final Pattern LINK = Pattern.compile("(http://localhost:\\d+/m/[\\w-]{43})");
    private static final String ANSWER = "Thank you, the knee is better.";

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;
    private int imap;

    @BeforeEach
    void stage() throws IOException {
        sink = SmtpSink.start();
        clinic = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none");
        clinic.names(new FakeZone());
        Path keys = clinic.clinic().data().resolve("keys");
        Keyring.of(
                        new Keyring.Places(
                                keys.resolve("smime"),
                                keys.resolve("password"),
                                keys.resolve("../crl"),
                                "Maple Clinic"),
                        Clock.systemUTC())
                .add(new Owner.Person(Address.of(SAM)), SAMS);
    }

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
    }

    private void openImap() throws IOException {
        imap = clinic.imap();
    }

    private void inside(String word) throws IOException {
        clinic.rules(
                """
                  - name: inside
                    when: { recipient: { domain: mapleclinic.example } }
                    then: { deliver: %s }
                """
                        .formatted(word));
        clinic.open();
    }

    private void encryptedComesFor(String recipient) throws IOException {
        String outer =
                "From: Chidi <%s>\r\nTo: %s\r\nSubject: [...]\r\nMessage-ID: <in@b.example>\r\n"
                        .formatted(CHIDI, recipient);
        String inner = "Content-Type: text/plain\r\n\r\ncanarybody\r\n";
        try (MailClient stranger = MailClient.greeted(clinic.clinic().ports().inbound())) {
            String message = outer + SmimeMail.gcm(inner, SAMS);
            String reply = stranger.offer(List.of(recipient), message);
            assertTrue(reply.startsWith("250 2.0.0 Ok: queued as"), reply);
        }
    }

    /// All that lies in somebody's INBOX, read in a mail program.
    private List<String> inbox(String who, String password) throws Exception {
        try (ImapPeer peer = ImapPeer.secured(imap, RunningClinic.trusting(clinic.clinic()))) {
            peer.ask("LOGIN " + who + " \"" + password + "\"");
            peer.ask("SELECT INBOX");
            return peer.ask("UID FETCH 1:* (FLAGS BODY.PEEK[])").stream()
                    .filter(it -> it.contains(" FETCH "))
                    .toList();
        }
    }

    private List<String> sams() throws Exception {
        return inbox(SAM, "another long demo password");
    }

    private List<Taken> atServer(String recipient) {
        return sink.taken().stream().filter(it -> it.recipients().contains(recipient)).toList();
    }

    @Test
    void toTheServer() throws Exception {
        openImap();
        inside("internal");
        encryptedComesFor(SAM);
        clinic.awaitAudit(SAM, "relayed (internal)", "encrypted");
        assertTrue(MailText.of(atServer(SAM).getFirst().content()).contains("canarybody"));
        assertEquals(List.of(), sams());
    }

    @Test
    void intoTheMailbox() throws Exception {
        openImap();
        inside("mailbox");
        encryptedComesFor(SAM);
        clinic.awaitAudit(SAM, "waits in the secure mailbox (mailbox)", "encrypted");
        String letter = sams().toString();
        assertTrue(letter.contains("canarybody"), letter);
        assertTrue(letter.contains("Return-Path: <" + ANNA + ">\r\n"), letter);
        assertTrue(letter.contains("X-Postern-Smime: encrypted"), letter);
        clinic.awaitEmptySpool();
        assertEquals(List.of(), atServer(SAM));
        // The others' mailboxes have nothing of it, and reading is in the audit.
        assertEquals(List.of(), inbox(ANNA, "a long demo password"));
        clinic.awaitAudit("read in a mail program by " + SAM);
    }

    /// Mail by SMTPUTF8: a program that has switched on UTF-8 reads it as it came, another one its
    /// surrogate (RFC 6858), and either the same each time.
    @Test
    void mailInUtf8IsShownAsEachProgramCanReadIt() throws Exception {
        openImap();
        inside("mailbox");
        String fields =
                utf8(
                        """
                        From: Jos\u00e9 <jos\u00e9@b.example>
                        To: %s
                        Subject: Gr\u00fc\u00dfe
                        """
                                .replace("\n", "\r\n")
                                .formatted(SAM));
        String body = utf8("\r\ncanary b\u00f6dy\r\n");
        try (MailClient stranger = MailClient.greeted(clinic.clinic().ports().inbound())) {
            String from = utf8("jos\u00e9@b.example");
            stranger.command("MAIL FROM:<" + from + "> SMTPUTF8 BODY=8BITMIME", "250");
            stranger.command("RCPT TO:<" + SAM + ">", "250");
            stranger.command("DATA", "354");
            stranger.command(fields + body + ".", "250");
        }
        clinic.awaitAudit(SAM, "waits in the secure mailbox (mailbox)");
        String all = "UID FETCH 1:* (RFC822.SIZE BODY.PEEK[])";
        String surrogate = said("NOOP", all);
        assertTrue(surrogate.contains("<invalid@internationalized-address.invalid>"), surrogate);
        assertTrue(surrogate.contains("Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n"), surrogate);
        assertTrue(surrogate.contains(body), surrogate);
        String header = surrogate.substring(0, surrogate.indexOf("\r\n\r\n"));
        assertTrue(header.chars().allMatch(c -> c < 0x80), header);
        assertSized(surrogate);
        String whole = said("ENABLE UTF8=ACCEPT", all);
        assertTrue(whole.contains(fields), whole);
        assertTrue(whole.contains(body), whole);
        assertSized(whole);
        assertEquals(whole, said("ENABLE IMAP4rev2", all));
        assertEquals(surrogate, said("NOOP", all));
        assertTrue(said("NOOP", "UID FETCH 1 RFC822.SIZE").contains(size(surrogate)));
    }

    /// As octets.
    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private String said(String first, String fetch) throws Exception {
        try (ImapPeer peer = ImapPeer.secured(imap, RunningClinic.trusting(clinic.clinic()))) {
            peer.ask("LOGIN " + SAM + " \"another long demo password\"");
            peer.ask(first);
            peer.ask("EXAMINE INBOX");
            return peer.ask(fetch).getFirst();
        }
    }

    private static String size(String answer) {
        Matcher size = Pattern.compile("RFC822\\.SIZE ([0-9]+)").matcher(answer);
        assertTrue(size.find(), answer);
        return size.group(1);
    }

    private static void assertSized(String answer) {
        assertTrue(answer.contains("BODY[] {" + size(answer) + "}"), answer);
    }

    /// The archive gets what came, and the decision; her mailbox what was opened.
    @Test
    void theJournalHoldsWhatCameAndHerMailboxWhatWasOpened() throws Exception {
        openImap();
        clinic.rules(
                """
                  - name: archive
                    when: { recipient: { address: journal@mapleclinic.example } }
                    then: { deliver: internal }
                  - name: inside
                    when: { recipient: { domain: mapleclinic.example } }
                    then: { deliver: mailbox, journal: journal@mapleclinic.example }
                """);
        clinic.open();
        encryptedComesFor(SAM);
        clinic.awaitAudit(SAM, "waits in the secure mailbox (mailbox)", "encrypted");
        await("the report", () -> !atServer("journal@mapleclinic.example").isEmpty());
        Taken taken = atServer("journal@mapleclinic.example").getFirst();
        assertEquals("", taken.reversePath());
        String report = taken.text();
        assertTrue(report.contains("Sender: " + ANNA + "\r\n"), report);
        assertTrue(report.contains("To: " + SAM + "\r\n"), report);
        assertTrue(report.contains("Decision: " + SAM + ": deliver: mailbox"), report);
        assertTrue(report.contains("smime-type=authEnveloped-data"), report);
        assertFalse(report.contains("canarybody"), report);
        assertTrue(sams().toString().contains("canarybody"));
        clinic.awaitEmptySpool();
        assertEquals(1, sams().size(), "the report is not among her mail");
    }

    @Test
    void both() throws Exception {
        openImap();
        inside("both");
        encryptedComesFor(SAM);
        clinic.awaitAudit(SAM, "relayed (both)", "encrypted");
        assertTrue(MailText.of(atServer(SAM).getFirst().content()).contains("canarybody"));
        List<String> letters = sams();
        assertEquals(1, letters.size());
        assertTrue(letters.getFirst().contains("canarybody"), letters.getFirst());
    }

    /// A patient's answer lies in the secure mailbox in any case, and once.
    @Test
    void aPatientsAnswerStaysInTheMailbox() throws Exception {
        openImap();
        inside("mailbox");
        try (MailClient client = clinic.submission()) {
            client.send(
                    MARIA,
                    "From: Anna <%s>\r\nTo: <%s>\r\nSubject: knee\r\n\r\nHow is the knee?\r\n"
                            .formatted(ANNA, MARIA));
        }
        await("a notice", () -> !atServer(MARIA).isEmpty());
        Matcher link = LINK.matcher(MailText.of(atServer(MARIA).getLast().content()));
        assertTrue(link.find(), "the notice has a link");
        try (PickupWalk walk = new PickupWalk(URI.create(clinic.clinic().pickupUrl()))) {
            PickupWalk.Page page = walk.answer(walk.open(URI.create(link.group(1))), "1972-04-09");
            assertEquals(200, walk.reply(page, ANSWER).status());
        }
        clinic.awaitAudit(ANNA, "waits in the secure mailbox (mailbox)");
        List<String> letters = inbox(ANNA, "a long demo password");
        assertEquals(1, letters.size(), letters.toString());
        assertTrue(letters.getFirst().contains(ANSWER), letters.getFirst());
        clinic.awaitEmptySpool();
        for (Taken taken : atServer(ANNA)) {
            assertFalse(MailText.of(taken.content()).contains(ANSWER), "at the clinic's server");
        }
    }

    /// Nobody could read it there: it waits for a person, and is not lost in a room without a door.
    @Test
    void withoutADoorItWaits() throws Exception {
        inside("mailbox");
        encryptedComesFor(SAM);
        clinic.awaitAudit(SAM, "held (mailbox)");
        assertEquals(1, clinic.queued());
    }
}
