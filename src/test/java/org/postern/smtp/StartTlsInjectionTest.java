package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.postern.testkit.SmtpPeer;

/// S14 and G2, CVE-2021-38542 and CVE-2022-28220: commands that somebody puts in clear around
/// STARTTLS, in every cut and at every moment, even while the handshake runs. None is ever obeyed.
class StartTlsInjectionTest {
    private static final int INTERLEAVINGS = 1_000;

    /// More than the head of a TLS record can announce, so that a server that takes the octets
    /// before it for the head of a record has the whole of it and need not wait.
    private static final String FILLER = "x".repeat(1 << 16);

    private static final String LOGIN =
            "AUTH PLAIN " + DialogueTest.plain(World.ALICE.toString(), World.SECRET) + "\r\n";

    private static final List<String> INJECTED =
            List.of(
                    "MAIL FROM:<alice@clinic.example>\r\n",
                    "EHLO evil.example\r\nMAIL FROM:<alice@clinic.example>\r\n",
                    LOGIN,
                    "EHLO evil.example\r\n" + LOGIN + "MAIL FROM:<alice@clinic.example>\r\n",
                    "STARTTLS\r\n",
                    "NOOP\r\n",
                    "\r\n",
                    "\n",
                    "X");

    /// When the octets come that do not belong there.
    private enum Moment {
        /// In the segment of STARTTLS.
        TOGETHER,
        /// Each octet in a segment of its own.
        OCTET_BY_OCTET,
        /// Cut somewhere.
        CUT,
        /// Between the reply and the handshake.
        AFTER_THE_REPLY,
        /// From another thread, while the handshake runs.
        MEANWHILE
    }

    /// How a session ends.
    private enum End {
        /// With a reply in clear.
        REFUSED,
        /// In or straight behind the handshake, which cannot go on.
        BROKEN
    }

    @Test
    void noCommandInClearIsObeyed() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3_207);
        Map<Moment, Set<End>> ends = new EnumMap<>(Moment.class);
        try (World world = new World(SmtpListener.Kind.SUBMISSION)) {
            for (int i = 0; i < INTERLEAVINGS; i++) {
                Moment moment = Moment.values()[i % Moment.values().length];
                String injected = INJECTED.get(random.nextInt(INJECTED.size()));
                try (SmtpPeer peer = greeted(world)) {
                    End end = play(peer, moment, injected, random);
                    ends.computeIfAbsent(moment, m -> EnumSet.noneOf(End.class)).add(end);
                } catch (AssertionError e) {
                    throw new AssertionError(i + " " + moment + " " + injected + e, e);
                }
            }
            assertEquals(List.of(), world.reception.received());
        }
        assertEquals(Set.of(End.REFUSED), ends.get(Moment.TOGETHER), ends.toString());
        assertEquals(Set.of(End.BROKEN), ends.get(Moment.MEANWHILE), ends.toString());
    }

    /// Without them the same session is secured, and remembers nothing of what it was told before.
    @Test
    void aSessionIsFreshBehindStartTls() throws IOException {
        try (World world = new World(SmtpListener.Kind.INBOUND);
                SmtpPeer peer = greeted(world)) {
            peer.ask("MAIL FROM:<a@far.example>", "250 *");
            peer.ask("RCPT TO:<alice@clinic.example>", "250 *");
            peer.ask("STARTTLS", "220 *");
            World.secure(peer);
            peer.ask("RCPT TO:<alice@clinic.example>", "503 5.5.1 *");
            peer.ask("DATA", "503 5.5.1 *");
            peer.ask("MAIL FROM:<a@far.example>", "503 5.5.1 *");
            List<String> offered = peer.ask("EHLO far.example", "250 *");
            assertFalse(offered.toString().contains("STARTTLS"), offered.toString());
        }
    }

    private static SmtpPeer greeted(World world) throws IOException {
        SmtpPeer peer = world.connect();
        peer.expect("220 *");
        peer.ask("EHLO ward.example", "250 *");
        return peer;
    }

    private static End play(SmtpPeer peer, Moment moment, String injected, RandomGenerator random)
            throws IOException, InterruptedException {
        String both = "STARTTLS\r\n" + injected;
        OutputStream clear = peer.inClear();
        switch (moment) {
            case TOGETHER -> peer.send(both);
            case OCTET_BY_OCTET -> octetByOctet(clear, both);
            case CUT -> {
                int cut = random.nextInt(1, both.length());
                peer.send(both.substring(0, cut));
                peer.send(both.substring(cut));
            }
            case AFTER_THE_REPLY, MEANWHILE -> peer.send("STARTTLS\r\n");
        }
        String reply = peer.line();
        if (!reply.startsWith("220")) {
            assertTrue(reply.startsWith("554 5.5.0 "), reply);
            assertTrue(peer.isClosed(), "still open");
            return End.REFUSED;
        }
        if (moment == Moment.AFTER_THE_REPLY) {
            peer.send(injected);
        }
        Thread other =
                Thread.ofVirtual()
                        .unstarted(() -> {
                            if (moment == Moment.MEANWHILE) {
                                octetByOctet(clear, injected);
                                write(clear, FILLER);
                            }
                        });
        other.start();
        boolean secured = secures(peer);
        other.join();
        // Octets in clear between records break TLS; nothing is answered any more.
        if (secured) {
            assertEquals("", answerTo(peer, "NOOP"), "a reply");
        }
        return End.BROKEN;
    }

    private static String answerTo(SmtpPeer peer, String command) throws IOException {
        try {
            peer.say(command);
        } catch (IOException gone) {
            return "";
        }
        return peer.line();
    }

    private static boolean secures(SmtpPeer peer) {
        try {
            World.secure(peer);
            return true;
        } catch (IOException broken) {
            return false;
        }
    }

    private static void octetByOctet(OutputStream clear, String octets) {
        for (int i = 0; i < octets.length(); i++) {
            write(clear, octets.substring(i, i + 1));
        }
    }

    /// If the other side has gone, nothing is left to spoil.
    private static void write(OutputStream clear, String octets) {
        try {
            clear.write(octets.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return;
        }
    }
}
