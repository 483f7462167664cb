package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.bridge.Bridge;
import org.postern.bridge.Orders;
import org.postern.mail.Address;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.sent.SentOrder;
import org.postern.testkit.ImapPeer;

/// What mail programs do that concerns the rest of the gateway: which orders a STORE gives, and
/// what is written down of reading.
class BridgeTest {
    private static final String ANNA = "anna@clinic.example";
    private static final String LETTER = "Subject: one\r\n\r\nHello\r\n";

    @TempDir Path home;
    private ImapWorld world;
    private final List<String> given = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final List<String> read = new ArrayList<>();
    private boolean broken;
    private Orders.Result result = new Orders.Result(true, "it is done");

    private final Orders orders =
            new Orders() {
                @Override
                public Result give(Address by, MessageKey key, SentOrder order) throws IOException {
                    works();
                    given.add(order + " " + key + " " + by);
                    return result;
                }

                @Override
                public void noteRefused(Address by, MessageKey key, SentOrder order, String why)
                        throws IOException {
                    works();
                    refused.add(order + " " + key + " " + by + " " + why);
                }
            };

    @BeforeEach
    void open() throws IOException {
        world = new ImapWorld(home);
        world.bridge =
                new Bridge(
                        orders,
                        (reader, keys) -> {
                            works();
                            keys.forEach(key -> read.add(reader + " " + key));
                            return keys;
                        },
                        new Bridges.Shut("nothing is held"));
    }

    private void works() throws IOException {
        if (broken) {
            throw new IOException("not audited; nothing may go on without");
        }
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private ImapPeer reading(String folder) throws IOException {
        ImapPeer peer = world.peer();
        peer.ask("LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
        peer.ask("SELECT " + folder);
        return peer;
    }

    private MessageKey stored(Direction direction) throws IOException {
        StoredMessage stored = world.store(ANNA, direction, LETTER);
        return stored.key();
    }

    private static String refused(ImapPeer peer, String command) throws IOException {
        String answer = peer.any(command, new ArrayList<>());
        assertTrue(answer.startsWith("NO ["), answer);
        return answer.strip();
    }

    @Test
    void aKeywordIsAnOrderAndNoState() throws IOException {
        MessageKey key = stored(Direction.TO_PATIENT);
        try (ImapPeer peer = reading("Sent");
                ImapPeer other = reading("Sent")) {
            List<String> said = new ArrayList<>();
            String answer = peer.any("UID STORE 1 +FLAGS.SILENT (\\Flagged $ReCall)", said);
            assertEquals("OK it is done\r\n", answer);
            assertEquals(List.of("RECALL " + key + " " + ANNA), given);
            // Told, though it asks for no answer: the keyword is not there.
            String flags = "* 1 FETCH (UID 1 FLAGS (\\Seen \\Flagged $Waiting";
            assertEquals(List.of(flags + " \\Recent))\r\n"), said);
            assertEquals(List.of(flags + "))\r\n"), other.ask("NOOP"));
            peer.ask("STORE 1 -FLAGS ($Recall)");
            peer.ask("COPY 1 Archive");
            peer.ask("APPEND Drafts ($Remind) {2+}\r\nab");
            assertEquals(1, given.size());
        }
    }

    @Test
    void whatIsWrongIsExplained() throws IOException {
        stored(Direction.FROM_PATIENT);
        stored(Direction.FROM_PATIENT);
        result = new Orders.Result(false, "this is no message to a patient");
        try (ImapPeer peer = reading("INBOX")) {
            List<String> said = new ArrayList<>();
            String answer = peer.any("STORE 1 +FLAGS ($Remind)", said);
            assertEquals("NO [CANNOT] this is no message to a patient\r\n", answer);
            assertEquals(
                    List.of(
                            "* 1 FETCH (FLAGS (\\Recent))\r\n",
                            "* NO [CANNOT] UID 1: no remind: this is no message to a patient\r\n"),
                    said);
            assertEquals("NO [CANNOT] 0 done, 2 not", refused(peer, "STORE 1:2 +FLAGS ($Remind)"));
        }
    }

    @Test
    void ordersAreFewAndSingle() throws IOException {
        MessageKey first = stored(Direction.TO_PATIENT);
        IntStream.range(1, 21).forEach(_ -> store());
        try (ImapPeer peer = reading("Sent")) {
            assertTrue(refused(peer, "STORE 1:* +FLAGS ($Recall)").startsWith("NO [LIMIT]"));
            assertTrue(refused(peer, "STORE 1 +FLAGS ($Recall $Remind)").startsWith("NO [LIMIT]"));
            assertEquals(List.of(), given);
            // Who tried it is in the audit, whatever it was: by one message, so that it is found.
            String why = " " + first + " " + ANNA + " one order for at most 20 messages; ";
            assertEquals(
                    List.of(
                            "RECALL" + why + "1 for 21 were asked for",
                            "RECALL" + why + "2 for 1 were asked for",
                            "REMIND" + why + "2 for 1 were asked for"),
                    refused);
            broken = true;
            assertTrue(refused(peer, "STORE 1:* +FLAGS ($Recall)").startsWith("NO [UNAVAILABLE]"));
            broken = false;
            peer.ask("STORE 1:20 +FLAGS ($Remind)");
            assertEquals(20, given.size());
            peer.ask("EXAMINE Sent");
            assertTrue(refused(peer, "STORE 1 +FLAGS ($Recall)").startsWith("NO [READ-ONLY]"));
            assertEquals(20, given.size());
        }
    }

    /// RFC 7162 §3.1.3: she has opened it meanwhile, and whoever takes it back does not know.
    @Test
    void aConditionIsOneForOrdersAsWell() throws IOException {
        MessageKey key = stored(Direction.TO_PATIENT);
        try (ImapPeer peer = reading("Sent")) {
            String known = modseq(peer);
            world.mailbox.markRead(key, world.clock.instant());
            String order = "STORE 1 (UNCHANGEDSINCE %s) +FLAGS ($Recall)";
            String answer = peer.any(order.formatted(known), new ArrayList<>());
            assertTrue(answer.startsWith("OK [MODIFIED 1] "), answer);
            assertEquals(List.of(), given);
            answer = peer.any(order.formatted(modseq(peer)), new ArrayList<>());
            assertEquals("OK it is done\r\n", answer);
            assertEquals(List.of("RECALL " + key + " " + ANNA), given);
        }
    }

    private static String modseq(ImapPeer peer) throws IOException {
        String told = peer.ask("FETCH 1 MODSEQ").getLast();
        return told.replaceAll("(?s).*MODSEQ \\((\\d+).*", "$1");
    }

    private void store() {
        try {
            stored(Direction.TO_PATIENT);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// A stop between the act and the flag leaves no flag, because there never is one.
    @Test
    void anOrderThatFailedLeavesNothing() throws IOException {
        stored(Direction.TO_PATIENT);
        broken = true;
        try (ImapPeer peer = reading("Sent")) {
            String answer = refused(peer, "STORE 1 +FLAGS ($Recall)");
            assertTrue(answer.startsWith("NO [UNAVAILABLE]"), answer);
        }
        world.close();
        world = new ImapWorld(home);
        try (ImapPeer peer = reading("Sent")) {
            assertEquals(
                    List.of("* 1 FETCH (FLAGS (\\Seen $Waiting))\r\n"), peer.ask("FETCH 1 FLAGS"));
        }
    }

    /// RFC 3516, RFC 8970: whatever shows words of the letter is reading; sizes show none.
    @Test
    void partsWithoutTheirEncodingAndFirstWordsAreReading() throws IOException {
        String first = ANNA + " " + stored(Direction.FROM_PATIENT);
        String second = ANNA + " " + stored(Direction.FROM_PATIENT);
        try (ImapPeer peer = reading("INBOX")) {
            peer.ask("FETCH 1:* (BINARY.SIZE[1] BINARY.SIZE[])");
            assertEquals(
                    List.of("* 1 FETCH (PREVIEW NIL)\r\n", "* 2 FETCH (PREVIEW NIL)\r\n"),
                    peer.ask("FETCH 1:* (PREVIEW (LAZY))"));
            assertEquals(List.of(), read);
            peer.ask("FETCH 1 BINARY.PEEK[1]<0.1>");
            assertEquals(List.of(first), read);
            peer.ask("FETCH 1:2 PREVIEW");
            assertEquals(List.of(first, second), read);
        }
        try (ImapPeer peer = reading("INBOX")) {
            peer.ask("FETCH 2 PREVIEW");
            assertEquals(List.of(first, second, second), read);
        }
    }

    @Test
    void whatIsReadIsWrittenDownOncePerSession() throws IOException {
        String first = ANNA + " " + stored(Direction.FROM_PATIENT);
        String second = ANNA + " " + stored(Direction.FROM_PATIENT);
        try (ImapPeer peer = reading("INBOX")) {
            peer.ask("FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE RFC822.SIZE)");
            peer.ask("FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)] RFC822.HEADER)");
            assertEquals(List.of(), read);
            peer.ask("FETCH 1 BODY.PEEK[]<0.1>");
            assertEquals(List.of(first), read);
            peer.ask("FETCH 1:2 (BODY[TEXT])");
            peer.ask("UID FETCH 1:* BODY[1]");
            peer.ask("SELECT INBOX");
            peer.ask("FETCH 1 RFC822");
            assertEquals(List.of(first, second), read);
        }
        try (ImapPeer peer = reading("INBOX")) {
            peer.ask("FETCH 2 RFC822.TEXT");
            assertEquals(List.of(first, second, second), read);
        }
    }

    @Test
    void whatCannotBeWrittenDownIsNotShown() throws IOException {
        stored(Direction.FROM_PATIENT);
        try (ImapPeer peer = reading("INBOX")) {
            broken = true;
            List<String> said = new ArrayList<>();
            String answer = peer.any("FETCH 1 (FLAGS BODY[])", said);
            assertTrue(answer.startsWith("NO [UNAVAILABLE]"), answer);
            assertEquals(List.of(), said);
            broken = false;
            peer.ask("FETCH 1 BODY[]");
            assertEquals(1, read.size());
        }
    }
}
