package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postern.allowance.SmtpLimits;
import org.postern.mail.Draft;
import org.postern.mail.Listener;
import org.postern.mail.NoRoomException;
import org.postern.net.Networks;
import org.postern.sasl.Logins;
import org.postern.testkit.ManualClock;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.SmtpPeer;

/// What a client that brings no message may use of us: time, commands, places.
@Timeout(120)
class PatienceTest {
    private static final String NO_PROGRESS = "421 4.7.0 Too long without a message*";
    private static final String TOO_MUCH_TALK = "421 4.7.0 Too many commands without a message";

    private static final int FEW = 20;
    private static final int FEW_COMMANDS =
            SmtpLimits.usual(Listener.INBOUND).withRecipients(FEW).commands();

    private static SmtpLimits brief(SmtpLimits limits, Duration progress) {
        SmtpLimits.Deadlines times = limits.deadlines();
        return limits.with(times.with(times.client().withProgress(progress)));
    }

    private static UnaryOperator<SmtpLimits> within(Duration progress) {
        return limits -> brief(limits, progress);
    }

    private static World world(SmtpListener.Kind kind, Duration progress) throws IOException {
        return new World(kind, within(progress), MemoryReception.accepting());
    }

    private static void transaction(SmtpPeer peer) throws IOException {
        peer.ask("MAIL FROM:<a@far.example>", "250 *");
        peer.ask("RCPT TO:<b@clinic.example>", "250 *");
        peer.ask("DATA", "354 *");
        peer.say("x", ".");
        peer.expect("250 *");
    }

    /// The command by itself would have five minutes for each of its octets' lines.
    @Test
    void anUnfinishedCommandHoldsNoPlace() throws IOException {
        try (World world = world(SmtpListener.Kind.INBOUND, Duration.ofSeconds(1));
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.send("N");
            peer.expect(NO_PROGRESS);
            assertTrue(peer.isClosed());
        }
    }

    /// Commands that are all in order, as fast or as slow as their replies come.
    @Test
    void talkWithoutAMessageEnds() throws IOException {
        UnaryOperator<SmtpLimits> brief =
                limits -> brief(limits.withRecipients(1_000_000), Duration.ofSeconds(2));
        try (World world =
                        new World(SmtpListener.Kind.INBOUND, brief, MemoryReception.accepting());
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO far.example", "250 *");
            peer.ask("MAIL FROM:<a@far.example>", "250 *");
            String reply;
            do {
                peer.say("RCPT TO:<b@clinic.example>");
                reply = peer.line();
            } while (reply.startsWith("250 "));
            assertTrue(SmtpPeer.matches(NO_PROGRESS, reply), reply);
            assertTrue(peer.isClosed());
        }
    }

    /// Whoever brings messages goes on for as long as there are some, however long that is.
    @Test
    void aMessageThatIsTakenBeginsTheCountAnew() throws IOException {
        int rounds = 3;
        int each = SmtpLimits.usual(Listener.INBOUND).commands() - 100;
        try (World world = new World(SmtpListener.Kind.INBOUND);
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO far.example", "250 *");
            for (int round = 0; round < rounds; round++) {
                peer.ask("MAIL FROM:<a@far.example>", "250 *");
                for (int i = 0; i < each; i++) {
                    peer.ask("RCPT TO:<b" + i + "@clinic.example>", i < 100 ? "250 *" : "452 *");
                }
                peer.ask("DATA", "354 *");
                peer.say("x", ".");
                peer.expect("250 *");
            }
            assertEquals(rounds, world.reception.received().size());
        }
    }

    @Test
    void commandsWithoutAMessageAreCounted() throws IOException {
        try (World world = few(MemoryReception.accepting());
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO far.example", "250 *");
            transaction(peer);
            for (int i = 0; i < FEW_COMMANDS; i++) {
                peer.ask(talk(i), "250 *");
            }
            peer.ask(talk(FEW_COMMANDS), TOO_MUCH_TALK);
            assertTrue(peer.isClosed());
        }
    }

    /// A whole transaction for one after the other, and none is sent.
    private static String talk(int number) {
        int within = number % (FEW + 2);
        if (within == 0) {
            return "MAIL FROM:<a@far.example>";
        }
        return within <= FEW ? "RCPT TO:<b" + within + "@clinic.example>" : "RSET";
    }

    private static World few(MemoryReception reception) throws IOException {
        UnaryOperator<SmtpLimits> few = limits -> limits.withRecipients(FEW);
        return new World(SmtpListener.Kind.INBOUND, few, reception);
    }

    /// A host of a large list names all at once, and has those taken that the transaction takes.
    @Test
    void recipientsBeyondTheLimitKeepNoMessageFromTheOthers() throws IOException {
        try (World world = few(MemoryReception.accepting());
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO far.example", "250 *");
            peer.ask("MAIL FROM:<a@far.example>", "250 *");
            for (int i = 0; i < 2 * FEW_COMMANDS; i++) {
                String reply = i < FEW ? "250 *" : "452 4.5.3 *";
                peer.ask("RCPT TO:<b" + i + "@clinic.example>", reply);
            }
            peer.ask("DATA", "354 *");
            peer.say("x", ".");
            peer.expect("250 *");
            assertEquals(1, world.reception.received().size());
        }
    }

    /// On a full disk nobody asks for ever.
    @Test
    void whoIsPutOffTooOftenIsSentAway() throws IOException {
        Draft.Source full =
                new Draft.Source() {
                    @Override
                    public Draft open() {
                        throw new AssertionError("nothing is to be opened");
                    }

                    @Override
                    public void requireRoom(long octets) throws IOException {
                        throw new NoRoomException("full");
                    }
                };
        try (SmtpServer server =
                new SmtpServer(
                        World.listener(SmtpListener.Kind.RELAY, limits -> limits),
                        MemoryReception.accepting(),
                        full,
                        new Receiving(1),
                        new Logins((_, _) -> Optional.empty(), ManualClock.atNoon()),
                        RecipientList.everybody(),
                        RefusalJournal.none(),
                        ManualClock.atNoon())) {
            server.start();
            try (SmtpPeer peer = SmtpPeer.connect(server.port())) {
                peer.expect("220 *");
                peer.ask("EHLO mail.clinic.example", "250 *");
                for (int i = 0; i < SmtpLimits.Talk.usual().deferrals(); i++) {
                    peer.ask("MAIL FROM:<>", "452 4.3.1 *");
                }
                peer.expect("421 4.7.0 Too much was put off*");
                assertTrue(peer.isClosed());
            }
        }
    }

    /// The clinic's own server finds a place, however many others came from wherever.
    @Test
    void strangersLeavePlacesForTheClinicsOwnNetworks() throws IOException {
        SmtpListener listener =
                World.listener(SmtpListener.Kind.INBOUND, limits -> places(limits, 8))
                        .withNetworks(networks("127.0.0.2"));
        try (World world = new World(listener, MemoryReception.accepting())) {
            List<Socket> strangers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                strangers.add(from("127.0.1." + (i + 1), world, "220 "));
            }
            from("127.0.1.7", world, "421 4.7.0 ").close();
            strangers.add(from("127.0.0.2", world, "220 "));
            strangers.add(from("127.0.0.2", world, "220 "));
            from("127.0.0.2", world, "421 4.7.0 ").close();
            for (Socket each : strangers) {
                each.close();
            }
        }
    }

    /// At the relay listener strangers are told that they are, a few at a time, and hold nothing.
    @Test
    void strangersHoldFewPlacesOfTheRelayListener() {
        SmtpLimits limits = SmtpLimits.usual(Listener.RELAY);
        assertEquals(20, limits.places().all() - limits.places().kept(Listener.RELAY));
        assertEquals(0, places(limits, 5).places().kept(Listener.RELAY));
    }

    /// From where somebody logged in, she finds a place later.
    @Test
    void whereSomebodyLoggedInIsKnown() throws IOException {
        SmtpListener listener =
                World.listener(SmtpListener.Kind.SUBMISSION, limits -> places(limits, 4));
        try (World world = new World(listener, MemoryReception.accepting())) {
            try (SmtpPeer alice = world.connect()) {
                alice.expect("220 *");
                alice.ask("EHLO ward.example", "250 *");
                alice.ask("STARTTLS", "220 *");
                World.secure(alice);
                alice.ask("EHLO ward.example", "250 *");
                alice.ask("AUTH PLAIN AGFsaWNlQGNsaW5pYy5leGFtcGxlAGNvcnJlY3QgaG9yc2U=", "235 *");
                alice.ask("QUIT", "221 *");
                assertTrue(alice.isClosed());
            }
            List<Socket> strangers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                strangers.add(from("127.0.1." + (i + 1), world, "220 "));
            }
            from("127.0.1.9", world, "421 4.7.0 ").close();
            strangers.add(from("127.0.0.1", world, "220 "));
            for (Socket each : strangers) {
                each.close();
            }
        }
    }

    private static SmtpLimits places(SmtpLimits limits, int connections) {
        return limits.withPlaces(connections, limits.places().perSource());
    }

    private static Networks networks(String... entries) {
        return switch (Networks.parse(List.of(entries))) {
            case Networks.Parsed.Good(Networks networks) -> networks;
            case Networks.Parsed.Bad(List<String> problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    /// Connects from an address of this machine; the first line must be this one, in time. A place
    /// that was just given back may be free a moment later.
    private static Socket from(String address, World world, String wanted) throws IOException {
        String line = "";
        for (int i = 0; i < 500 && !line.startsWith(wanted); i++) {
            Socket socket =
                    new Socket(
                            InetAddress.getLoopbackAddress(),
                            world.server.port(),
                            InetAddress.getByName(address),
                            0);
            socket.setSoTimeout(30_000);
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            line = String.valueOf(in.readLine());
            if (line.startsWith(wanted)) {
                return socket;
            }
            socket.close();
        }
        throw new AssertionError(address + " was told " + line);
    }
}
