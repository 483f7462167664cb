package org.postern.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.door.Wire;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.MemorySocket;

/// Hostile input that is too long, or cut too often, for a dialogue.
@Timeout(120)
class ImapHostileTest {
    private static final String ANNA = "anna@clinic.example";
    private static final String LOGIN = "LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"\r\n";

    /// I02 of the facts.
    private static final int INTERLEAVINGS = 1_000;

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

    /// What the server says to a client that says these segments and hangs up.
    private String heard(List<byte[]> segments, boolean secured) throws IOException {
        return heard(new MemorySocket(segments, 0), secured);
    }

    private String heard(MemorySocket socket, boolean secured) throws IOException {
        world.serve(new Wire(socket, Duration.ofSeconds(60)), secured);
        return socket.heard();
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /// I01: the first of a thousand literals ends it.
    @Test
    void literalsBeforeALogInAreRefusedAtOnce() throws IOException {
        List<byte[]> segments = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            segments.add(octets("a" + i + " LOGIN {65536+}\r\n"));
            segments.add(new byte[65_536]);
        }
        String heard = heard(segments, true);
        assertTrue(heard.contains("a0 BAD [TOOBIG] "), heard);
        assertTrue(heard.contains("* BYE "), heard);
        assertFalse(heard.contains("a1 "), heard);
    }

    /// I02: however it is cut, nothing that came in clear is obeyed behind STARTTLS. A thousand
    /// sessions are open at once: each hears the greeting, waits for all others before it says
    /// anything, and makes room for them before each further octet.
    @Test
    void nothingBehindStartTlsIsObeyed() throws Exception {
        String said = "A STARTTLS\r\nB " + LOGIN + "C SELECT INBOX\r\n";
        int begin = said.indexOf("\r\n") + 2;
        CountDownLatch open = new CountDownLatch(INTERLEAVINGS);
        List<Future<String>> sessions = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < INTERLEAVINGS; i++) {
                List<byte[]> segments = cut(said, 1 + i % (said.length() - 1));
                // As many as may come from one source.
                InetAddress source =
                        InetAddress.ofLiteral("10.0.0." + i / ImapLimits.STRANGERS_PER_SOURCE_MAX);
                MemorySocket socket =
                        new MemorySocket(
                                segments, new MemorySocket.Client(source, () -> takeTurns(open)));
                sessions.add(threads.submit(() -> heard(socket, false)));
            }
            for (int i = 0; i < INTERLEAVINGS; i++) {
                int at = 1 + i % (said.length() - 1);
                String heard = sessions.get(i).get(60, TimeUnit.SECONDS);
                assertTrue(heard.startsWith("* OK "), at + ": " + heard);
                assertFalse(heard.contains("B OK"), at + ": " + heard);
                assertFalse(heard.contains("\nB "), at + ": " + heard);
                assertFalse(heard.contains("\nC "), at + ": " + heard);
                if (at > begin) {
                    assertTrue(heard.contains("* BYE nothing may follow STARTTLS"), heard);
                }
            }
        }
    }

    /// @param open how many sessions are not open yet
    private static void takeTurns(CountDownLatch open) {
        try {
            // More than as many as there are changes nothing.
            open.countDown();
            assertTrue(open.await(30, TimeUnit.SECONDS), "not all are open");
            LockSupport.parkNanos(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One segment up to a place, and one for each octet behind it.
    private static List<byte[]> cut(String said, int at) {
        List<byte[]> segments = new ArrayList<>();
        segments.add(octets(said.substring(0, at)));
        for (int i = at; i < said.length(); i++) {
            segments.add(octets(said.substring(i, i + 1)));
        }
        return segments;
    }

    /// I03: a hundred million octets without a line end cost no more than the longest line.
    @Test
    void aLineWithoutAnEndIsNotGathered() throws IOException {
        List<byte[]> line = new ArrayList<>();
        line.add(octets("a " + LOGIN + "b "));
        line.addAll(Collections.nCopies(1_600, octets("x".repeat(65_536))));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        String heard = heard(line, true);
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(heard.contains("* BYE "), heard);
        assertTrue(taken < 16 << 20, taken + " octets");
    }

    /// I03: what is deep or wide is refused, or answered, and the session goes on.
    @Test
    void whatIsDeepOrWideEndsNothing() throws IOException {
        try (ImapPeer peer = world.peer()) {
            peer.ask(LOGIN.strip());
            peer.ask("APPEND INBOX {2+}\r\nab");
            peer.ask("SELECT INBOX");
            List<String> deep =
                    List.of(
                            "SEARCH " + "OR ".repeat(10_000) + "ALL ALL",
                            "SEARCH " + "(".repeat(10_000),
                            "LIST \"\" (" + "(".repeat(10_000),
                            "FETCH 1 (" + "BODY[".repeat(1_000) + "]",
                            "FETCH 1 (FLAGS" + " (".repeat(10_000));
            for (String each : deep) {
                String answer = peer.any(each, new ArrayList<>());
                assertTrue(answer.startsWith("BAD "), each.substring(0, 20) + ": " + answer);
            }
            List<String> last = List.of("* 1 FETCH (UID 1)\r\n");
            assertEquals(last, peer.ask("UID FETCH 4294967295:1 (UID)"));
            assertEquals(List.of(), peer.ask("LIST \"\" \"" + "%*".repeat(450) + "q\""));
        }
    }

    /// I04: a name is a name, and no path, no other session's folder, and no end of a line.
    @Test
    void namesMeanNothingElse() throws IOException {
        try (ImapPeer peer = world.peer()) {
            peer.ask(LOGIN.strip());
            List<String> names =
                    List.of(
                            "{5+}\r\na\r\nbc",
                            "{3+}\r\na\0b",
                            "\"" + "x".repeat(10_000) + "\"",
                            "\"/etc/passwd\"",
                            "\"../sam@clinic.example/INBOX\"",
                            "\"~sam/INBOX\"",
                            "\"#shared/INBOX\"",
                            "\"&AAA-\"");
            for (String name : names) {
                for (String command : List.of("SELECT ", "DELETE ", "STATUS ")) {
                    String more = command.equals("STATUS ") ? " (MESSAGES)" : "";
                    List<String> said = new ArrayList<>();
                    String answer = peer.any(command + name + more, said);
                    assertTrue(answer.matches("(?s)(NO|BAD) .*"), command + name + ": " + answer);
                    assertEquals(List.of(), said, command + name);
                }
            }
            for (String inbox : List.of("inbox", "InBoX", "\"INBOX\"", "{5+}\r\niNBox")) {
                peer.ask("SELECT " + inbox);
            }
        }
    }
}
