package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.testkit.ImapPeer;

/// COMPRESS: RFC 4978.
class ImapCompressTest {
    private static final String ANNA = "anna@clinic.example";

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

    private ImapPeer deflated() throws IOException {
        ImapPeer peer = world.peer();
        peer.ask("LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
        peer.deflate();
        return peer;
    }

    @Test
    void isTheSameLanguage() throws IOException {
        String letter = "Subject: long\r\n\r\n" + "Hello again. ".repeat(20_000) + "\r\n";
        world.store(ANNA, Direction.FROM_PATIENT, letter);
        try (ImapPeer peer = deflated()) {
            peer.ask("SELECT INBOX");
            String told = peer.ask("FETCH 1 BODY.PEEK[]").getFirst();
            String literal = "* 1 FETCH (BODY[] {" + letter.length() + "}\r\n";
            assertEquals(literal + letter + ")\r\n", told);
            peer.ask("APPEND Drafts {4+}\r\na: b");
            peer.send("x APPEND Drafts {" + letter.length() + "}\r\n");
            assertEquals("+ OK\r\n", peer.response());
            peer.send(letter + "\r\n");
            assertTrue(peer.response().startsWith("x OK"), "kept");
            peer.send("y IDLE\r\n");
            assertEquals("+ idling\r\n", peer.response());
            world.store(ANNA, Direction.FROM_PATIENT, letter);
            assertEquals("* 2 EXISTS\r\n", peer.response());
            assertEquals("* 2 RECENT\r\n", peer.response());
            peer.send("DONE\r\n");
            assertTrue(peer.response().startsWith("y OK"), "back");
            String again = peer.any("COMPRESS DEFLATE", new ArrayList<>());
            assertTrue(again.startsWith("BAD [COMPRESSIONACTIVE]"), again);
            assertTrue(peer.ask("LOGOUT").getFirst().startsWith("* BYE"), "in deflated words");
        }
    }

    /// What different people wrote is not deflated together: the length of both is that of each.
    @Test
    void lengthTellsNothingOfOtherPeoplesWords() throws IOException {
        String secret = "the result of Maria Gonzalez is positive, as of yesterday";
        world.store(ANNA, Direction.FROM_PATIENT, "Subject: " + secret + "\r\n\r\n.\r\n");
        world.store(ANNA, Direction.FROM_PATIENT, "Subject: " + secret + "\r\n\r\n.\r\n");
        try (ImapPeer peer = deflated()) {
            peer.ask("SELECT INBOX");
            long one = octets(peer, "FETCH 1 ENVELOPE") + octets(peer, "FETCH 2 ENVELOPE");
            assertTrue(
                    octets(peer, "FETCH 1:2 ENVELOPE") > one - 60,
                    "two that are the same take as much room as they do alone");
        }
    }

    /// How many octets come, deflated.
    private static long octets(ImapPeer peer, String command) throws IOException {
        long before = peer.octetsIn();
        peer.ask(command);
        return peer.octetsIn() - before;
    }

    @Test
    void isNotForStrangersAndKnowsOneMechanism() throws IOException {
        try (ImapPeer peer = world.peer()) {
            assertTrue(peer.any("COMPRESS DEFLATE", new ArrayList<>()).startsWith("BAD"));
            peer.ask("LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
            assertTrue(peer.any("COMPRESS LZ4", new ArrayList<>()).startsWith("BAD DEFLATE"));
            assertTrue(peer.any("COMPRESS", new ArrayList<>()).startsWith("BAD"));
            // What was said behind it in clear is not obeyed.
            List<String> said = new ArrayList<>();
            peer.send("z1 COMPRESS DEFLATE\r\nz2 CREATE Work\r\n");
            said.add(peer.response());
            assertTrue(said.getFirst().startsWith("* BYE nothing may follow"), said.getFirst());
            assertThrows(EOFException.class, peer::response);
        }
        try (ImapPeer peer = deflated()) {
            assertEquals(List.of(), peer.ask("LIST \"\" Work"));
        }
    }

    /// A kilobyte that becomes a megabyte meets the limit of a line.
    @Test
    void whatGrowsWithoutEndMeetsTheLimits() throws IOException {
        try (ImapPeer peer = deflated()) {
            peer.sendRaw(deflate("a".repeat(50_000_000)));
            assertTrue(peer.response().startsWith("* BYE"), "no line");
        }
        try (ImapPeer peer = deflated()) {
            peer.sendRaw(deflate("a1 SELECT {2000000+}\r\n" + "\0".repeat(50_000_000)));
            String answer = peer.response();
            assertTrue(answer.startsWith("a1 BAD [TOOBIG]"), answer);
            assertTrue(peer.response().startsWith("* BYE"), "no more");
        }
    }

    private static byte[] deflate(String text) {
        try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
            deflater.setInput(text.getBytes(StandardCharsets.ISO_8859_1));
            byte[] octets = new byte[1_000_000];
            int count = deflater.deflate(octets, 0, octets.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(octets, count);
        }
    }

    @Test
    void whatIsNotDeflatedEndsTheSession() throws IOException {
        for (String octets : List.of("a1 NOOP\r\n", "\u0007\u00ff\u00ff", "\u0003\0")) {
            try (ImapPeer peer = deflated()) {
                peer.sendRaw(octets.getBytes(StandardCharsets.ISO_8859_1));
                assertThrows(IOException.class, peer::response);
            }
        }
        try (ImapPeer peer = deflated()) {
            peer.ask("NOOP");
        }
    }

    /// The server's last word is deflated as well.
    @Test
    void whoeverWaitsHearsThatTheServerStops() throws IOException {
        try (ImapPeer peer = deflated()) {
            peer.ask("NOOP");
            world.stop();
            assertTrue(peer.response().startsWith("* BYE"), "a last word");
        }
    }
}
