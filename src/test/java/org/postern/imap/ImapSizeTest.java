package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.testkit.ImapPeer;

/// The size of a message for a program that knows no UTF-8: RFC 6858 §2. Of one in ASCII it is
/// known without a look at anything but its row.
class ImapSizeTest {
    private static final String ANNA = "anna@clinic.example";
    private static final String PLAIN = "Subject: knee\r\n\r\nBesser \u00fc\r\n";
    private static final String BEYOND = "Subject: Kn\u00f6chel\r\nX-\u00dc: x\r\n\r\nHello\r\n";

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

    private ImapPeer reading() throws IOException {
        ImapPeer peer = world.peer();
        peer.ask("LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
        peer.ask("SELECT INBOX");
        return peer;
    }

    private StoredMessage store(String letter) throws IOException {
        return world.store(ANNA, Direction.FROM_PATIENT, letter.getBytes(StandardCharsets.UTF_8));
    }

    private static int length(String letter) {
        return letter.getBytes(StandardCharsets.UTF_8).length;
    }

    /// What is told agrees with the octets, in a list of both and at the second look as well.
    @Test
    void sizesAreThoseOfWhatIsShown() throws IOException {
        store(BEYOND);
        store(PLAIN);
        store(BEYOND);
        try (ImapPeer peer = reading()) {
            String shown = peer.ask("FETCH 1 BODY.PEEK[]").getFirst();
            int octets = Integer.parseInt(shown.replaceFirst("(?s).*\\{(\\d+)}.*", "$1"));
            assertTrue(octets != length(BEYOND), shown);
            List<String> sizes = new ArrayList<>();
            for (int size : new int[] {octets, length(PLAIN), octets}) {
                sizes.add("* %d FETCH (RFC822.SIZE %d)\r\n".formatted(sizes.size() + 1, size));
            }
            assertEquals(sizes, peer.ask("FETCH 1:* RFC822.SIZE"));
            assertEquals(sizes, peer.ask("FETCH 1:* RFC822.SIZE"));
        }
    }

    /// A message whose size is known is told of though neither its outline nor its body is there;
    /// in the same list is one that has to be looked at.
    @Test
    void aListOfSizesLooksAtNoMessageInAscii() throws IOException {
        StoredMessage plain = store(PLAIN);
        store(BEYOND);
        try (ImapPeer peer = reading()) {
            List<String> sizes = peer.ask("FETCH 1:* (UID RFC822.SIZE)");
            world.loseLetter(plain);
            assertEquals(sizes, peer.ask("FETCH 1:* (UID RFC822.SIZE)"));
            String answer = peer.any("FETCH 1 ENVELOPE", new ArrayList<>());
            assertTrue(answer.startsWith("NO "), answer);
        }
    }

    /// RFC 8438 §3: the whole is never less than its parts, whoever has looked at what before.
    @Test
    void theSizeOfAFolderIsNoLessThanThatOfItsMessages() throws IOException {
        int longer = 0;
        try (ImapPeer plain = reading();
                ImapPeer utf8 = world.peer()) {
            utf8.ask("LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
            utf8.ask("ENABLE UTF8=ACCEPT");
            store(PLAIN);
            assertEquals(length(PLAIN), size(plain));
            for (int i = 0; i < 20; i++) {
                String letter =
                        "To: \u00e9@x, \u00f6@y\r\nSubject: " + "\u00e9".repeat(i) + "\r\n\r\na";
                store(letter);
                longer += length(letter);
            }
            assertTrue(size(plain) > sum(plain));
            assertTrue(sum(plain) > longer + length(PLAIN), "surrogates are longer here");
            world.forgetAscii();
            assertTrue(size(plain) > sum(plain));
            assertEquals(longer + length(PLAIN), size(utf8));
            assertEquals(sum(utf8), size(utf8));
        }
    }

    private static long size(ImapPeer peer) throws IOException {
        String told = String.join("", peer.ask("STATUS INBOX (SIZE)"));
        return Long.parseLong(told.replaceFirst("(?s).*\\(SIZE (\\d+)\\).*", "$1"));
    }

    private static long sum(ImapPeer peer) throws IOException {
        peer.ask("EXAMINE INBOX");
        return peer.ask("FETCH 1:* RFC822.SIZE").stream()
                .filter(it -> it.contains("RFC822.SIZE"))
                .mapToLong(it -> Long.parseLong(it.replaceFirst("(?s).*SIZE (\\d+)\\).*", "$1")))
                .sum();
    }

    @Test
    void aLetterThatWasPutThereIsKnownAtOnce() throws IOException {
        try (ImapPeer peer = reading()) {
            peer.ask("APPEND INBOX {%d+}\r\n%s".formatted(4, "a\r\nb"));
            assertEquals(1, world.rows("imap_filed WHERE ascii = TRUE"));
            peer.ask("SELECT INBOX");
            assertEquals(List.of("* 1 FETCH (RFC822.SIZE 4)\r\n"), peer.ask("FETCH 1 RFC822.SIZE"));
        }
    }
}
