package org.postern.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.SampleClinic;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.testkit.DovecotPeer;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.Peers;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// One account in a mail program and two worlds behind it: the secure mailbox, and the clinic's own
/// server, which also checks the passwords.
class UpstreamStory {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final SSLContext TRUSTING =
            TestTls.client(List.of(AUTHORITY.authority().certificate()));
    private static final Identity ANNAS = AUTHORITY.person(ANNA, KeyKind.RSA_2048);
    private static final String TEXT = "Content-Type: text/plain\r\n\r\ncanarybody\r\n";
    private static final String PLAIN =
            "From: <bob@partner.example>\r\nSubject: tea\r\n\r\nAt four?\r\n";

    @TempDir Path home;

    private static void append(ImapPeer there, String letter) throws IOException {
        there.send("p1 APPEND INBOX {" + letter.length() + "+}\r\n" + letter + "\r\n");
        String answer = there.response();
        while (answer.startsWith("*")) {
            answer = there.response();
        }
        assertTrue(answer.startsWith("p1 OK"), answer);
    }

    /// Letters by the names of their files, which hold the flags.
    private static Map<String, String> letters(Path folder) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                String place =
                        String.valueOf(Objects.requireNonNull(each.getParent()).getFileName());
                if (place.equals("cur") || place.equals("new")) {
                    all.put(each.toString(), Files.readString(each, ISO_8859_1));
                }
            }
        }
        return all;
    }

    /// The clinic's server checks the passwords, and its folders are shown; Anna has a key.
    private static void stage(SampleClinic clinic, DovecotPeer dovecot) throws IOException {
        Path anchors = clinic.config().resolve("own-server.pem");
        Pem.write(anchors, List.of(AUTHORITY.authority().certificate()));
        Files.writeString(
                clinic.config().resolve("gateway.yaml"),
                """

                authentication:
                  protocol: imap
                  host: localhost
                  port: %d
                  tls: verified-implicit
                  trust: own-server.pem
                  folders: Clinic
                """
                        .formatted(dovecot.imapsPort()),
                StandardOpenOption.APPEND);
        Path keys = clinic.data().resolve("keys");
        Keyring.of(
                        new Keyring.Places(
                                keys.resolve("smime"),
                                keys.resolve("password"),
                                keys.resolve("../crl"),
                                "Maple Clinic"),
                        Clock.systemUTC())
                .add(new Owner.Person(Address.of(ANNA)), ANNAS);
    }

    private Path settings(MailDesk desk, Path mail) throws IOException {
        return desk.settings(
                "mbsyncrc",
                """
                IMAPAccount clinic
                Host localhost
                Port %d
                User %s
                Pass "%s"
                SSLType IMAPS
                SystemCertificates no
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
                Patterns INBOX Sent Clinic/*
                Create Near
                Sync Pull
                SyncState *
                """
                        .formatted(
                                desk.imaps(),
                                ANNA,
                                MailDesk.PASSWORD,
                                desk.authority(),
                                mail,
                                mail));
    }

    @Test
    void isyncFetchesBothWorldsAndChangesNothing() throws Exception {
        try (DovecotPeer dovecot =
                DovecotPeer.start(AUTHORITY.server("localhost"), ANNA, MailDesk.PASSWORD)) {
            try (ImapPeer there = ImapPeer.secured(dovecot.imapPort(), TRUSTING)) {
                there.ask("LOGIN " + ANNA + " \"" + MailDesk.PASSWORD + "\"");
                append(there, PLAIN);
                append(there, SmimeMail.from("ann@partner.example") + SmimeMail.gcm(TEXT, ANNAS));
            }
            Map<String, String> before = letters(dovecot.maildir(ANNA));
            assertEquals(2, before.size());
            try (MailDesk desk = MailDesk.open(home, clinic -> stage(clinic, dovecot))) {
                desk.annaWrites("knee");
                desk.mariaAnswers("Thank you, better.");
                Path mail = Files.createDirectory(home.resolve("isync"));
                List<String> program =
                        List.of(
                                Peers.program("mbsync").toString(),
                                "-V",
                                "-c",
                                settings(desk, mail).toString(),
                                "all");
                desk.run(program);
                Map<String, String> fetched = letters(mail.resolve("Clinic/INBOX"));
                assertEquals(2, fetched.size(), fetched::toString);
                String words = String.join("\n", fetched.values());
                assertTrue(words.contains("At four?"), words);
                assertTrue(words.contains("X-Postern-Smime: encrypted;"), words);
                assertTrue(words.contains("canarybody"), words);
                assertFalse(words.contains("pkcs7-mime"), words);
                String hers = String.join("\n", letters(mail.resolve("INBOX")).values());
                assertTrue(hers.contains("Thank you, better."), hers);

                Map<String, String> first = letters(mail);
                desk.run(program);
                assertEquals(first, letters(mail));
                // curl fetches it by another way.
                String again = new String(desk.curl("Clinic/INBOX;UID=1"), ISO_8859_1);
                assertEquals(PLAIN, again);
            }
            assertEquals(before, letters(dovecot.maildir(ANNA)));
        }
    }

    /// A password for a telephone is none of the clinic's server.
    @Test
    void anAppPasswordShowsTheSecureMailboxAlone() throws Exception {
        try (DovecotPeer dovecot =
                        DovecotPeer.start(AUTHORITY.server("localhost"), ANNA, MailDesk.PASSWORD);
                MailDesk desk = MailDesk.open(home, clinic -> stage(clinic, dovecot))) {
            String secret = AppPasswordStory.made(desk.clinic(), ANNA);
            SSLContext trusting = RunningClinic.trusting(desk.clinic().clinic());
            try (ImapPeer peer = ImapPeer.secured(desk.imap(), trusting)) {
                peer.ask("LOGIN " + ANNA + " " + secret);
                assertFalse(peer.ask("LIST \"\" *").toString().contains("Clinic"));
                assertEquals(
                        "* NAMESPACE ((\"\" \"/\")) NIL NIL",
                        peer.ask("NAMESPACE").getFirst().strip());
            }
            try (ImapPeer peer = ImapPeer.secured(desk.imap(), trusting)) {
                peer.ask("LOGIN " + ANNA + " \"" + MailDesk.PASSWORD + "\"");
                assertTrue(peer.ask("LIST \"\" *").toString().contains("Clinic/INBOX"));
            }
        }
    }
}
