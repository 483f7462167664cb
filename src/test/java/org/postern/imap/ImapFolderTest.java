package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Content;
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

    /// What another program has changed is told, also behind a change that asks for no answer.
    @Test
    void aSilentChangeHidesNoOther() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            try (ImapPeer one = reading(world, ANNA, "INBOX");
                    ImapPeer other = reading(world, ANNA, "INBOX")) {
                assertEquals(List.of(), one.ask("STORE 1 +FLAGS.SILENT (\\Answered)"));
                assertEquals(
                        List.of("* 1 FETCH (UID 1 FLAGS (\\Answered))\r\n"), other.ask("NOOP"));
                one.ask("STORE 1 +FLAGS.SILENT (\\Flagged)");
                assertEquals(
                        List.of("* 1 FETCH (UID 1 FLAGS (\\Seen \\Answered \\Flagged))\r\n"),
                        other.ask("STORE 1 +FLAGS.SILENT (\\Seen)"));
            }
        }
    }

    /// RFC 7162 §3.2: a client that hears of a change, and not yet of a message that was gone
    /// before, must not believe that it knows of everything up to there.
    @Test
    void noModseqIsPromisedBeforeWhatIsGoneIsTold() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            for (int i = 0; i < 3; i++) {
                world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            }
            try (ImapPeer one = reading(world, ANNA, "INBOX");
                    ImapPeer other = reading(world, ANNA, "INBOX")) {
                other.ask("ENABLE CONDSTORE");
                one.ask("STORE 1 +FLAGS (\\Deleted)");
                assertEquals(
                        List.of("* 1 FETCH (UID 1 FLAGS (\\Deleted) MODSEQ (3))\r\n"),
                        other.ask("NOOP"));
                one.ask("EXPUNGE");
                one.ask("STORE 1 +FLAGS (\\Flagged)");
                List<String> told = other.ask("STORE 3 +FLAGS (\\Seen)");
                assertEquals("* 3 FETCH (UID 3 FLAGS (\\Seen) MODSEQ (6))\r\n", told.get(0));
                assertEquals("* 2 FETCH (UID 2 FLAGS (\\Flagged) MODSEQ (5))\r\n", told.get(1));
                assertTrue(told.get(2).startsWith("* OK [HIGHESTMODSEQ 3] "), told.toString());
                told = other.ask("NOOP");
                assertEquals("* 1 EXPUNGE\r\n", told.get(0));
                assertTrue(told.get(1).startsWith("* OK [HIGHESTMODSEQ 6] "), told.toString());
                assertEquals(List.of(), other.ask("NOOP"));
            }
        }
    }

    /// RFC 7162 §3.1.12: a change of another flag hinders nobody who saw the message before.
    @Test
    void aChangeOfAnotherFlagIsNoConflict() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            try (ImapPeer one = reading(world, ANNA, "INBOX");
                    ImapPeer other = reading(world, ANNA, "INBOX")) {
                other.ask("ENABLE CONDSTORE");
                one.ask("STORE 1 +FLAGS (\\Flagged)");
                assertEquals(
                        List.of("* 1 FETCH (UID 1 FLAGS (\\Seen \\Flagged) MODSEQ (4))\r\n"),
                        other.ask("STORE 1 (UNCHANGEDSINCE 2) +FLAGS (\\Seen)"));
                one.ask("STORE 1 -FLAGS (\\Seen)");
                List<String> told = new ArrayList<>();
                String answer = other.any("STORE 1 (UNCHANGEDSINCE 4) -FLAGS (\\Seen)", told);
                assertTrue(answer.startsWith("OK [MODIFIED 1] "), answer);
                assertEquals(List.of("* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (5))\r\n"), told);
            }
        }
    }

    /// RFC 7162 §3.2.5: what a program hears that was away, over a restart as well.
    @Test
    void aProgramThatWasAwayHearsWhatHasChanged() throws IOException {
        String validity;
        try (ImapWorld world = new ImapWorld(home)) {
            for (int i = 0; i < 6; i++) {
                world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            }
            try (ImapPeer peer = reading(world, ANNA, "INBOX")) {
                validity = peer.ask("STATUS INBOX (UIDVALIDITY)").getFirst().replaceAll("\\D", "");
                peer.ask("STORE 2:4 +FLAGS (\\Deleted)");
                peer.ask("EXPUNGE");
                peer.ask("STORE 2 +FLAGS (\\Flagged)");
            }
        }
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer peer = world.peer()) {
            peer.ask("LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
            peer.ask("ENABLE QRESYNC");
            String flagged = "* 2 FETCH (UID 5 FLAGS (\\Flagged) MODSEQ (5))\r\n";
            String gone = "* VANISHED (EARLIER) 2:4\r\n";
            assertEquals(List.of(gone, flagged), since(peer, validity + " 2"));
            assertEquals(
                    List.of("* VANISHED (EARLIER) 3:4\r\n"), since(peer, validity + " 2 3:4,6"));
            assertEquals(List.of(flagged), since(peer, validity + " 4"));
            assertEquals(List.of(), since(peer, validity + " 5"));
            // §3.2.5.2: the second is still the second, and then it is not.
            assertEquals(List.of(flagged), since(peer, validity + " 2 1:6 (1:2 1,5)"));
            assertEquals(List.of(gone, flagged), since(peer, validity + " 2 1:6 (1:2 1:2)"));
            assertEquals(
                    List.of(gone, flagged),
                    since(peer, validity + " 2 1:4000000000 (1:4000000000 2:4000000000)"));
            assertEquals(List.of(), since(peer, "77 2"));
        }
    }

    private static List<String> since(ImapPeer peer, String known) throws IOException {
        List<String> told = peer.ask("EXAMINE INBOX (QRESYNC (" + known + "))");
        return told.stream().filter(it -> it.contains("VANISHED") || it.contains("FETCH")).toList();
    }

    /// Two programs: what one takes out the other hears of by UID, when it may.
    @Test
    void whatIsGoneIsToldByUid() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            for (int i = 0; i < 4; i++) {
                world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            }
            try (ImapPeer one = reading(world, ANNA, "INBOX");
                    ImapPeer other = reading(world, ANNA, "INBOX")) {
                other.ask("ENABLE QRESYNC");
                one.ask("STORE 1,3,4 +FLAGS.SILENT (\\Deleted)");
                other.ask("NOOP");
                one.ask("EXPUNGE");
                // It counts them still, so it is not told that they went earlier.
                assertEquals(
                        List.of("* VANISHED 1,3:4\r\n"),
                        other.ask("UID FETCH 1:* FLAGS (CHANGEDSINCE 3 VANISHED)"));
                assertEquals(List.of("* 1 FETCH (UID 2)\r\n"), other.ask("FETCH 1:* UID"));
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
            assertTrue(
                    before.toString()
                            .contains("* 2 FETCH (UID 3 FLAGS (\\Flagged Work) MODSEQ (4))"));
        }
    }

    private static List<String> shown(ImapPeer peer) throws IOException {
        List<String> all =
                new ArrayList<>(peer.ask("STATUS INBOX (UIDVALIDITY UIDNEXT HIGHESTMODSEQ)"));
        peer.ask("SELECT INBOX");
        all.addAll(peer.ask("UID FETCH 1:* (FLAGS MODSEQ)"));
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

    private static void append(ImapPeer peer, String folder, String letter) throws IOException {
        peer.ask("APPEND %s {%d+}\r\n%s".formatted(folder, letter.length(), letter));
    }

    private List<Path> bodies() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("bodies"))) {
            return files.toList();
        }
    }

    /// A letter of one's own is destroyed with its last place; one of a patient never is.
    @Test
    void whatLiesNowhereIsDestroyed() throws IOException {
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer peer = reading(world, ANNA, "Drafts")) {
            world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            append(peer, "Drafts", LETTER);
            peer.ask("CREATE Work");
            peer.ask("COPY 1 Work");
            assertEquals(2, bodies().size());
            peer.ask("STORE 1 +FLAGS (\\Deleted)");
            peer.ask("EXPUNGE");
            assertEquals(2, bodies().size());
            peer.ask("SELECT INBOX");
            peer.ask("COPY 1 Work");
            peer.ask("SELECT Work");
            assertTrue(peer.ask("FETCH 1:2 (RFC822.SIZE)").size() == 2);
            // Whoever has it open finds it empty, and can do no more with it.
            assertEquals(List.of("* 2 EXPUNGE\r\n", "* 1 EXPUNGE\r\n"), peer.ask("DELETE Work"));
            assertEquals(1, bodies().size());
            assertTrue(peer.ask("SELECT INBOX").contains("* 1 EXISTS\r\n"));
        }
    }

    /// What is kept in folders is as old as the day on which it came, and is forgotten with the
    /// rest.
    @Test
    void whatIsTooOldLeavesFoldersOfOnesOwn() throws IOException {
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer peer = reading(world, ANNA, "Archive")) {
            append(peer, "Archive", LETTER);
            assertEquals(1, world.mailbox.forget(world.clock.instant().plusSeconds(1)));
            assertTrue(peer.ask("NOOP").contains("* 1 EXPUNGE\r\n"));
            assertEquals(List.of(), bodies());
        }
    }

    /// What was lost with the database is a place, and no letter.
    @Test
    void lettersWithoutAPlaceGetOneWhereThePlaceWasLost() throws IOException {
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer peer = reading(world, ANNA, "INBOX")) {
            peer.ask("CREATE Work");
            append(peer, "Work", LETTER);
        }
        Files.move(home.resolve("db"), home.resolve("lost"));
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer peer = reading(world, ANNA, "Recovered")) {
            assertTrue(peer.ask("FETCH 1 (BODY[])").getFirst().contains(LETTER));
        }
    }

    /// A letter that was kept and not acknowledged is nobody's.
    @Test
    void lettersWithoutAPlaceGoWhereNothingWasLost() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            world.mailbox.keep(
                    Address.of(ANNA), Content.of(LETTER.getBytes(StandardCharsets.US_ASCII)));
            assertEquals(1, bodies().size());
        }
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer peer = reading(world, ANNA, "INBOX")) {
            assertEquals(List.of(), bodies());
            assertEquals(5, peer.ask("LIST \"\" *").size());
        }
    }

    /// I07: nobody reaches the folders of somebody else, not even by their names.
    @Test
    void nobodyPutsAnythingIntoFoldersOfOthers() throws IOException {
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer anna = reading(world, ANNA, "INBOX");
                ImapPeer sam = reading(world, SAM, "INBOX")) {
            anna.ask("CREATE Private");
            append(anna, "Private", LETTER);
            for (String command :
                    List.of(
                            "SELECT Private",
                            "STATUS Private (MESSAGES)",
                            "DELETE Private",
                            "RENAME Private Mine",
                            "APPEND Private {2+}\r\nhi")) {
                String answer = sam.any(command, new ArrayList<>());
                assertTrue(answer.startsWith("NO ["), command + ": " + answer);
            }
            sam.ask("CREATE Private");
            assertTrue(sam.ask("SELECT Private").contains("* 0 EXISTS\r\n"));
        }
    }

    /// §6.1 of the facts: three letters that look like commands, in one segment and octet by octet.
    @Test
    void lettersThatLookLikeCommandsAreNone() throws IOException {
        String letter = "a9 LOGOUT\r\nb1 DELETE Work\r\nc1 CREATE Evil\r\n";
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            all.append("x%d APPEND Work {%d+}\r\n%s\r\n".formatted(i, letter.length(), letter));
        }
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer peer = reading(world, ANNA, "INBOX")) {
            peer.ask("CREATE Work");
            for (int round = 0; round < 20; round++) {
                int step = round % 2 == 0 ? all.length() : 1;
                for (int at = 0; at < all.length(); at += step) {
                    peer.send(all.substring(at, at + step));
                }
                for (int i = 0; i < 3; i++) {
                    String answer = peer.response();
                    assertTrue(answer.startsWith("x" + i + " OK [APPENDUID "), answer);
                }
            }
            assertTrue(peer.ask("SELECT Work").contains("* 60 EXISTS\r\n"));
            for (String each : peer.ask("FETCH 1:* (BODY.PEEK[])")) {
                assertTrue(each.contains(letter), each);
            }
            assertTrue(peer.ask("LIST \"\" E*").isEmpty());
        }
    }

    /// The letters of another time: an older database is put back, or the mark of what was told is
    /// lost.
    @Test
    void noUidIsGivenTwiceAfterARestore() throws IOException {
        Path database = home.resolve("db");
        long first = letterAndValidity();
        Path backup = home.resolve("backup");
        copy(database, backup);
        long second = letterAndValidity();
        assertEquals(first, second, "an ordinary restart");
        Files.move(database, home.resolve("replaced"));
        copy(backup, database);
        long third = letterAndValidity();
        assertTrue(third > second, second + " and then " + third);
        assertEquals(third, letterAndValidity());
        Files.delete(home.resolve("folders.mark"));
        long fourth = letterAndValidity();
        assertTrue(fourth > third, third + " and then " + fourth);
        Files.move(database, home.resolve("lost"));
        long fifth = letterAndValidity();
        assertTrue(fifth > fourth, fourth + " and then " + fifth);
        byte[] mark = Files.readAllBytes(home.resolve("folders.mark"));
        mark[9] ^= 1;
        Files.write(home.resolve("folders.mark"), mark);
        long sixth = letterAndValidity();
        assertTrue(sixth > fifth, fifth + " and then " + sixth);
    }

    private long letterAndValidity() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            try (ImapPeer peer = reading(world, ANNA, "INBOX")) {
                String status = peer.ask("STATUS INBOX (UIDVALIDITY)").getFirst();
                return Long.parseLong(status.replaceAll("\\D", ""));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    /// What is damaged behind its first segment breaks off in the middle of a literal: the session
    /// ends, because whatever is said there would be read as a part of the letter.
    @Test
    void aLetterThatBreaksOffEndsTheSession() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            byte[] octets = new byte[200_000];
            Arrays.fill(octets, (byte) 'x');
            StoredMessage whole = world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            StoredMessage broken = world.store(ANNA, Direction.FROM_PATIENT, octets);
            try (ImapPeer peer = reading(world, ANNA, "INBOX")) {
                // What its surrogate would be is known from then on.
                peer.ask("FETCH 1:2 (ENVELOPE)");
            }
            damage(broken, 150_000);
            try (ImapPeer peer = reading(world, ANNA, "INBOX")) {
                peer.send("a UID FETCH 1:2 (BODY[])\r\nb NOOP\r\n");
                assertTrue(peer.response().contains(LETTER));
                assertThrows(EOFException.class, () -> fail(peer.response()));
            }
            try (ImapPeer peer = reading(world, ANNA, "INBOX")) {
                assertTrue(
                        peer.ask("FETCH 2 (FLAGS)").getFirst().startsWith("* 2 FETCH (FLAGS ())"),
                        "a letter that nobody got is read");
                peer.ask("FETCH 2 (BODY[]<0.60000>)");
                assertEquals(
                        List.of("* 2 FETCH (FLAGS (\\Seen))\r\n"), peer.ask("FETCH 2 (FLAGS)"));
            }
            damage(whole, 0);
            try (ImapPeer peer = reading(world, ANNA, "INBOX")) {
                List<String> said = new ArrayList<>();
                String answer = peer.any("FETCH 1 (BODY[])", said);
                assertTrue(answer.startsWith("NO "), answer);
                assertEquals(List.of(), said);
                peer.ask("NOOP");
            }
        }
    }

    /// Changes one octet of the sealed content.
    ///
    /// @param at in the plain text, roughly: the sealed one is a little longer
    private void damage(StoredMessage message, int at) throws IOException {
        Path file = home.resolve("bodies").resolve(message.key() + ".body");
        byte[] octets = Files.readAllBytes(file);
        octets[octets.length - (int) message.size() + at - 8] ^= 1;
        Files.write(file, octets);
    }

    /// What a command did is done, even if nobody can say what else is new.
    @Test
    void aStoreThatIsAwayIsAnAnswerAndNoEnd() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            try (ImapPeer peer = reading(world, ANNA, "INBOX")) {
                world.loseStore();
                for (String command : List.of("NOOP", "CHECK", "STORE 1 +FLAGS (\\Seen)")) {
                    String answer = peer.any(command, new ArrayList<>());
                    assertTrue(answer.startsWith("NO [UNAVAILABLE] "), command + ": " + answer);
                }
                peer.ask("CAPABILITY");
                peer.ask("LOGOUT");
            }
        }
    }

    /// RFC 3501 §2.3.1.1: what was told does not hold any more, so whoever was told is sent away.
    @Test
    void whoWasToldOfWhatIsTakenBackMustComeAgain() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            List<String> before;
            try (ImapPeer one = reading(world, ANNA, "INBOX");
                    ImapPeer other = reading(world, ANNA, "INBOX")) {
                before = one.ask("STATUS INBOX (UIDVALIDITY)");
                world.goBack();
                one.send("s1 STORE 1 +FLAGS (\\Seen)\r\n");
                assertTrue(one.response().startsWith("* BYE "));
                other.send("n1 NOOP\r\n");
                assertTrue(other.response().startsWith("* BYE "));
            }
            try (ImapPeer again = reading(world, ANNA, "INBOX")) {
                assertNotEquals(before, again.ask("STATUS INBOX (UIDVALIDITY)"));
                assertEquals(List.of("* 1 FETCH (FLAGS ())\r\n"), again.ask("FETCH 1 (FLAGS)"));
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
