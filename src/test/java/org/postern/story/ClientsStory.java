package org.postern.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.Peers;

/// Programs from Debian read and alter the secure mailbox, each with letters of its own, all at one
/// gateway whose certificate they verify.
class ClientsStory {
    @TempDir static Path home;
    private static MailDesk desk;

    @BeforeAll
    static void open() throws IOException {
        desk = MailDesk.open(home);
    }

    @AfterAll
    static void close() throws IOException {
        desk.close();
    }

    /// A letter and its answer, which have been told to the end: nothing comes of them any more.
    ///
    /// @return the answer's UID in INBOX
    private static String answered(String subject, String answer) throws Exception {
        desk.annaWrites(subject);
        return answer(subject, answer);
    }

    private static String answer(String subject, String answer) throws Exception {
        desk.mariaAnswers(answer);
        try (ImapPeer peer = desk.reading("Sent")) {
            String replied = "UID SEARCH KEYWORD $Replied SUBJECT " + subject;
            await("word of the answer", () -> MailDesk.asked(peer, replied).matches("\\d+"));
        }
        return desk.found("INBOX", "BODY \"" + answer + "\"");
    }

    /// A letter goes out by one program, and its answer comes in by another.
    @Test
    void swaksSendsAndCurlReads() throws Exception {
        Path settings =
                desk.settings(
                        "swaksrc",
                        """
                        --server localhost
                        --port %d
                        --tls
                        --tls-verify
                        --tls-ca-path %s
                        --auth PLAIN
                        --auth-user %s
                        --auth-password %s
                        --from %s
                        --to %s
                        --header Subject: swaks
                        --body How is the knee?
                        """
                                .formatted(
                                        desk.clinic().clinic().ports().submission(),
                                        desk.authority(),
                                        ANNA,
                                        MailDesk.PASSWORD,
                                        ANNA,
                                        MARIA));
        desk.run(List.of(Peers.program("swaks").toString(), "--config", settings.toString()));
        String words = "Thank you, swaks: better.";
        String uid = answer("swaks", words);
        String letter = new String(desk.curl("INBOX;UID=" + uid), UTF_8);
        assertTrue(letter.contains(words), letter);
        String sent = desk.found("Sent", "SUBJECT swaks");
        String body = new String(desk.curl("Sent;UID=" + sent + ";SECTION=TEXT"), UTF_8);
        assertTrue(body.contains("How is the knee?"), body);
    }

    /// Letters, flags and expunges go both ways, and a run after that finds nothing to do.
    @Test
    void mbsyncKeepsAMaildirAsTheServerHasIt() throws Exception {
        String words = "Thank you, isync: better.";
        String uid = answered("isync", words);
        Path mail = Files.createDirectory(home.resolve("isync"));
        Path settings =
                desk.settings(
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
                        Patterns INBOX Sent Archive
                        Create Near
                        Sync All
                        Expunge Both
                        SyncState *
                        """
                                .formatted(
                                        desk.imaps(),
                                        ANNA,
                                        MailDesk.PASSWORD,
                                        desk.authority(),
                                        mail,
                                        mail));
        List<String> program =
                List.of(Peers.program("mbsync").toString(), "-V", "-c", settings.toString(), "all");
        desk.run(program);
        Path answer = letter(mail.resolve("INBOX"), words);
        letter(mail.resolve("Sent"), "Subject: isync");
        // A Maildir has line ends of its own, and isync a field.
        String kept =
                Files.readString(answer)
                        .replaceFirst("(?m)^X-TUID: .*\n", "")
                        .replace("\n", "\r\n");
        assertEquals(new String(desk.curl("INBOX;UID=" + uid), UTF_8), kept);

        // Read and flagged here; one letter comes to each side.
        flag(answer, "FS");
        Path archive = mail.resolve("Archive");
        Files.writeString(archive.resolve("new/1.near"), letter("from near").replace("\r\n", "\n"));
        append("Archive", "from afar");
        desk.run(program);
        assertEquals(uid, desk.found("INBOX", "SEEN FLAGGED BODY \"" + words + "\""));
        String near = desk.found("Archive", "SUBJECT \"from near\"");
        assertTrue(near.matches("\\d+"), near);
        String letter = new String(desk.curl("Archive;UID=" + near), UTF_8);
        assertEquals(letter("from near"), letter.replaceFirst("X-TUID: .*\r\n", ""));
        letter(archive, "Subject: from afar");

        // Each side gives up what came from the other, and a flag goes there.
        flag(letter(archive, "Subject: from afar"), "ST");
        try (ImapPeer peer = desk.reading("Archive")) {
            peer.ask("UID STORE " + near + " +FLAGS (\\Deleted)");
            peer.ask("UID EXPUNGE " + near);
            peer.ask("SELECT INBOX");
            peer.ask("UID STORE " + uid + " -FLAGS (\\Flagged)");
        }
        desk.run(program);
        assertEquals("", desk.found("Archive", "ALL"));
        assertEquals(List.of(), files(archive));
        assertTrue(letter(mail.resolve("INBOX"), words).toString().endsWith(":2,S"));

        List<Path> here = tree(mail);
        List<String> there = desk.state("INBOX", "Sent", "Archive");
        String said = new String(desk.run(program), UTF_8);
        assertEquals(here, tree(mail), said);
        assertEquals(there, desk.state("INBOX", "Sent", "Archive"), said);
        assertFalse(said.matches("(?is).*(warning|error|conflict|lost).*"), said);
    }

    /// INBOX and Sent of the one side are a Maildir on the other.
    @Test
    void offlineimapReadsAndFlags() throws Exception {
        String words = "Thank you, offline: better.";
        String uid = answered("offline", words);
        Path mail = home.resolve("offlineimap");
        Path settings =
                desk.settings(
                        "offlineimaprc",
                        """
                        [general]
                        accounts = clinic
                        metadata = %s

                        [Account clinic]
                        localrepository = near
                        remoterepository = far

                        [Repository near]
                        type = Maildir
                        localfolders = %s

                        [Repository far]
                        type = IMAP
                        remotehost = localhost
                        remoteport = %d
                        ssl = yes
                        sslcacertfile = %s
                        remoteuser = %s
                        remotepass = %s
                        folderfilter = lambda folder: folder in ['INBOX', 'Sent']
                        """
                                .formatted(
                                        home.resolve("offlineimap.state"),
                                        mail,
                                        desk.imaps(),
                                        desk.authority(),
                                        ANNA,
                                        MailDesk.PASSWORD));
        List<String> program =
                List.of(
                        Peers.program("offlineimap").toString(),
                        "-o",
                        "-u",
                        "basic",
                        "-c",
                        settings.toString());
        desk.run(program);
        Path inbox = mail.resolve("INBOX");
        letter(mail.resolve("Sent"), "Subject: offline");
        String kept = Files.readString(letter(inbox, words)).replace("\n", "\r\n");
        String theirs = new String(desk.curl("INBOX;UID=" + uid), UTF_8);
        assertEquals(theirs.replaceAll("\r\n$", ""), kept.replaceAll("\r\n$", ""));

        flag(letter(inbox, words), "FS");
        desk.run(program);
        assertEquals(uid, desk.found("INBOX", "SEEN FLAGGED BODY \"" + words + "\""));
        try (ImapPeer peer = desk.reading("INBOX")) {
            peer.ask("UID STORE " + uid + " FLAGS (\\Answered \\Seen)");
        }
        desk.run(program);
        assertTrue(letter(inbox, words).toString().endsWith(":2,RS"));

        List<Path> here = tree(mail);
        List<String> there = desk.state("INBOX", "Sent");
        String said = new String(desk.run(program), UTF_8);
        assertEquals(here, tree(mail), said);
        assertEquals(there, desk.state("INBOX", "Sent"), said);
        assertFalse(said.matches("(?is).*(warning|error|copy message).*"), said);
    }

    /// A person's keys on a pseudo-terminal: limit to a letter, read it, copy it, flag it.
    @Test
    void muttShowsAndCopiesAnAnswer() throws Exception {
        String words = "Thank you, mutt: better.";
        String uid = answered("mutt", words);
        Path copy = home.resolve("copied.mbox");
        Path settings =
                desk.settings(
                        "muttrc",
                        """
                        set folder = "imaps://localhost:%d/"
                        set spoolfile = "imaps://localhost:%d/INBOX"
                        set imap_user = "%s"
                        set imap_pass = "%s"
                        set ssl_ca_certificates_file = "%s"
                        set pager = cat
                        set prompt_after = no
                        set certificate_file = "%s"
                        set ssl_force_tls = yes
                        set mbox_type = mbox
                        set confirmappend = no
                        set confirmcreate = no
                        set wait_key = no
                        set quit = yes
                        push "<limit>=b 'mutt: better'<enter><display-message>\\
                        <copy-message><kill-line>%s<enter><flag-message><sync-mailbox><quit>"
                        """
                                .formatted(
                                        desk.imaps(),
                                        desk.imaps(),
                                        ANNA,
                                        MailDesk.PASSWORD,
                                        desk.authority(),
                                        home.resolve("nobody-was-accepted-by-hand"),
                                        copy));
        String said =
                new String(
                        desk.run(
                                List.of(
                                        Peers.program("script").toString(),
                                        "--quiet",
                                        "--return",
                                        "--command",
                                        Peers.program("mutt") + " -F " + settings,
                                        "/dev/null")),
                        UTF_8);
        assertTrue(said.contains(words), said);
        String mbox = Files.readString(copy);
        assertTrue(mbox.startsWith("From "), mbox);
        assertTrue(mbox.contains(words), mbox);
        assertFalse(Files.exists(home.resolve("nobody-was-accepted-by-hand")));
        assertEquals(uid, desk.found("INBOX", "SEEN FLAGGED"), said);
    }

    /// Reads to the end over STARTTLS and leaves everything there.
    @Test
    void fetchmailReadsToTheEnd() throws Exception {
        String words = "Thank you, fetchmail: better.";
        answered("fetchmail", words);
        Path got = home.resolve("fetched");
        Path settings =
                desk.settings(
                        "fetchmailrc",
                        """
                        poll localhost protocol IMAP port %d
                          username "%s" password "%s"
                          sslproto "TLS1.2+" sslcertck sslcertfile "%s"
                          keep fetchall mda "cat >> %s"
                        """
                                .formatted(
                                        desk.imap(),
                                        ANNA,
                                        MailDesk.PASSWORD,
                                        desk.authority(),
                                        got));
        desk.run(
                List.of(
                        Peers.program("fetchmail").toString(),
                        "--nodetach",
                        "--nosyslog",
                        "--pidfile",
                        home.resolve("fetchmail.pid").toString(),
                        "--fetchmailrc",
                        settings.toString()));
        assertTrue(Files.readString(got, ISO_8859_1).contains(words));
        assertFalse(desk.found("INBOX", "BODY \"" + words + "\"").isEmpty());
    }

    private static String letter(String subject) {
        return """
        From: Anna Reyes <%s>
        Subject: %s
        Date: Mon, 02 Mar 2026 09:00:00 +0000

        For the files.
        """
                .formatted(ANNA, subject)
                .replace("\n", "\r\n");
    }

    private static void append(String folder, String subject) throws Exception {
        String letter = letter(subject);
        try (ImapPeer peer = desk.reading(folder)) {
            peer.ask("APPEND " + folder + " {" + letter.length() + "+}\r\n" + letter);
        }
    }

    private static void flag(Path file, String flags) throws IOException {
        String name = file.getFileName().toString().replaceFirst(":2,.*$", "");
        Path folder = file.resolveSibling("../cur").normalize();
        Files.move(file, folder.resolve(name + ":2," + flags));
    }

    /// The one file of a Maildir that holds these words.
    private static Path letter(Path folder, String words) throws IOException {
        List<Path> letters = new ArrayList<>();
        for (Path file : files(folder)) {
            if (Files.readString(file, ISO_8859_1).contains(words)) {
                letters.add(file);
            }
        }
        assertEquals(1, letters.size(), words + " in " + letters);
        return letters.getFirst();
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

    private static List<Path> tree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(it ->
                            it.toString().contains("/new/") || it.toString().contains("/cur/"))
                    .sorted()
                    .toList();
        }
    }
}
