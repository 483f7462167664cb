package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.imap.ImapLimits.Deadlines;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.SmtpPeer;

/// What mail programs may use, and how long they may take: each limit has its answer.
@Timeout(60)
class ImapLimitsTest {
    private static final String ANNA = "anna@clinic.example";
    private static final String SAM = "sam@clinic.example";
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(300);

    /// Where the client has something to do within it, on a busy machine.
    private static final Duration A_WHILE = Duration.ofSeconds(3);

    @TempDir Path home;

    /// Deadlines that are long but for those that are given.
    private static UnaryOperator<ImapLimits> within(
            Duration stranger, Duration login, Duration idle) {
        return limits ->
                limits.withDeadlines(
                        new Deadlines(
                                stranger, login, idle, LONG, LONG, LONG, Duration.ZERO, LONG));
    }

    private static String lastOf(SmtpPeer peer) throws IOException {
        String last = "";
        for (String line = peer.line(); !line.isEmpty(); line = peer.line()) {
            last = line;
        }
        return last;
    }

    @Test
    void aStrangerWhoSaysNothingIsSentAway() throws IOException {
        try (ImapWorld world = new ImapWorld(home, within(SHORT, LONG, LONG));
                SmtpPeer peer = world.connect()) {
            assertEquals("* BYE you were silent for too long", lastOf(peer));
        }
    }

    @Test
    void aStrangerWhoOnlySaysNoopIsSentAway() throws IOException {
        try (ImapWorld world = new ImapWorld(home, within(LONG, SHORT, LONG));
                SmtpPeer peer = world.connect()) {
            peer.line();
            String said;
            do {
                peer.say("a NOOP");
                said = peer.line();
            } while (said.startsWith("a OK "));
            assertEquals("* BYE you were silent for too long", said);
        }
    }

    @Test
    void whoIsLoggedInMayTakeLonger() throws IOException {
        try (ImapWorld world = new ImapWorld(home, within(LONG, LONG, SHORT));
                SmtpPeer peer = world.login(ANNA)) {
            assertEquals("* BYE you were silent for too long", lastOf(peer));
        }
        try (ImapWorld world = new ImapWorld(home, within(LONG, LONG, A_WHILE));
                SmtpPeer peer = world.login(ANNA)) {
            peer.say("a IDLE");
            assertEquals("+ idling", peer.line());
            assertEquals("* BYE you were silent for too long", lastOf(peer));
        }
    }

    @Test
    void whoIdlesHearsThatTheServerIsThere() throws IOException {
        UnaryOperator<ImapLimits> limits =
                usual ->
                        usual.withDeadlines(
                                new Deadlines(
                                        LONG, LONG, LONG, LONG, LONG, SHORT, Duration.ZERO, LONG));
        try (ImapWorld world = new ImapWorld(home, limits);
                SmtpPeer peer = world.login(ANNA)) {
            peer.say("a IDLE");
            assertEquals("+ idling", peer.line());
            assertEquals("* OK still here", peer.line());
            assertEquals("* OK still here", peer.line());
            peer.say("DONE");
            assertTrue(peer.line().startsWith("a OK "));
        }
    }

    /// I06: more than fits into all buffers between, and nobody takes it.
    @Test
    void aClientThatDoesNotReadLosesItsConnection() throws IOException {
        UnaryOperator<ImapLimits> limits =
                usual ->
                        usual.withConnections(10, 1)
                                .withDeadlines(
                                        new Deadlines(
                                                LONG,
                                                LONG,
                                                LONG,
                                                SHORT,
                                                LONG,
                                                LONG,
                                                Duration.ZERO,
                                                LONG));
        try (ImapWorld world = new ImapWorld(home, limits)) {
            world.store(ANNA, Direction.FROM_PATIENT, new byte[30 << 20]);
            try (SmtpPeer peer = world.login(ANNA)) {
                peer.say("a SELECT INBOX", "b FETCH 1 (BODY.PEEK[])");
                String answer;
                do {
                    // Her only connection counts until the server has closed it.
                    answer = logIn(world, ANNA);
                } while (answer.startsWith("NO [LIMIT] "));
                assertTrue(answer.startsWith("OK "), answer);
            }
        }
    }

    /// A connection before it counts until the server has seen that it was closed.
    private static ImapPeer accepted(ImapWorld world) throws IOException {
        while (true) {
            try {
                return world.peer();
            } catch (EOFException stillCounted) {
                Thread.onSpinWait();
            }
        }
    }

    private static String logIn(ImapWorld world, String owner) throws IOException {
        try (ImapPeer peer = accepted(world)) {
            String login = "LOGIN " + owner + " \"" + ImapWorld.SECRET + "\"";
            return peer.any(login, new ArrayList<>());
        }
    }

    @Test
    void connectionsAreCounted() throws IOException {
        try (ImapWorld world = new ImapWorld(home, limits -> limits.withConnections(3, 2));
                ImapPeer one = reading(world);
                ImapPeer other = reading(world)) {
            assertTrue(logIn(world, ANNA).startsWith("NO [LIMIT] "));
            assertTrue(logIn(world, SAM).startsWith("OK "));
            try (ImapPeer third = accepted(world);
                    SmtpPeer fourth = world.connect()) {
                assertEquals("* BYE [LIMIT] too many connections; try again later", fourth.line());
                assertTrue(fourth.isClosed());
                third.ask("NOOP");
            }
            one.ask("LOGOUT");
            other.ask("NOOP");
        }
    }

    @Test
    void strangersDoNotTakeThePlacesOfOthers() throws IOException {
        List<SmtpPeer> strangers = new ArrayList<>();
        try (ImapWorld world = new ImapWorld(home)) {
            for (int i = 0; i < ImapLimits.STRANGERS_PER_SOURCE_MAX; i++) {
                SmtpPeer peer = world.connect();
                strangers.add(peer);
                assertTrue(peer.line().startsWith("* OK "), "stranger " + i);
            }
            try (SmtpPeer more = world.connect()) {
                assertEquals("* BYE [LIMIT] too many connections; try again later", more.line());
                assertTrue(more.isClosed());
            }
            SmtpPeer first = strangers.getFirst();
            first.say("s STARTTLS");
            first.line();
            ImapWorld.secure(first);
            first.say("l LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
            assertTrue(first.line().startsWith("l OK "));
            try (SmtpPeer again = world.connect()) {
                assertTrue(again.line().startsWith("* OK "));
            }
        } finally {
            for (SmtpPeer peer : strangers) {
                peer.close();
            }
        }
    }

    private static ImapPeer reading(ImapWorld world) throws IOException {
        ImapPeer peer = world.peer();
        peer.ask("LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
        peer.ask("SELECT INBOX");
        return peer;
    }

    @Test
    void searchesThroughLettersTakeTurns() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            world.store(ANNA, Direction.FROM_PATIENT, "Subject: knee\r\n\r\nHello\r\n");
            try (ImapPeer peer = reading(world)) {
                assertTrue(world.turns.take("one", ImapLimitsTest::nothing));
                assertEquals(List.of("* SEARCH 1\r\n"), peer.ask("SEARCH TEXT hello"));
                assertFalse(world.turns.take("one", ImapLimitsTest::nothing), "two of one user");
                assertTrue(world.turns.take("two", ImapLimitsTest::nothing));
                String answer = peer.any("SEARCH TEXT hello", new ArrayList<>());
                assertTrue(answer.startsWith("NO [LIMIT] too many "), answer);
                // What opens no letter needs no turn.
                assertEquals(List.of("* SEARCH 1\r\n"), peer.ask("SEARCH SUBJECT knee"));
                world.turns.giveBack("one");
                assertEquals(List.of("* SEARCH 1\r\n"), peer.ask("SEARCH TEXT hello"));
            }
        }
    }

    /// Who waits for a turn hears that, and what was asked is answered once there is one. RFC 9585.
    @Test
    void whoWaitsForATurnHearsOfIt() throws IOException {
        try (ImapWorld world = new ImapWorld(home)) {
            world.store(ANNA, Direction.FROM_PATIENT, "Subject: knee\r\n\r\nHello\r\n");
            try (ImapPeer peer = reading(world)) {
                assertTrue(world.lists.take("one", ImapLimitsTest::nothing));
                assertTrue(world.lists.take("two", ImapLimitsTest::nothing));
                peer.send("w1 SEARCH SUBJECT knee\r\n");
                String waiting = "* OK [INPROGRESS (\"w1\" NIL NIL)] waiting for its turn\r\n";
                assertEquals(waiting, peer.response());
                assertEquals(waiting, peer.response());
                world.lists.giveBack("two");
                String found = peer.response();
                while (found.equals(waiting)) {
                    found = peer.response();
                }
                assertEquals("* SEARCH 1\r\n", found);
                assertTrue(peer.response().startsWith("w1 OK "));
                assertEquals(List.of("* SEARCH 1\r\n"), peer.ask("SEARCH SUBJECT knee"));
            }
        }
    }

    private static void nothing() {}

    /// A letter that other keys rule out is not opened, and one that cannot be read hides no other.
    @Test
    void aSearchOpensOnlyWhatItMust() throws IOException {
        String letter = "Subject: knee\r\n\r\nHello\r\n";
        try (ImapWorld world = new ImapWorld(home)) {
            String large = "x".repeat(998).concat("\r\n").repeat(9 << 10);
            world.store(ANNA, Direction.FROM_PATIENT, letter + large);
            world.store(ANNA, Direction.FROM_PATIENT, letter);
            StoredMessage lost = world.store(ANNA, Direction.FROM_PATIENT, letter);
            try (ImapPeer peer = reading(world)) {
                peer.ask("STORE 2:3 +FLAGS (\\Seen)");
                String answer = peer.any("SEARCH TEXT hello", new ArrayList<>());
                assertTrue(answer.startsWith("NO [LIMIT] "), answer);
                assertEquals(List.of("* SEARCH 2 3\r\n"), peer.ask("SEARCH TEXT hello SEEN"));
                assertEquals(
                        List.of("* SEARCH 1 2 3\r\n"),
                        peer.ask("SEARCH OR BODY hello SMALLER 99999999"));
                Files.delete(home.resolve("bodies").resolve(lost.key() + ".body"));
                assertEquals(List.of("* SEARCH 2\r\n"), peer.ask("SEARCH TEXT hello SEEN"));
            }
        }
    }

    /// However long the outlines are, few of them are in memory; all are told nevertheless.
    @Test
    void longOutlinesAreToldOneAfterTheOther() throws IOException {
        String part = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\r\n";
        try (ImapWorld world = new ImapWorld(home)) {
            for (int i = 1; i <= 9; i++) {
                String filler = "X-Filler: " + "x".repeat(900) + "\r\n";
                world.store(
                        ANNA,
                        Direction.FROM_PATIENT,
                        "Subject: n" + i + "\r\n" + filler.repeat(200) + "\r\nHello\r\n");
            }
            world.store(
                    ANNA,
                    Direction.FROM_PATIENT,
                    "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part.repeat(5_000));
            try (ImapPeer peer = reading(world)) {
                List<String> told =
                        peer.ask("FETCH 1:* (UID UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])");
                assertEquals(10, told.size());
                for (int i = 1; i <= 9; i++) {
                    String begin = "* " + i + " FETCH (UID " + i + " BODY[";
                    assertTrue(told.get(i - 1).startsWith(begin), told.get(i - 1));
                    assertTrue(told.get(i - 1).contains("Subject: n" + i + "\r\n"));
                }
                String whole = peer.ask("FETCH 1 (BODY.PEEK[HEADER])").getFirst();
                assertTrue(whole.contains("Subject: n1\r\nX-Filler: xxx"));
                assertTrue(whole.length() > 180_000, whole.length() + " octets");
                String parts = peer.ask("FETCH 10 (BODYSTRUCTURE)").getFirst();
                assertTrue(parts.length() < 1_000, parts.length() + " octets");
            }
        }
    }

    /// Whatever is told in an IDLE while the server stops, each line is whole, and the last one is
    /// the only farewell.
    @Test
    void aStopInTheMiddleOfAnIdleCutsNoLine() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (ImapWorld world = new ImapWorld(home.resolve("round" + round))) {
                world.store(ANNA, Direction.FROM_PATIENT, "Subject: knee\r\n\r\nHello\r\n");
                try (SmtpPeer peer = world.login(ANNA);
                        ImapPeer other = reading(world)) {
                    peer.say("a SELECT INBOX", "b IDLE");
                    while (!peer.line().equals("+ idling")) {
                        // What SELECT says.
                    }
                    Thread stopping = Thread.startVirtualThread(() -> stop(world));
                    flag(other);
                    String last = "";
                    for (String line = peer.line(); !line.isEmpty(); line = peer.line()) {
                        assertFalse(last.startsWith("* BYE"), "talk behind a farewell: " + line);
                        assertTrue(
                                line.matches("\\* (1 FETCH \\(.*\\)|BYE .*|OK .*|FLAGS .*)"), line);
                        last = line;
                    }
                    assertTrue(last.startsWith("* BYE the server stops"), last);
                    stopping.join();
                }
            }
        }
    }

    private static void stop(ImapWorld world) {
        try {
            world.stop();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Until the server sends this one away as well.
    private static void flag(ImapPeer peer) {
        try {
            for (int i = 0; i < 10_000; i++) {
                peer.ask("STORE 1 " + (i % 2 == 0 ? "+" : "-") + "FLAGS (\\Flagged)");
            }
        } catch (IOException | AssertionError end) {
            assertFalse(String.valueOf(end.getMessage()).contains(" BAD "));
        }
    }
}
