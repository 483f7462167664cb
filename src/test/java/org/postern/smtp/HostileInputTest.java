package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postern.allowance.SmtpLimits;
import org.postern.mail.Listener;
import org.postern.testkit.HostileTable;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.SmtpPeer;

/// The tables of hostile inputs against a real server on a loopback port: each row in a connection
/// of its own, and never more messages than the row allows.
class HostileInputTest {
    private static final Pattern REPEATED = Pattern.compile("([0-9]+)x (.*)");
    private static final List<String> STATES = List.of("connected", "greeted", "mail", "rcpt");

    /// S18: a stranger, nobody, the postmaster of an address, one of our own from outside.
    private static final List<String> SENDERS =
            List.of(
                    "<stranger@far.example>",
                    "<>",
                    "<postmaster@[127.0.0.1]>",
                    "<alice@clinic.example>");

    private final Map<SmtpListener.Kind, World> worlds = new EnumMap<>(SmtpListener.Kind.class);

    @AfterEach
    void close() throws IOException {
        for (World world : worlds.values()) {
            world.close();
            assertEquals(0, world.reception.openDrafts());
        }
    }

    @Test
    void everySessionIsAnsweredAsTheTableSays() throws IOException {
        for (HostileTable.Row row : HostileTable.rows("session", 4)) {
            String[] begin = row.cells().get(1).split(" ", -1);
            World world = world(begin[0]);
            int before = world.reception.received().size();
            try (SmtpPeer peer = begun(world, begin[0], begin[1])) {
                peer.send(row.octets(2));
                int taken = answers(row, peer);
                assertEquals(taken, world.reception.received().size() - before, "messages taken");
            } catch (AssertionError | IOException e) {
                throw new AssertionError(row + ": " + e.getMessage(), e);
            }
        }
    }

    /// @return how many messages the row lets in
    private static int answers(HostileTable.Row row, SmtpPeer peer) throws IOException {
        int taken = 0;
        boolean open = true;
        for (String word : row.cells().get(3).split(", ", -1)) {
            Matcher repeated = REPEATED.matcher(word);
            if (word.equals("closed")) {
                assertTrue(peer.isClosed(), "still open");
                open = false;
            } else if (word.startsWith("taken ")) {
                taken = Integer.parseInt(word.substring(6));
            } else if (repeated.matches()) {
                for (int i = Integer.parseInt(repeated.group(1)); i > 0; i--) {
                    peer.expect(repeated.group(2) + "*");
                }
            } else {
                peer.expect(word + "*");
                open = !word.startsWith("3");
            }
        }
        if (open) {
            peer.ask("NOOP", "250 2.0.0 *");
        }
        return taken;
    }

    private World world(String door) throws IOException {
        SmtpListener.Kind kind =
                switch (door) {
                    case "inbound", "relay" ->
                            SmtpListener.Kind.valueOf(door.toUpperCase(Locale.ROOT));
                    case "submission", "secure", "alice" -> SmtpListener.Kind.SUBMISSION;
                    default -> throw new AssertionError("no door: " + door);
                };
        if (!worlds.containsKey(kind)) {
            worlds.put(kind, new World(kind));
        }
        return worlds.get(kind);
    }

    /// A session that has come so far.
    private static SmtpPeer begun(World world, String door, String state) throws IOException {
        SmtpPeer peer = world.connect();
        peer.expect("220 *");
        if (door.equals("secure") || door.equals("alice")) {
            peer.ask("EHLO far.example", "250 *");
            peer.ask("STARTTLS", "220 *");
            World.secure(peer);
        }
        if (!state.equals("connected")) {
            peer.ask("EHLO far.example", "250 *");
        }
        if (door.equals("alice")) {
            String plain = DialogueTest.plain(World.ALICE.toString(), World.SECRET);
            peer.ask("AUTH PLAIN " + plain, "235 *");
        }
        int steps = state.equals("data") ? STATES.size() : STATES.indexOf(state);
        assertTrue(steps >= 0, state);
        String from = door.equals("alice") ? "alice@clinic.example" : "a@far.example";
        if (steps >= 2) {
            peer.ask("MAIL FROM:<" + from + ">", "250 *");
        }
        if (steps >= 3) {
            peer.ask("RCPT TO:<alice@clinic.example>", "250 *");
        }
        if (steps >= 4) {
            peer.ask("DATA", "354 *");
        }
        return peer;
    }

    /// S18 and G3: every form under every sender.
    @Test
    void nobodyRelaysThroughTheDoorForTheWorld() throws IOException {
        World world = world("inbound");
        for (String sender : SENDERS) {
            for (HostileTable.Row row : HostileTable.rows("relay", 3)) {
                try (SmtpPeer peer = begun(world, "inbound", "greeted")) {
                    peer.say("MAIL FROM:" + sender);
                    boolean begun = peer.line().startsWith("250");
                    // An address literal is no return handler; nothing begins then.
                    assertEquals(!sender.contains("["), begun, sender);
                    peer.send("RCPT TO:<" + row.octets(1) + ">\r\n");
                    peer.expect((begun ? row.cells().get(2) : "503 5.5.1") + " *");
                    peer.ask("DATA", begun ? "554 5.5.1 *" : "503 5.5.1 *");
                } catch (AssertionError | IOException e) {
                    throw new AssertionError(row + " " + sender + ": " + e.getMessage(), e);
                }
            }
        }
        assertEquals(List.of(), world.reception.received());
    }

    /// S17: what is repeated without end costs nothing and ends.
    @Test
    void endlessCommandsAreCutShort() {
        for (String command : List.of("NOOP", "RSET", "VRFY x", "EHLO x", "BOGUS", "EXPN x")) {
            String said = said(MemorySession.State.GREETED, (command + "\r\n").repeat(1_000_000));
            assertTrue(said.endsWith("\r\n"), said);
            assertTrue(said.lines().count() < 2_000, command + ": " + said.lines().count());
            assertTrue(said.contains("\r\n421 4.7.0 ") || said.contains("\r\n554 "), said);
        }
    }

    /// S17: 100,000 recipients; those beyond the limit are not kept, and nobody says so for ever.
    @Test
    void endlessRecipientsAreNotKept() {
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            commands.append("RCPT TO:<a").append(i).append("@clinic.example>\r\n");
        }
        String said = said(MemorySession.State.MAIL, commands.toString());
        int limit = SmtpLimits.usual(Listener.INBOUND).recipients();
        assertEquals(limit, count("250 2.1.5 ", said));
        assertEquals(100_000 - limit, count("452 4.5.3 ", said));
        assertFalse(said.contains("\r\n421 "), said);
    }

    private static long count(String reply, String said) {
        return said.lines().filter(line -> line.startsWith(reply)).count();
    }

    private static String said(MemorySession.State state, String commands) {
        byte[] octets = commands.getBytes(StandardCharsets.ISO_8859_1);
        MemorySession.Outcome outcome =
                MemorySession.play(SmtpListener.Kind.INBOUND, state, List.of(octets));
        assertEquals(List.of(), outcome.faults());
        return outcome.said();
    }

    /// S23: what MAIL says about the size is not believed.
    @Test
    void aSizeThatLiesIsFoundOut() throws IOException {
        int max = 64 * 1024;
        try (World world =
                new World(
                        SmtpListener.Kind.INBOUND,
                        limits -> limits.withMessageOctets(max),
                        MemoryReception.accepting())) {
            String line = "x".repeat(62) + "\r\n";
            String whole = line.repeat(max / line.length());
            for (String excess : List.of("", "x", line.repeat(max / 8))) {
                try (SmtpPeer peer = begun(world, "inbound", "greeted")) {
                    peer.ask("MAIL FROM:<a@far.example> SIZE=1", "250 *");
                    peer.ask("RCPT TO:<alice@clinic.example>", "250 *");
                    peer.ask("DATA", "354 *");
                    peer.send(excess + whole + ".\r\n");
                    peer.expect(excess.isEmpty() ? "250 *" : "552 5.3.4 *");
                    peer.ask("NOOP", "250 *");
                }
            }
            assertEquals(1, world.reception.received().size());
            assertEquals(0, world.reception.openDrafts());
        }
    }

    /// S32: what a client calls itself reaches the trace field in harmless characters alone.
    @Test
    void aNameIsNeverActedOn() throws IOException {
        World world = world("inbound");
        for (String name :
                List.of(
                        "${jndi:ldap://far.example/a}",
                        "%n%s",
                        "{\"a\":\"b\"}",
                        "a'b`$(id)",
                        "<x>")) {
            try (SmtpPeer peer = world.connect()) {
                peer.expect("220 *");
                peer.ask("EHLO " + name, "250 *");
                peer.ask("MAIL FROM:<a@far.example>", "250 *");
                peer.ask("RCPT TO:<alice@clinic.example>", "250 *");
                peer.ask("DATA", "354 *");
                peer.ask("x\r\n.", "250 *");
            }
            String trace = world.reception.received().getLast().text().lines().findFirst().get();
            assertTrue(trace.matches("Received: from [A-Za-z0-9.\\-_:\\[\\]?]+ \\(.*\\)"), trace);
        }
    }
}
