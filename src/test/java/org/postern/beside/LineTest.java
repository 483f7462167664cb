package org.postern.beside;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.entrance.UpstreamException;
import org.postern.net.PerSource;
import org.postern.testkit.FakeClinic;
import org.postern.testkit.ScriptedServer;
import org.postern.upstream.Credentials;
import org.postern.upstream.LogIns;
import org.postern.upstream.UpstreamClient;

/// When a session connects to the clinic's server, and when it hangs up.
class LineTest {
    static final List<String> LOGGING_IN = FakeClinic.asked("anna", "secret");

    private final PerSource connections = new PerSource(1);
    private final Clinic.Bounds bounds =
            new Clinic.Bounds(connections, new LogIns(), new Room(1, 1), new Room(1, 1));

    private static ScriptedServer playing(String... more) throws IOException {
        return FakeClinic.playing(LOGGING_IN, more);
    }

    static Credentials hers() {
        return Credentials.of("anna".getBytes(UTF_8), "secret".getBytes(UTF_8));
    }

    private Line line(int port, Duration rest) {
        return line(port, rest, hers());
    }

    private Line line(int port, Duration rest, Credentials credentials) {
        return new Line(server(port, rest), bounds, "anna", credentials);
    }

    static Clinic.Server server(int port) {
        return server(port, Duration.ofMinutes(1));
    }

    private static Clinic.Server server(int port, Duration rest) {
        return new Clinic.Server(
                FakeClinic.at(port),
                FakeClinic.HERE,
                "Clinic",
                new Clinic.Pace(Duration.ofMinutes(1), rest));
    }

    private static String refused(Line line) {
        return String.valueOf(
                assertThrows(UpstreamException.class, () -> line.use(UpstreamClient::list))
                        .getMessage());
    }

    /// A password that was changed there must not be tried until the account is locked.
    @Test
    void aRefusedPasswordIsTriedOnce() throws Exception {
        try (ScriptedServer server = playing("S p2 NO [AUTHENTICATIONFAILED] no");
                Line line = line(server.port(), Duration.ofMinutes(1))) {
            String first = refused(line);
            assertEquals("the clinic's server refuses this session's password", first);
            assertEquals(first, refused(line));
            assertEquals(1, server.heard().split("AUTHENTICATE", -1).length - 1);
            assertTrue(connections.take("anna"));
        }
    }

    /// Nor by each of her sessions once.
    @Test
    void aRefusedPasswordIsTriedOnceByAllSessions() throws Exception {
        List<Credentials> before = List.of(hers(), hers());
        try (ScriptedServer server = playing("S p2 NO [AUTHENTICATIONFAILED] no")) {
            for (Credentials each : before) {
                try (Line line = line(server.port(), Duration.ofMinutes(1), each)) {
                    assertEquals(
                            "the clinic's server refuses this session's password", refused(line));
                }
            }
            assertEquals(1, server.heard().split("AUTHENTICATE", -1).length - 1);
        }
    }

    /// A server whose directory is down refuses good passwords as well. The next one who logs in
    /// shows that it is up again.
    @Test
    void aSessionComesBackOnceAnotherOneIsLetIn() throws Exception {
        List<String> refusing = FakeClinic.script(LOGGING_IN, "S p2 NO [AUTHENTICATIONFAILED] no");
        List<String> taking =
                FakeClinic.script(LOGGING_IN, "S p2 OK in", "C p3 LIST \"\" \"*\"", "S p3 OK done");
        try (ScriptedServer server = FakeClinic.inTurn(List.of(refusing, taking));
                Line line = line(server.port(), Duration.ofMinutes(1))) {
            String refusal = refused(line);
            assertEquals("the clinic's server refuses this session's password", refusal);
            assertEquals(refusal, refused(line));
            bounds.logIns().proved("anna", hers());
            assertEquals(List.of(), line.use(UpstreamClient::list));
            assertEquals(2, server.heard().split("AUTHENTICATE", -1).length - 1);
        }
    }

    /// What fails on our side says nothing about the connection.
    @Test
    void aFailureOfOursKeepsTheConnection() throws Exception {
        try (ScriptedServer server =
                        playing(
                                "S p2 OK in",
                                "C p3 LIST \"\" \"*\"",
                                "S p3 OK done",
                                "C p4 LIST \"\" \"*\"",
                                "S p4 OK done");
                Line line = line(server.port(), Duration.ofMinutes(1))) {
            Line.Use<Object> failing =
                    client -> {
                        client.list();
                        throw new IOException("the disk is full");
                    };
            IOException ours = assertThrows(IOException.class, () -> line.use(failing));
            assertEquals("the disk is full", ours.getMessage());
            assertEquals(List.of(), line.use(UpstreamClient::list));
        }
    }

    /// A second time in a row that nobody answers it.
    @Test
    void aPasswordThatIsNotAnsweredIsGivenUp() throws Exception {
        try (ScriptedServer first = playing();
                Line line = line(first.port(), Duration.ofMinutes(1))) {
            assertThrows(UpstreamException.class, () -> line.use(UpstreamClient::list));
            assertEquals("the clinic's server could not be asked a moment ago", refused(line));
        }
        try (ScriptedServer first = playing();
                ScriptedServer second = playing()) {
            Credentials credentials = hers();
            assertThrows(
                    UpstreamException.class,
                    () ->
                            bounds.logIns()
                                    .open(
                                            "anna",
                                            FakeClinic.at(first.port()),
                                            FakeClinic.HERE,
                                            credentials));
            try (Line line = line(second.port(), Duration.ofMinutes(1), credentials)) {
                assertEquals("the clinic's server refuses this session's password", refused(line));
            }
        }
    }

    @Test
    void aServerThatWasNotReachedIsLeftAlone() throws Exception {
        try (ScriptedServer server = playing("S p2 NO [UNAVAILABLE] no");
                Line line = line(server.port(), Duration.ofMinutes(1))) {
            assertEquals("it takes no log-in now", refused(line));
            assertEquals("the clinic's server could not be asked a moment ago", refused(line));
            assertTrue(connections.take("anna"));
        }
    }

    @Test
    void aConnectionThatNothingNeedsIsGivenUp() throws Exception {
        try (ScriptedServer server =
                        playing(
                                "S p2 OK in",
                                "C p3 LIST \"\" \"*\"",
                                "S p3 OK done",
                                "C p4 LIST \"\" \"*\"",
                                "S p4 OK done",
                                "C something");
                Line line = line(server.port(), Duration.ofMillis(50))) {
            line.enter();
            assertEquals(List.of(), line.use(UpstreamClient::list));
            assertFalse(connections.take("anna"));
            assertEquals(List.of(), line.use(UpstreamClient::list));
            line.leave();
            assertTrue(server.heard().contains("p4 LIST"));
        }
        assertTrue(connections.take("anna"));
    }
}
