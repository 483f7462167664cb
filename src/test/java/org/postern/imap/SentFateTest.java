package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.testkit.ImapPeer;

/// What becomes of sent mail, as a mail program is told of it.
class SentFateTest {
    private static final String ANNA = "anna@clinic.example";
    private static final String SAM = "sam@clinic.example";
    private static final String LETTER = "Subject: one\r\n\r\nHello\r\n";

    @TempDir Path home;
    private ImapWorld world;

    @BeforeEach
    void open() throws IOException {
        world = new ImapWorld(home);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private ImapPeer reading(String owner, String folder) throws IOException {
        ImapPeer peer = world.peer();
        peer.ask("LOGIN " + owner + " \"" + ImapWorld.SECRET + "\"");
        peer.ask("SELECT " + folder);
        return peer;
    }

    private StoredMessage sent() throws IOException {
        return world.store(ANNA, Direction.TO_PATIENT, LETTER);
    }

    private Instant now() {
        return world.clock.instant();
    }

    /// What a client hears without asking, up to the line that it waits for.
    private static List<String> heard(ImapPeer peer, String last) throws IOException {
        List<String> all = new ArrayList<>();
        do {
            all.add(peer.response());
        } while (!all.getLast().equals(last));
        return all;
    }

    private static void has(ImapPeer peer, String flags) throws IOException {
        assertEquals(
                List.of("* 1 FETCH (UID 1 FLAGS (" + flags + "))\r\n"),
                peer.ask("FETCH 1 (UID FLAGS)"));
    }

    @Test
    void aMessageWaitsFromItsFirstMoment() throws IOException {
        sent();
        try (ImapPeer peer = world.peer()) {
            peer.ask("LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
            List<String> told = peer.ask("SELECT Sent");
            assertTrue(told.getFirst().endsWith("\\Draft $Waiting)\r\n"), told.toString());
            // She cannot set it, so it is none of those that she can change for good.
            assertTrue(told.get(1).contains("\\Draft \\*)]"), told.toString());
            has(peer, "\\Seen $Waiting \\Recent");
            assertEquals(List.of("* SEARCH 1\r\n"), peer.ask("SEARCH KEYWORD $waiting"));
            assertEquals(List.of("* SEARCH\r\n"), peer.ask("SEARCH UNKEYWORD $Waiting"));
        }
    }

    @Test
    void whoIdlesIsToldAtOnce() throws IOException {
        StoredMessage letter = sent();
        try (ImapPeer peer = reading(ANNA, "Sent");
                ImapPeer stranger = reading(SAM, "Sent")) {
            peer.send("i IDLE\r\n");
            assertEquals("+ idling\r\n", peer.response());
            world.mailbox.markRead(letter.key(), now());
            List<String> told = heard(peer, "* 1 FETCH (UID 1 FLAGS (\\Seen $Read \\Recent))\r\n");
            assertTrue(told.getFirst().startsWith("* FLAGS ("), told.toString());
            world.mailbox.markAnswered(letter.key(), now());
            heard(peer, "* 1 FETCH (UID 1 FLAGS (\\Seen $Read $Replied \\Recent))\r\n");
            assertEquals(List.of(), stranger.ask("NOOP"));
        }
    }

    /// The octets stay what they were under their UID: only keywords change.
    @Test
    void theLetterItselfStaysAsItIs() throws IOException {
        StoredMessage letter = sent();
        try (ImapPeer peer = reading(ANNA, "Sent")) {
            List<String> before = peer.ask("FETCH 1 (UID RFC822.SIZE BODY.PEEK[])");
            world.mailbox.markRead(letter.key(), now());
            peer.ask("NOOP");
            assertEquals(before, peer.ask("FETCH 1 (UID RFC822.SIZE BODY.PEEK[])"));
        }
    }

    @Test
    void linksEndPauseAndComeBack() throws IOException {
        StoredMessage letter = sent();
        Address patient = letter.message().patient();
        try (ImapPeer peer = reading(ANNA, "Sent")) {
            world.mailbox.grant(letter.key(), now().plus(Duration.ofDays(1)));
            peer.ask("NOOP");
            has(peer, "\\Seen $Waiting \\Recent");
            Instant before = now();
            world.clock.advance(Duration.ofDays(1));
            world.mailbox.tellEnded(before, now());
            peer.ask("NOOP");
            has(peer, "\\Seen $Expired \\Recent");
            world.mailbox.grant(letter.key(), now().plus(Duration.ofDays(1)));
            peer.ask("NOOP");
            has(peer, "\\Seen $Waiting \\Recent");
            world.mailbox.pauseLinks(patient, now());
            peer.ask("NOOP");
            has(peer, "\\Seen $Failed \\Recent");
            world.mailbox.resumeLinks(patient);
            peer.ask("NOOP");
            has(peer, "\\Seen $Waiting \\Recent");
            // What she read she has read, whatever becomes of the links.
            world.mailbox.markRead(letter.key(), now());
            world.clock.advance(Duration.ofDays(2));
            world.mailbox.pauseLinks(patient, now());
            peer.ask("NOOP");
            has(peer, "\\Seen $Read \\Recent");
        }
    }

    /// A link to a later message of the conversation opens the first one as well.
    @Test
    void anAnswerAndALinkAreForTheWholeConversation() throws IOException {
        StoredMessage first = conversing(Direction.TO_PATIENT, "first", List.of());
        world.mailbox.grant(first.key(), now().plus(Duration.ofHours(1)));
        world.clock.advance(Duration.ofHours(2));
        StoredMessage second = conversing(Direction.TO_PATIENT, "second", List.of("first"));
        world.mailbox.grant(second.key(), now().plus(Duration.ofHours(1)));
        assertEquals(first.thread(), second.thread());
        try (ImapPeer peer = reading(ANNA, "Sent")) {
            has(peer, "\\Seen $Waiting \\Recent");
            conversing(Direction.FROM_PATIENT, "answer", List.of("second"));
            conversing(Direction.TO_PATIENT, "third", List.of("answer"));
            peer.ask("NOOP");
            assertEquals(
                    List.of(
                            "* 1 FETCH (FLAGS (\\Seen $Replied \\Recent))\r\n",
                            "* 2 FETCH (FLAGS (\\Seen $Replied \\Recent))\r\n",
                            "* 3 FETCH (FLAGS (\\Seen $Waiting \\Recent))\r\n"),
                    peer.ask("FETCH 1:* FLAGS"));
        }
    }

    private StoredMessage conversing(Direction direction, String id, List<String> references)
            throws IOException {
        world.clock.advance(Duration.ofMinutes(1));
        return world.mailbox.store(
                new NewMessage(
                        QueueId.next(now(), new SecureRandom()),
                        direction,
                        Address.of(ANNA),
                        Address.of("maria@home.example"),
                        id,
                        references,
                        now()),
                Content.of(LETTER.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void nobodyElseSaysWhatBecameOfAMessage() throws IOException {
        sent();
        try (ImapPeer peer = reading(ANNA, "Sent");
                ImapPeer other = reading(ANNA, "Sent")) {
            List<String> said = new ArrayList<>();
            String answer = peer.any("STORE 1 +FLAGS ($Read $Mine)", said);
            assertTrue(answer.startsWith("OK what became of a message"), answer);
            assertEquals("* 1 FETCH (FLAGS (\\Seen $Waiting $Mine \\Recent))\r\n", said.getLast());
            // A client that asks for no answer thinks otherwise, and is told.
            assertEquals(
                    List.of("* 1 FETCH (FLAGS (\\Seen $Waiting $Mine \\Recent))\r\n"),
                    peer.ask("STORE 1 -FLAGS.SILENT ($WAITING)"));
            peer.ask("STORE 1 FLAGS (\\Flagged $Replied)");
            has(peer, "\\Flagged $Waiting \\Recent");
            other.ask("NOOP");
            has(other, "\\Flagged $Waiting");
            peer.ask("APPEND Drafts ($Read \\Draft) {2+}\r\nab");
            peer.ask("SELECT Drafts");
            has(peer, "\\Draft \\Recent");
        }
    }

    /// A client that replaces all flags thinks that the words are gone, even if nothing changed.
    @Test
    void whoReplacesInSilenceIsToldWhatStays() throws IOException {
        sent();
        world.store(ANNA, Direction.FROM_PATIENT, LETTER);
        try (ImapPeer peer = reading(ANNA, "Sent")) {
            String told = "* 1 FETCH (FLAGS (\\Seen $Waiting \\Recent))\r\n";
            assertEquals(List.of(told), peer.ask("STORE 1 FLAGS.SILENT (\\Seen)"));
            told = told.replace("Seen", "Flagged");
            assertEquals(List.of(told), peer.ask("STORE 1 FLAGS.SILENT (\\Flagged)"));
            assertEquals(List.of(), peer.ask("STORE 1 +FLAGS.SILENT (\\Flagged)"));
            peer.ask("SELECT INBOX");
            assertEquals(List.of(), peer.ask("STORE 1 FLAGS.SILENT (\\Seen)"));
        }
    }

    /// It is the same message in each of its folders.
    @Test
    void aCopyIsToldOfAsWell() throws IOException {
        StoredMessage letter = sent();
        try (ImapPeer peer = reading(ANNA, "Sent");
                ImapPeer there = reading(ANNA, "Archive")) {
            peer.ask("COPY 1 Archive");
            there.ask("NOOP");
            has(there, "\\Seen $Waiting \\Recent");
            world.mailbox.markRead(letter.key(), now());
            there.ask("NOOP");
            has(there, "\\Seen $Read \\Recent");
            peer.ask("NOOP");
            has(peer, "\\Seen $Read \\Recent");
        }
    }

    @Test
    void itIsKnownAfterARestart() throws IOException {
        StoredMessage letter = sent();
        try (ImapPeer peer = reading(ANNA, "Sent")) {
            has(peer, "\\Seen $Waiting \\Recent");
        }
        world.mailbox.markRead(letter.key(), now());
        world.close();
        world = new ImapWorld(home);
        try (ImapPeer peer = reading(ANNA, "Sent")) {
            has(peer, "\\Seen $Read");
        }
    }

    /// All places for keywords of one's own are taken.
    @Test
    void thereIsRoomForItBesideAllOthers() throws IOException {
        try (ImapPeer peer = reading(ANNA, "Sent")) {
            String all =
                    String.join(" ", IntStream.range(0, 50).mapToObj(it -> "Own" + it).toList());
            StoredMessage first = sent();
            peer.ask("NOOP");
            List<String> said = new ArrayList<>();
            assertTrue(peer.any("STORE 1 FLAGS (" + all + ")", said).startsWith("NO [LIMIT]"));
            all = all.substring(0, all.lastIndexOf(' '));
            peer.ask("STORE 1 FLAGS (" + all + ")");
            world.mailbox.markRead(first.key(), now());
            peer.ask("NOOP");
            has(peer, all + " $Read \\Recent");
            world.mailbox.markAnswered(first.key(), now());
            peer.ask("NOOP");
            has(peer, all + " $Read $Replied \\Recent");
        }
    }
}
