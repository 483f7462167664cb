package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.SmtpPeer;

/// Random sessions, the same ones at each run: whatever a client says, it gets replies that are
/// well formed, no fault of ours shows, and no stranger's message goes anywhere but to the clinic.
class SessionFuzzTest {
    private static final int SESSIONS = 400;

    private static final String[] PIECES = {
        "EHLO far.example\r\n",
        "HELO x\r\n",
        "MAIL FROM:<a@far.example>\r\n",
        "MAIL FROM:<>\r\n",
        "MAIL FROM:<a@far.example> SIZE=",
        "RCPT TO:<alice@clinic.example>\r\n",
        "RCPT TO:<victim@far.example>\r\n",
        "RCPT TO:<",
        "\"@\\\">",
        "%x@clinic.example>\r\n",
        "DATA\r\n",
        "\r\n.\r\n",
        ".",
        "\r\n",
        "\r",
        "\n",
        "\0",
        "\u00ff",
        " ",
        "RSET\r\n",
        "NOOP x\r\n",
        "AUTH PLAIN\r\n",
        "AUTH LOGIN =\r\n",
        "STARTTLS \r\n",
        "VRFY\r\n",
        "BDAT 5\r\n",
        "<>",
        "=",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    };

    @Test
    void whateverIsSaidTheServerStaysItself() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_260_303);
        World world = new World(SmtpListener.Kind.INBOUND);
        try (world) {
            for (int i = 0; i < SESSIONS; i++) {
                play(world, random);
            }
        }
        assertFalse(world.reception.received().isEmpty(), "not one session was right");
        for (MemoryReception.Received received : world.reception.received()) {
            for (Address recipient : received.envelope().recipients()) {
                assertEquals(World.CLINIC, recipient.domain());
            }
            assertFalse(received.body().contains("\0"));
        }
        assertEquals(0, world.reception.openDrafts());
    }

    private static void play(World world, RandomGenerator random) throws IOException {
        try (SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            if (random.nextInt(4) > 0) {
                peer.ask("EHLO far.example", "250 *");
                peer.ask("MAIL FROM:<a@far.example>", "250 *");
                peer.ask("RCPT TO:<alice@clinic.example>", "250 *");
                if (random.nextBoolean()) {
                    peer.ask("DATA", "354 *");
                }
            }
            StringBuilder said = new StringBuilder();
            int length = random.nextInt(30);
            for (int i = 0; i < length; i++) {
                said.append(PIECES[random.nextInt(PIECES.length)]);
            }
            // Whatever was begun ends: an open DATA, or an open line.
            peer.send(said + "\r\n.\r\nQUIT\r\nQUIT\r\n");
            assertRepliesAreWellFormed(peer, said.toString());
        }
    }

    private static void assertRepliesAreWellFormed(SmtpPeer peer, String said) throws IOException {
        while (true) {
            String line = peer.line();
            if (line.isEmpty()) {
                return;
            }
            assertTrue(line.matches("[2-5][0-9]{2}[ -][ -~]*"), () -> line + " to " + said);
            assertFalse(line.startsWith("421 4.3.0"), () -> line + " to " + said);
        }
    }
}
