package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.testkit.ImapPeer;

/// Folders over a real mailbox: two programs of one person, two persons, a restart, and what the
/// mailbox itself takes away.
class ImapFolderTest {
    private static final String ANNA = "anna@clinic.example";
    private static final String SAM = "sam@clinic.example";
    private static final String LETTER = "Subject: one\r\n\r\nHello\r\n";

    @TempDir Path home;

    private static ImapPeer reading(ImapWorld world, String owner, String folder)
            throws IOException {
        ImapPeer peer = world.peer();
        peer.ask("LOGIN " + owner + " \"" + ImapWorld.SECRET + "\"");
        peer.ask("SELECT " + folder);
        return peer;
    }

    @Test
    void oneProgramSeesWhatTheOtherDoes() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            for (int i = 0; i < 3; i++) {
                world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            }
            try (ImapPeer one = reading(world, ANNA, "INBOX");
                    ImapPeer other = reading(world, ANNA, "INBOX")) {
                one.ask("STORE 2 +FLAGS (\\Deleted)");
                assertEquals(List.of("* 2 FETCH (UID 2 FLAGS (\\Deleted))\r\n"), other.ask("NOOP"));
                assertEquals(List.of("* 2 EXPUNGE\r\n"), one.ask("EXPUNGE"));
                // Its numbers hold until it may be told.
                assertEquals(List.of("* 3 FETCH (UID 3)\r\n"), other.ask("FETCH 3 UID"));
                List<String> said = new ArrayList<>();
                String answer = other.any("FETCH 2 (FLAGS)", said);
                assertTrue(answer.startsWith("NO [EXPUNGEISSUED] "), answer);
                assertEquals(List.of(), said);
                assertEquals(List.of("* 2 EXPUNGE\r\n"), other.ask("NOOP"));
                assertEquals(List.of("* 2 FETCH (UID 3)\r\n"), other.ask("FETCH 2 UID"));
            }
        }
    }

    @Test
    void whatIsExpungedIsNotTakenFromThePatient() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            StoredMessage letter = world.store(ANNA, Direction.TO_PATIENT, LETTER);
            try (ImapPeer peer = reading(world, ANNA, "Sent")) {
                peer.ask("STORE 1 +FLAGS (\\Deleted)");
                peer.ask("CLOSE");
                assertTrue(peer.ask("SELECT Sent").contains("* 0 EXISTS\r\n"));
            }
            assertEquals(1, world.mailbox.thread(letter.thread()).size());
            assertEquals(LETTER.length(), world.mailbox.content(letter.key()).size());
        }
    }

    @Test
    void whatIsTakenBackOrForgottenLeavesTheFolders() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            StoredMessage letter = world.store(ANNA, Direction.TO_PATIENT, LETTER);
            world.store(ANNA, Direction.TO_PATIENT, LETTER);
            try (ImapPeer peer = reading(world, ANNA, "Sent")) {
                peer.ask("FETCH 1:* (ENVELOPE BODYSTRUCTURE)");
                world.mailbox.recall(letter.key(), world.clock.instant());
                assertEquals(List.of("* 1 EXPUNGE\r\n"), peer.ask("NOOP"));
                world.mailbox.forget(world.clock.instant().plusSeconds(1));
                assertEquals(List.of("* 1 EXPUNGE\r\n"), peer.ask("NOOP"));
                world.store(ANNA, Direction.TO_PATIENT, LETTER);
                peer.ask("NOOP");
                assertEquals(List.of("* 1 FETCH (UID 3)\r\n"), peer.ask("FETCH 1 UID"));
            }
        }
    }

    @Test
    void allIsKeptOverARestart() throws IOException {
        List<String> before;
        try (ImapWorld world = new ImapWorld(home)) {
            for (int i = 0; i < 3; i++) {
                world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            }
            try (ImapPeer peer = reading(world, ANNA, "INBOX")) {
                peer.ask("STORE 1 FLAGS (\\Deleted)");
                peer.ask("STORE 3 FLAGS (\\Flagged Work)");
                peer.ask("EXPUNGE");
                before = shown(peer);
            }
        }
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer peer = reading(world, ANNA, "INBOX")) {
            assertEquals(before, shown(peer));
            assertTrue(before.toString().contains("* 2 FETCH (UID 3 FLAGS (\\Flagged Work))"));
        }
    }

    private static List<String> shown(ImapPeer peer) throws IOException {
        List<String> all = new ArrayList<>(peer.ask("STATUS INBOX (UIDVALIDITY UIDNEXT)"));
        peer.ask("SELECT INBOX");
        all.addAll(peer.ask("UID FETCH 1:* (FLAGS)"));
        return all;
    }

    /// I07: what is somebody else's does not exist.
    @Test
    void nobodySeesWhatIsSomebodyElses() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            world.store(ANNA, Direction.FROM_PATIENT, LETTER.replace("Hello", "For Anna"));
            try (ImapPeer peer = reading(world, SAM, "INBOX")) {
                assertEquals(List.of(), peer.ask("UID FETCH 1:* (BODY[])"));
                assertEquals(List.of("* SEARCH\r\n"), peer.ask("SEARCH TEXT Anna"));
                world.store(ANNA, Direction.FROM_PATIENT, LETTER);
                assertEquals(List.of(), peer.ask("NOOP"));
            }
        }
    }

    /// Lists of messages open no body: they are answered even if the bodies are gone.
    @Test
    void listsOpenNoBody() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            byte[] letter = LETTER.getBytes(StandardCharsets.US_ASCII);
            StoredMessage stored = world.store(ANNA, Direction.FROM_PATIENT, letter);
            try (ImapPeer peer = reading(world, ANNA, "INBOX")) {
                String list = "FETCH 1 (ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (SUBJECT)])";
                List<String> before = peer.ask(list);
                Files.delete(home.resolve("bodies").resolve(stored.key() + ".body"));
                assertEquals(before, peer.ask(list));
                List<String> said = new ArrayList<>();
                String answer = peer.any("FETCH 1 (BODY.PEEK[])", said);
                assertTrue(answer.startsWith("NO "), answer);
                assertEquals(List.of(), said);
            }
        }
    }
}
