package org.postern.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.beside.Clinic;
import org.postern.beside.Spills;
import org.postern.beside.Verdicts;
import org.postern.entrance.Where;
import org.postern.incoming.Incoming;
import org.postern.incoming.LyingMail;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.Domain;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.net.PeerProof;
import org.postern.net.TlsTrust;
import org.postern.origin.OwnFields;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.store.Database;
import org.postern.testkit.DovecotPeer;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;
import org.postern.testkit.TestVault;

/// The clinic's own folders in a real Dovecot, as a mail program sees them beside the secure ones.
class ClinicFoldersTest {
    private static final String OWNER = "anna@clinic.example";

    /// Of one user from one address, as Dovecot comes.
    private static final int CONNECTIONS_MAX = 10;

    /// Of all open folders, one of which is left for those that are open.
    private static final int MESSAGES_MAX = 13;

    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity ANN = AUTHORITY.person("ann@partner.example", KeyKind.RSA_2048);
    private static final Identity ANNAS = AUTHORITY.person(OWNER, KeyKind.RSA_2048);
    private static final Identity LEES = AUTHORITY.person("lee@clinic.example", KeyKind.RSA_2048);
    private static final SSLContext TRUSTING =
            TestTls.client(List.of(AUTHORITY.authority().certificate()));
    private static final Domain GATEWAY = new Domain("gate.clinic.example");
    private static final String FROM = SmimeMail.from("ann@partner.example");
    private static final String SECRET_TEXT = "Content-Type: text/plain\r\n\r\ncanarybody\r\n";
    private static final String PLAIN =
            """
            From: Bob <bob@partner.example>\r
            Subject: Coffee\r
            Date: Thu, 15 Jan 2026 09:00:00 +0000\r
            \r
            At four?\r
            """;

    @TempDir Path home;

    private DovecotPeer dovecot;
    private ImapWorld world;

    @BeforeEach
    void start() throws Exception {
        dovecot =
                DovecotPeer.start(
                        AUTHORITY.server("localhost"), OWNER, ImapWorld.SECRET, CONNECTIONS_MAX);
        world = new ImapWorld(home, limits -> limits, (database, _) -> clinic(database));
    }

    @AfterEach
    void stop() throws IOException {
        world.close();
        dovecot.close();
    }

    private Optional<Clinic> clinic(Database database) throws IOException {
        ManualClock clock = new ManualClock(TestAuthority.NOW);
        Files.createDirectories(home.resolve("keys"));
        Files.writeString(home.resolve("keys/password"), "one long secret\n");
        Keyring keyring =
                Keyring.of(
                        new Keyring.Places(
                                home.resolve("keys/smime"),
                                home.resolve("keys/password"),
                                home.resolve("keys/crl"),
                                "Our Clinic"),
                        clock);
        keyring.add(new Owner.Person(Address.of(OWNER)), ANNAS);
        Files.createDirectories(home.resolve("partners/anchors"));
        Pem.write(
                home.resolve("partners/anchors/root.pem"),
                List.of(AUTHORITY.authority().certificate()));
        TlsTrust trust = TlsTrust.of(List.of(AUTHORITY.authority().certificate()), clock);
        return Optional.of(
                new Clinic(
                        new Clinic.Server(
                                new Where(
                                        "localhost",
                                        dovecot.imapPort(),
                                        Where.Tls.STARTTLS,
                                        new PeerProof.Path(trust, Proof.CA)),
                                _ -> List.of(InetAddress.getLoopbackAddress()),
                                "Clinic",
                                new Clinic.Pace(Duration.ofMillis(50), Duration.ofMinutes(1))),
                        new Clinic.Reading(
                                new LyingMail(
                                        keyring,
                                        PartnerDirectory.load(home.resolve("partners")),
                                        new Incoming.Voice(GATEWAY, new OwnFields(Set.of(GATEWAY))),
                                        Optional.empty()),
                                Verdicts.open(database, clock),
                                Spills.in(home.resolve("spills"), TestVault.one()),
                                1 << 20,
                                clock),
                        new Clinic.Messages(MESSAGES_MAX, MESSAGES_MAX)));
    }

    private ImapPeer there() throws IOException {
        ImapPeer peer = ImapPeer.secured(dovecot.imapPort(), TRUSTING);
        login(peer);
        return peer;
    }

    private ImapPeer here() throws IOException {
        ImapPeer peer = world.peer();
        login(peer);
        return peer;
    }

    private static void login(ImapPeer peer) throws IOException {
        ok(peer, "LOGIN " + OWNER + " \"" + ImapWorld.SECRET + "\"");
    }

    /// @return what was said, the answer at the end
    private static List<String> said(ImapPeer peer, String command) throws IOException {
        List<String> said = new ArrayList<>();
        String last = peer.any(command, said);
        said.add(last);
        return said.stream().map(String::stripTrailing).toList();
    }

    private static List<String> ok(ImapPeer peer, String command) throws IOException {
        List<String> said = said(peer, command);
        assertTrue(said.getLast().startsWith("OK"), () -> command + ": " + said);
        return said;
    }

    private static String no(ImapPeer peer, String command) throws IOException {
        String last = said(peer, command).getLast();
        assertTrue(last.startsWith("NO "), () -> command + ": " + last);
        return last;
    }

    private static void bad(ImapPeer peer, String command) throws IOException {
        String last = said(peer, command).getLast();
        assertTrue(last.startsWith("BAD "), () -> command + ": " + last);
    }

    private static void append(ImapPeer there, String folder, String letter) throws IOException {
        there.send("p1 APPEND " + folder + " {" + letter.length() + "+}\r\n" + letter + "\r\n");
        String answer = there.response();
        while (answer.startsWith("*")) {
            answer = there.response();
        }
        assertTrue(answer.startsWith("p1 OK"), answer);
    }

    /// What a FETCH said of one message.
    private static String one(ImapPeer peer, String command) throws IOException {
        List<String> said = ok(peer, command);
        return said.stream()
                .filter(it -> it.contains(" FETCH ("))
                .findFirst()
                .orElseThrow(() -> new AssertionError(said));
    }

    /// Octets of a letter as it is shown. The response lost its line end.
    private static String letter(ImapPeer peer, String uid) throws IOException {
        String said = one(peer, "UID FETCH " + uid + " (RFC822.SIZE BODY.PEEK[])");
        int begin = said.indexOf("}\r\n") + 3;
        int octets = Integer.parseInt(said.substring(said.lastIndexOf('{', begin) + 1, begin - 3));
        assertTrue(said.contains("RFC822.SIZE " + octets + " "), said);
        return said.substring(begin, begin + octets);
    }

    private static String encrypted(Identity to) throws Exception {
        return FROM + SmimeMail.gcm(SmimeMail.clear(SECRET_TEXT, By.rsa(ANN)), to);
    }

    /// All letters there, by their names without flags, octet for octet; and which flags they have.
    private Map<String, String> lying() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(dovecot.maildir(OWNER))) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                String name = each.getFileName().toString();
                String place = Objects.requireNonNull(each.getParent()).getFileName().toString();
                if (place.equals("cur") || place.equals("new")) {
                    all.put(each.toString(), new String(Files.readAllBytes(each), ISO_8859_1));
                } else {
                    assertTrue(
                            name.startsWith("dovecot")
                                    || name.equals("maildirfolder")
                                    || name.equals("subscriptions"),
                            each.toString());
                }
            }
        }
        return all;
    }

    @Test
    void bothWorldsAreListed() throws Exception {
        try (ImapPeer there = there();
                ImapPeer here = here()) {
            ok(there, "CREATE Patients");
            ok(there, "CREATE Patients.2026");
            List<String> said = ok(here, "LIST \"\" *");
            assertTrue(
                    said.contains("* LIST (\\HasChildren \\Noselect) \"/\" Clinic"),
                    said::toString);
            assertTrue(
                    said.contains("* LIST (\\HasNoChildren) \"/\" Clinic/INBOX"), said::toString);
            assertTrue(
                    said.contains("* LIST (\\HasNoChildren) \"/\" Clinic/Patients/2026"),
                    said::toString);
            assertTrue(said.contains("* LIST (\\HasNoChildren) \"/\" INBOX"), said::toString);
            assertEquals(
                    "* NAMESPACE ((\"\" \"/\")(\"Clinic/\" \"/\")) NIL NIL",
                    ok(here, "NAMESPACE").getFirst());
            no(here, "SELECT Clinic");
            no(here, "SELECT Clinic/Nothing");
        }
    }

    @Test
    void whatIsEncryptedIsShownOpenAndLiesAsItLay() throws Exception {
        try (ImapPeer there = there()) {
            append(there, "INBOX", PLAIN);
            append(there, "INBOX", encrypted(ANNAS));
            append(there, "INBOX", encrypted(LEES));
            append(there, "INBOX", FROM + SmimeMail.clear(SECRET_TEXT, By.rsa(ANN)));
        }
        Map<String, String> before = lying();
        assertEquals(4, before.size());
        String opened;
        try (ImapPeer here = here()) {
            List<String> said = ok(here, "SELECT Clinic/INBOX");
            assertTrue(said.getLast().contains("[READ-ONLY]"), said::toString);
            assertTrue(said.contains("* 4 EXISTS"), said::toString);
            assertEquals(PLAIN, letter(here, "1"));
            opened = letter(here, "2");
            assertTrue(opened.startsWith("X-Postern-Smime: signed-encrypted;"), opened);
            assertTrue(opened.contains("\r\n\r\ncanarybody\r\n"), opened);
            assertFalse(opened.contains("enveloped"), opened);
            String closed = letter(here, "3");
            assertTrue(closed.startsWith("X-Postern-Smime: not-opened;"), closed);
            assertTrue(closed.contains("application/pkcs7-mime"), closed);
            assertFalse(letter(here, "4").contains("X-Postern-Smime"));
            String structure = one(here, "FETCH 2 (ENVELOPE BODYSTRUCTURE)");
            assertTrue(structure.contains("(\"text\" \"plain\""), structure);
            assertTrue(
                    one(here, "FETCH 1 (BODY.PEEK[HEADER.FIELDS (SUBJECT)])").contains("Coffee"));
            assertEquals(List.of("* SEARCH 2 4"), ok(here, "SEARCH BODY canarybody").subList(0, 1));
            assertEquals(List.of("* SEARCH 1"), ok(here, "SEARCH SUBJECT coffee").subList(0, 1));
            ok(here, "FETCH 1:* (FLAGS BODY[])");
            ok(here, "CLOSE");
        }
        assertEquals(before, lying());
        try (ImapPeer again = here()) {
            ok(again, "EXAMINE Clinic/INBOX");
            assertEquals(opened, letter(again, "2"));
        }
        try (Stream<Path> spills = Files.list(home.resolve("spills"))) {
            assertEquals(0, spills.count());
        }
    }

    /// A folder may say that a letter came at any time: but not at one that is still to come.
    @Test
    void certificatesAreNotJudgedAsOfATimeToCome() throws Exception {
        try (ImapPeer there = there()) {
            append(there, "INBOX", PLAIN);
        }
        Path letter = dovecot.maildir(OWNER).resolve("new/1.of-the-future");
        Files.writeString(letter, encrypted(ANNAS), ISO_8859_1);
        Files.setLastModifiedTime(letter, FileTime.from(Instant.parse("2037-01-01T12:00:00Z")));
        try (ImapPeer here = here()) {
            ok(here, "SELECT Clinic/INBOX");
            String dated = one(here, "FETCH 2 (INTERNALDATE)");
            assertTrue(dated.contains("01-Jan-2037"), dated);
            String opened = letter(here, "2");
            assertTrue(opened.startsWith("X-Postern-Smime: signed-encrypted;"), opened);
        }
    }

    /// RFC 9051 §6.3.9: how all folders stand, while one of them is open.
    @Test
    void foldersAreCountedWhileOneIsOpen() throws Exception {
        try (ImapPeer there = there();
                ImapPeer here = here()) {
            append(there, "INBOX", PLAIN);
            ok(there, "CREATE Patients");
            ok(there, "CREATE Patients.2026");
            append(there, "Patients.2026", PLAIN);
            append(there, "Patients.2026", PLAIN);
            ok(here, "ENABLE IMAP4rev2");
            List<String> selected = ok(here, "SELECT Clinic/INBOX");
            assertTrue(
                    selected.contains("* LIST (\\HasNoChildren) \"/\" Clinic/INBOX"),
                    selected::toString);
            for (String items : List.of("MESSAGES", "MESSAGES DELETED")) {
                String deleted = items.contains("DELETED") ? " DELETED 0" : "";
                List<String> said = ok(here, "LIST \"\" Clinic/* RETURN (STATUS (" + items + "))");
                for (String each :
                        List.of(
                                "* STATUS Clinic/INBOX (MESSAGES 1" + deleted + ")",
                                "* STATUS Clinic/Patients (MESSAGES 0" + deleted + ")",
                                "* STATUS Clinic/Patients/2026 (MESSAGES 2" + deleted + ")")) {
                    assertTrue(said.contains(each), said::toString);
                }
            }
            assertEquals(PLAIN, letter(here, "1"));
        }
    }

    @Test
    void whatSomebodyElseWroteInOurNameIsNotShown() throws Exception {
        String forged = "X-Postern-Smime: signed-encrypted; forged\r\n";
        try (ImapPeer there = there()) {
            append(there, "INBOX", forged + PLAIN);
        }
        try (ImapPeer here = here()) {
            ok(here, "SELECT Clinic/INBOX");
            assertFalse(one(here, "FETCH 1 (BODY.PEEK[HEADER])").contains("X-Postern"));
            assertEquals(PLAIN, letter(here, "1"));
        }
    }

    /// A clinic's own mail exchanger writes such fields into all mail that comes from outside.
    @Test
    void aListFetchesNoLetterForAFieldThatIsTakenOut() throws Exception {
        String results =
                "Authentication-Results: mx.gate.clinic.example;\r\n spf=pass\r\n".repeat(2);
        List<String> letters =
                List.of(
                        PLAIN,
                        "Authentication-Results: other.example; spf=pass\r\n" + PLAIN,
                        "Subject: caf\u00c3\u00a9\r\n\r\nAt four?\r\n",
                        "Subject: a b\r\n\r\nAt four?\r\n",
                        "Subject: no body\r\n\r\n");
        try (ImapPeer there = there()) {
            for (String each : letters) {
                append(there, "INBOX", results + each.replace("a b", "a\rb"));
            }
        }
        List<String> listed = new ArrayList<>();
        try (ImapPeer here = here()) {
            ok(here, "SELECT Clinic/INBOX");
            List<String> sized = ok(here, "FETCH 1:* (RFC822.SIZE)");
            List<String> fields = ok(here, "FETCH 1:* (RFC822.SIZE ENVELOPE BODY.PEEK[HEADER])");
            for (int i = 0; i < letters.size(); i++) {
                String size = sized.get(i).substring(0, sized.get(i).length() - 1);
                assertTrue(fields.get(i).startsWith(size + " "), fields::toString);
                assertFalse(fields.get(i).contains("gate"), fields::toString);
                listed.add(size.substring(size.lastIndexOf(' ') + 1));
            }
        }
        try (ImapPeer again = here()) {
            ok(again, "SELECT Clinic/INBOX");
            for (int i = 0; i < letters.size(); i++) {
                String letter = letter(again, String.valueOf(i + 1));
                assertEquals(listed.get(i), String.valueOf(letter.length()));
                assertTrue(i == 2 || letter.equals(letters.get(i)), letter);
            }
        }
        dovecot.process().destroy();
        dovecot.process().onExit().get(20, TimeUnit.SECONDS);
        // By the session that read them alone.
        List<String> read =
                dovecot.log().lines().filter(it -> it.contains(" body_count=")).toList();
        assertEquals(3, read.size(), read::toString);
        assertEquals(1, read.stream().filter(it -> !it.contains("body_count=0 ")).count());
    }

    /// RFC 3501 §2.3.4: in lists, and once the letter was read.
    @Test
    void aHeaderSectionEndsWhereAFieldIsNone() throws Exception {
        try (ImapPeer there = there()) {
            append(
                    there,
                    "INBOX",
                    """
                    Subject: odd\r
                    this is no field\r
                    X-Postern-Smime: forged\r
                    To: anna@clinic.example\r
                    \r
                    At four?\r
                    """);
        }
        try (ImapPeer here = here()) {
            ok(here, "SELECT Clinic/INBOX");
            String items = "FETCH 1 (RFC822.SIZE ENVELOPE BODY.PEEK[HEADER])";
            String listed = one(here, items);
            assertTrue(listed.contains("BODY[HEADER] {14}\r\nSubject: odd\r\n"), listed);
            String letter = letter(here, "1");
            assertTrue(listed.contains("RFC822.SIZE " + letter.length() + " "), listed);
            assertFalse(letter.contains("forged"), letter);
            assertEquals(listed, one(here, items));
            assertTrue(one(here, "FETCH 1 (BODY.PEEK[TEXT])").contains("\r\nthis is no field\r\n"));
        }
    }

    /// RFC 3501 §2.3.4: whatever else is asked for, the same thing is told in the same way.
    @Test
    void aLetterThatIsTooLargeIsListed() throws Exception {
        String endless = ("A: " + "b".repeat(900) + "\r\n").repeat(300) + PLAIN;
        try (ImapPeer there = there()) {
            append(there, "INBOX", PLAIN + "a line of a letter\r\n".repeat(60_000));
            append(there, "INBOX", PLAIN);
            append(there, "INBOX", endless);
        }
        try (ImapPeer here = here()) {
            ok(here, "SELECT Clinic/INBOX");
            String alone = one(here, "FETCH 1 (ENVELOPE)");
            assertTrue(alone.contains("Coffee"), alone);
            String both = one(here, "FETCH 1 (ENVELOPE BODYSTRUCTURE)");
            assertTrue(both.contains(alone.substring(0, alone.lastIndexOf(')'))), both);
            assertTrue(one(here, "FETCH 1 (BODY.PEEK[HEADER])").contains("Coffee"));
            no(here, "FETCH 1 (BODY.PEEK[])");
            assertEquals(PLAIN, letter(here, "2"));
            no(here, "FETCH 3 (BODY.PEEK[])");
            no(here, "FETCH 3 (BODY.PEEK[TEXT])");
            assertEquals(4, ok(here, "FETCH 1:* (FLAGS RFC822.SIZE)").size());
            assertEquals(4, ok(here, "FETCH 1:* (ENVELOPE BODYSTRUCTURE)").size());
            String sized = one(here, "FETCH 3 (RFC822.SIZE)");
            assertTrue(sized.contains("RFC822.SIZE " + endless.length() + ")"), sized);
            String listed = one(here, "FETCH 3 (RFC822.SIZE ENVELOPE BODYSTRUCTURE)");
            assertTrue(listed.contains("RFC822.SIZE " + endless.length() + " "), listed);
            assertFalse(listed.contains("Coffee"), listed);
            try (ImapPeer another = here()) {
                ok(another, "ENABLE UTF8=ACCEPT");
                ok(another, "SELECT Clinic/INBOX");
                assertEquals(sized, one(another, "FETCH 3 (RFC822.SIZE)"));
            }
        }
    }

    @Test
    void nothingIsChangedThere() throws Exception {
        world.store(OWNER, Direction.FROM_PATIENT, "Subject: hers\r\n\r\nhello\r\n");
        try (ImapPeer there = there();
                ImapPeer here = here()) {
            append(there, "INBOX", PLAIN);
            Map<String, String> before = lying();
            ok(here, "SELECT INBOX");
            assertTrue(no(here, "COPY 1 Clinic/INBOX").contains("[NOPERM]"));
            assertTrue(no(here, "MOVE 1 Clinic/INBOX").contains("[NOPERM]"));
            no(here, "CREATE Clinic/New");
            no(here, "DELETE Clinic/INBOX");
            no(here, "RENAME Clinic/INBOX Mine");
            no(here, "RENAME Archive Clinic/Archive");
            ok(here, "SUBSCRIBE Clinic/INBOX");
            ok(here, "SELECT Clinic/INBOX");
            no(here, "STORE 1 +FLAGS (\\Seen)");
            no(here, "UID STORE 1 FLAGS (\\Deleted)");
            no(here, "EXPUNGE");
            no(here, "COPY 1 INBOX");
            no(here, "MOVE 1 INBOX");
            here.send("a1 APPEND Clinic/INBOX {6+}\r\nA: b\r\n\r\n");
            assertTrue(here.response().startsWith("a1 NO [NOPERM]"));
            assertEquals(before, lying());
            assertEquals(
                    List.of("* QUOTAROOT Clinic/INBOX"),
                    ok(here, "GETQUOTAROOT Clinic/INBOX").subList(0, 1));
        }
    }

    @Test
    void whatHappensThereIsTold() throws Exception {
        try (ImapPeer there = there();
                ImapPeer here = here()) {
            append(there, "INBOX", PLAIN);
            append(there, "INBOX", PLAIN);
            ok(here, "SELECT Clinic/INBOX");
            ok(there, "SELECT INBOX");
            ok(there, "STORE 2 +FLAGS (\\Flagged Urgent)");
            List<String> said = ok(here, "NOOP");
            assertTrue(said.toString().contains("* 2 FETCH"), said::toString);
            assertTrue(said.toString().contains("\\Flagged Urgent"), said::toString);
            ok(there, "STORE 1 +FLAGS (\\Deleted)");
            ok(there, "EXPUNGE");
            append(there, "INBOX", PLAIN);
            said = ok(here, "NOOP");
            assertTrue(said.contains("* 1 EXPUNGE"), said::toString);
            assertTrue(said.contains("* 2 EXISTS"), said::toString);
            here.send("i1 IDLE\r\n");
            assertEquals("+ idling", here.response().strip());
            append(there, "INBOX", PLAIN);
            assertEquals("* 3 EXISTS", here.response().strip());
            assertEquals("* 0 RECENT", here.response().strip());
            here.send("DONE\r\n");
            assertTrue(here.response().startsWith("i1 OK"));
            assertEquals(
                    List.of("* STATUS Clinic/INBOX (MESSAGES 3 UNSEEN 3)"),
                    ok(here, "STATUS Clinic/INBOX (MESSAGES UNSEEN)").subList(0, 1));
        }
    }

    @Test
    void onlySoManyMessagesAreOpenAtOnce() throws Exception {
        try (ImapPeer there = there()) {
            for (int i = 0; i < MESSAGES_MAX / 2; i++) {
                append(there, "INBOX", PLAIN);
            }
            try (ImapPeer here = here();
                    ImapPeer other = here();
                    ImapPeer third = here()) {
                ok(here, "SELECT Clinic/INBOX");
                ok(other, "SELECT Clinic/INBOX");
                assertTrue(no(third, "SELECT Clinic/INBOX").contains("[LIMIT]"));
                ok(third, "SELECT INBOX");
                ok(other, "CLOSE");
                ok(third, "SELECT Clinic/INBOX");
                append(there, "INBOX", PLAIN);
                assertTrue(ok(here, "NOOP").contains("* 7 EXISTS"));
                // A mail program would take a NO for an end of the folder.
                List<String> said = ok(third, "NOOP");
                assertFalse(said.contains("* 7 EXISTS"), said::toString);
                assertTrue(said.getFirst().startsWith("* OK [ALERT] new mail"), said::toString);
                assertEquals(1, ok(third, "NOOP").size());
                assertEquals(PLAIN, letter(third, "6"));
                ok(there, "SELECT INBOX");
                ok(there, "STORE 6 +FLAGS (\\Flagged)");
                assertTrue(ok(third, "NOOP").toString().contains("\\Flagged"));
                ok(here, "CLOSE");
                assertTrue(ok(third, "NOOP").contains("* 7 EXISTS"));
                assertEquals(PLAIN, letter(third, "7"));
            }
        }
    }

    /// The log-ins by which her password is checked come from the same address.
    @Test
    void manySessionsLeaveRoomForLogIns() throws Exception {
        List<ImapPeer> sessions = new ArrayList<>();
        try (ImapPeer there = there()) {
            append(there, "INBOX", PLAIN);
            for (int i = 0; i < CONNECTIONS_MAX + 2; i++) {
                ImapPeer here = here();
                sessions.add(here);
                List<String> said = ok(here, "LIST \"\" *");
                assertTrue(said.toString().contains("Clinic/INBOX"), said::toString);
            }
            ok(sessions.getFirst(), "SELECT Clinic/INBOX");
            assertTrue(no(sessions.getLast(), "SELECT Clinic/INBOX").contains("[UNAVAILABLE]"));
            try (ImapPeer another = there()) {
                ok(another, "NOOP");
            }
        } finally {
            for (ImapPeer each : sessions) {
                each.close();
            }
        }
    }

    @Test
    void aFolderThatIsGoneThereIsOneThatDoesNotExist() throws Exception {
        try (ImapPeer there = there();
                ImapPeer here = here()) {
            append(there, "INBOX", PLAIN);
            ok(there, "CREATE Patients");
            ok(here, "SELECT Clinic/INBOX");
            List<String> counted = ok(here, "STATUS Clinic/INBOX (MESSAGES UIDNEXT MAILBOXID)");
            List<String> opened = ok(here, "STATUS Clinic/INBOX (MESSAGES UIDNEXT MAILBOXID SIZE)");
            String told = counted.getFirst();
            assertTrue(
                    opened.getFirst().startsWith("* STATUS Clinic/INBOX (MESSAGES 1 UIDNEXT 2 "),
                    opened::toString);
            assertTrue(told.startsWith("* STATUS Clinic/INBOX (MESSAGES 1 UIDNEXT 2 "), told);
            String id = told.substring(told.indexOf("MAILBOXID"), told.indexOf("))"));
            assertTrue(opened.getFirst().contains(id), opened::toString);
            ok(here, "STATUS Clinic/Patients (MESSAGES)");
            ok(there, "DELETE Patients");
            assertTrue(no(here, "STATUS Clinic/Patients (MESSAGES)").contains("[NONEXISTENT]"));
            assertTrue(no(here, "SELECT Clinic/Patients").contains("[NONEXISTENT]"));
            assertFalse(ok(here, "LIST \"\" *").toString().contains("Patients"));
            ok(here, "SELECT Clinic/INBOX");
            assertEquals(PLAIN, letter(here, "1"));
        }
    }

    /// Whoever waits for the clinic's server keeps nobody from searching in the secure mailbox.
    @Test
    void searchesThereHaveTurnsOfTheirOwn() throws Exception {
        world.store(OWNER, Direction.FROM_PATIENT, "Subject: hers\r\n\r\ncanarybody\r\n");
        try (ImapPeer there = there()) {
            append(there, "INBOX", PLAIN);
        }
        try (ImapPeer here = here();
                ImapPeer other = here()) {
            ok(here, "SELECT Clinic/INBOX");
            ok(other, "SELECT INBOX");
            assertTrue(world.elsewhere.take("somebody", () -> {}));
            assertTrue(no(here, "SEARCH BODY four").contains("[LIMIT]"));
            assertTrue(no(here, "SEARCH SUBJECT coffee").contains("[LIMIT]"));
            ok(here, "SEARCH UNSEEN");
            assertEquals(List.of("* SEARCH 1"), ok(other, "SEARCH BODY canary").subList(0, 1));
            world.elsewhere.giveBack("somebody");
            assertTrue(world.turns.take("somebody", () -> {}));
            assertTrue(world.turns.take("somebody else", () -> {}));
            assertEquals(List.of("* SEARCH 1"), ok(here, "SEARCH BODY four").subList(0, 1));
            assertTrue(no(other, "SEARCH BODY canary").contains("[LIMIT]"));
        }
    }

    @Test
    void changesHaveNoNumbersThere() throws Exception {
        try (ImapPeer there = there();
                ImapPeer here = here()) {
            append(there, "INBOX", PLAIN);
            ok(here, "ENABLE CONDSTORE QRESYNC");
            List<String> said = ok(here, "SELECT Clinic/INBOX (QRESYNC (1 1))");
            assertTrue(said.toString().contains("[NOMODSEQ]"), said::toString);
            assertFalse(said.toString().contains("HIGHESTMODSEQ"), said::toString);
            bad(here, "FETCH 1 (MODSEQ)");
            bad(here, "FETCH 1 (FLAGS) (CHANGEDSINCE 1)");
            bad(here, "SEARCH MODSEQ 1");
            assertFalse(one(here, "FETCH 1 (FLAGS)").contains("MODSEQ"));
            ok(here, "SELECT INBOX");
            ok(here, "SEARCH MODSEQ 1");
        }
    }

    @Test
    void aServerThatIsGoneKeepsNobodyFromTheSecureMailbox() throws Exception {
        try (ImapPeer here = here()) {
            dovecot.process().destroy();
            dovecot.process().onExit().get(20, TimeUnit.SECONDS);
            for (String each :
                    List.of(
                            "SELECT Clinic/INBOX",
                            "STATUS Clinic/INBOX (MESSAGES)",
                            // A mail program would take her folders there for deleted.
                            "LIST \"\" *",
                            "LIST \"\" %",
                            "LIST Clinic/ *",
                            "LSUB \"\" *",
                            "LIST (SUBSCRIBED) \"\" * RETURN (CHILDREN)",
                            "LIST \"\" (INBOX Clinic/*) RETURN (STATUS (MESSAGES))")) {
                assertTrue(no(here, each).contains("[UNAVAILABLE]"), each);
            }
            assertEquals(1, said(here, "LIST \"\" *").size());
            ok(here, "LIST \"\" \"\"");
            ok(here, "NAMESPACE");
            List<String> said = ok(here, "LIST \"\" INBOX RETURN (STATUS (MESSAGES))");
            assertEquals("* LIST (\\HasNoChildren) \"/\" INBOX", said.getFirst().strip());
            ok(here, "STATUS INBOX (MESSAGES)");
            ok(here, "SELECT INBOX");
        }
    }

    /// A mail program takes a folder that is not in the list for deleted.
    @Test
    void aListStaysWhatItWasWhileTheServerIsGone() throws Exception {
        try (ImapPeer here = here();
                ImapPeer another = here()) {
            List<String> before = ok(here, "LIST \"\" *");
            assertTrue(before.toString().contains("Clinic/INBOX"), before::toString);
            dovecot.process().destroy();
            dovecot.process().onExit().get(20, TimeUnit.SECONDS);
            assertEquals(before, ok(another, "LIST \"\" *"));
            assertTrue(no(another, "SELECT Clinic/INBOX").contains("[UNAVAILABLE]"));
        }
    }

    /// Whoever was cut off would come back, idle, and be cut off again.
    @Test
    void anIdleOutlivesTheServer() throws Exception {
        try (ImapPeer here = here()) {
            ok(here, "SELECT Clinic/INBOX");
            dovecot.process().destroy();
            dovecot.process().onExit().get(20, TimeUnit.SECONDS);
            here.send("i1 IDLE\r\n");
            assertEquals("+ idling", here.response().strip());
            here.send("DONE\r\n");
            assertTrue(here.response().startsWith("i1 OK"));
            ok(here, "SELECT INBOX");
        }
    }

    @Test
    void anIdleEndsWithAWordIfTheFolderIsAnotherOne() throws Exception {
        try (ImapPeer here = here();
                ImapPeer there = there()) {
            ok(there, "CREATE Patients");
            ok(here, "SELECT Clinic/Patients");
            here.send("i1 IDLE\r\n");
            assertEquals("+ idling", here.response().strip());
            ok(there, "DELETE Patients");
            ok(there, "CREATE Patients");
            dovecot.process().descendants().forEach(ProcessHandle::destroyForcibly);
            String said = here.response();
            while (said.startsWith("* ") && !said.startsWith("* BYE")) {
                said = here.response();
            }
            assertEquals("* BYE the folders have changed; log in again", said.strip());
        }
    }

    @Test
    void aLostConnectionIsMadeAgain() throws Exception {
        try (ImapPeer here = here()) {
            try (ImapPeer there = there()) {
                append(there, "INBOX", PLAIN);
                append(there, "INBOX", PLAIN);
                ok(here, "SELECT Clinic/INBOX");
                ok(there, "SELECT INBOX");
                ok(there, "STORE 1 +FLAGS (\\Deleted)");
                ok(there, "EXPUNGE");
            }
            dovecot.process().descendants().forEach(ProcessHandle::destroyForcibly);
            List<String> said = said(here, "NOOP");
            for (int i = 0; i < 20 && said.getLast().startsWith("NO [UNAVAILABLE]"); i++) {
                said = said(here, "NOOP");
            }
            assertTrue(said.contains("* 1 EXPUNGE"), said.toString());
            assertEquals(PLAIN, letter(here, "2"));
        }
    }

    /// RFC 3501 §2.3.1.1: what was told of the UIDs holds no more, so the session ends.
    @Test
    void aFolderThatIsAnotherOneEndsTheSession() throws Exception {
        try (ImapPeer here = here()) {
            try (ImapPeer there = there()) {
                ok(there, "CREATE Patients");
                ok(here, "SELECT Clinic/Patients");
                ok(there, "DELETE Patients");
                ok(there, "CREATE Patients");
            }
            dovecot.process().descendants().forEach(ProcessHandle::destroyForcibly);
            String said = "";
            for (int i = 0; i < 20 && !said.startsWith("* BYE"); i++) {
                here.send("n NOOP\r\n");
                said = here.response();
            }
            assertEquals("* BYE the folders have changed; log in again", said.strip());
        }
    }

    @Test
    void aFolderOfHerOwnHasItsNameForItself() throws Exception {
        try (ImapPeer here = here()) {
            no(here, "CREATE Clinic");
            ok(here, "CREATE Mine");
            world.nameFromBefore("Clinic");
            List<String> said = ok(here, "LIST \"\" *");
            assertTrue(said.contains("* LIST (\\HasNoChildren) \"/\" Clinic"), said::toString);
            assertFalse(said.toString().contains("Clinic/INBOX"), said::toString);
            assertTrue(ok(here, "SELECT Clinic").getLast().contains("[READ-WRITE]"));
            no(here, "SELECT Clinic/INBOX");
            assertEquals("* NAMESPACE ((\"\" \"/\")) NIL NIL", ok(here, "NAMESPACE").getFirst());
            ok(here, "RENAME Clinic Mine");
            assertTrue(ok(here, "SELECT Clinic/INBOX").getLast().contains("[READ-ONLY]"));
        }
    }

    /// Of so many names nothing is remembered for other sessions; this one has them all the same.
    @Test
    void manyLongNamesAreListedAndOpened() throws Exception {
        String last = "";
        for (int i = 0; i < 180; i++) {
            last = "%03d".formatted(i) + "n".repeat(97);
            Path folder = dovecot.maildir(OWNER).resolve("." + last);
            for (String part : List.of("cur", "new", "tmp")) {
                Files.createDirectories(folder.resolve(part));
            }
        }
        try (ImapPeer anna = here()) {
            String name = "Clinic/" + last;
            List<String> all = ok(anna, "LIST \"\" Clinic/*");
            assertTrue(all.size() > 180, () -> "listed: " + all.size());
            assertTrue(all.stream().anyMatch(it -> it.contains(name)));
            ok(anna, "STATUS \"" + name + "\" (MESSAGES)");
            ok(anna, "SELECT \"" + name + "\"");
        }
    }
}
