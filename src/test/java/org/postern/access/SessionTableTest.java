package org.postern.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.access.PickupSessions.Opening;
import org.postern.access.PickupSessions.PickupSession;
import org.postern.check.CheckKind;
import org.postern.mail.Address;
import org.postern.mailbox.ThreadId;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;

class SessionTableTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Address MARIA = Address.of("\"maria p\"@patients.example");
    private static final ThreadId THREAD = new ThreadId("T".repeat(22));

    private static final Passed PASSED = new Passed(CheckKind.BIRTH_DATE, NOON);

    @TempDir Path data;
    private Database database;
    private PickupSessions sessions;

    @BeforeEach
    void start() throws IOException {
        database = TestDatabase.open(new FileDisk(), data.resolve("db"), new ManualClock(NOON));
        sessions = new SessionTable(database, new SecureRandom());
    }

    private SessionSecret open(Instant at) throws IOException {
        return sessions.open(new Opening(MARIA, THREAD, PASSED, Optional.empty()), at);
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    @Test
    void anOpenedSessionIsFound() throws IOException {
        SessionSecret secret = open(NOON);
        PickupSession session = sessions.find(secret, NOON).orElseThrow();
        assertEquals(
                new PickupSession(
                        MARIA,
                        THREAD,
                        NOON,
                        NOON.plus(Duration.ofMinutes(15)),
                        PASSED,
                        Optional.empty(),
                        Optional.empty()),
                session);
        assertNotEquals(secret, open(NOON));
        assertEquals(Optional.empty(), sessions.find(new SessionSecret("A".repeat(43)), NOON));
        stop();
        start();
        assertTrue(sessions.find(secret, NOON).isPresent(), "after a restart");
        assertFalse(secret.toString().contains(secret.value()));
    }

    @Test
    void aSessionEndsWhenItIsNotUsed() throws IOException {
        SessionSecret secret = open(NOON);
        Instant used = NOON.plus(Duration.ofMinutes(14));
        Instant end = used.plus(Duration.ofMinutes(15));
        assertEquals(end, sessions.find(secret, used).orElseThrow().expires());
        assertTrue(sessions.find(secret, end.minusMillis(1)).isPresent());
        assertEquals(Optional.empty(), sessions.find(secret, end.plus(Duration.ofMinutes(15))));
    }

    @Test
    void aSessionInUseEndsAfterTwelveHours() throws IOException {
        SessionSecret secret = open(NOON);
        Instant end = NOON.plus(Duration.ofHours(12));
        for (Instant at = NOON; at.isBefore(end); at = at.plus(Duration.ofMinutes(10))) {
            PickupSession session = sessions.find(secret, at).orElseThrow();
            assertFalse(session.expires().isAfter(end));
        }
        assertEquals(Optional.empty(), sessions.find(secret, end));
    }

    @Test
    void aClosedSessionIsGone() throws IOException {
        SessionSecret secret = open(NOON);
        SessionSecret other = open(NOON);
        sessions.close(secret);
        sessions.close(secret);
        assertEquals(Optional.empty(), sessions.find(secret, NOON));
        assertTrue(sessions.find(other, NOON).isPresent());
    }

    /// Dead sessions are deleted when others open, so that a clock set back revives none.
    @Test
    void aDeadSessionStaysDead() throws IOException {
        SessionSecret secret = open(NOON);
        open(NOON.plus(Duration.ofDays(1)));
        assertEquals(Optional.empty(), sessions.find(secret, NOON));
    }

    @Test
    void aCookieIsReadOrRefused() {
        assertTrue(SessionSecret.parse("A".repeat(43)).isPresent());
        for (String bad : new String[] {"", "A", "A".repeat(44), "A".repeat(42) + "\n"}) {
            assertTrue(SessionSecret.parse(bad).isEmpty(), bad);
        }
    }
}
