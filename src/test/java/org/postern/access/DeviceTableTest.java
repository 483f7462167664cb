package org.postern.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.access.DeviceTable.Found;
import org.postern.access.PickupSessions.Opening;
import org.postern.check.CheckKind;
import org.postern.mail.Address;
import org.postern.mailbox.ThreadId;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;

class DeviceTableTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final Address PABLO = Address.of("pablo@patients.example");
    private static final ThreadId THREAD = new ThreadId("T".repeat(22));
    private static final Passed PASSED = new Passed(CheckKind.BIRTH_DATE, NOON);

    @TempDir Path data;
    private final AtomicBoolean believed = new AtomicBoolean(true);
    private Database database;
    private DeviceTable devices;
    private SessionTable sessions;

    @BeforeEach
    void start() throws IOException {
        database =
                TestDatabase.open(
                        new FileDisk(), data.resolve("db"), new ManualClock(NOON), believed::get);
        devices = new DeviceTable(database, new SecureRandom());
        sessions = new SessionTable(database, new SecureRandom());
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    private DeviceSecret remember() throws IOException {
        return devices.remember(MARIA, "iPhone, Safari", PASSED, NOON);
    }

    /// The next secret, after a session whose cookie has arrived.
    private DeviceSecret visit(DeviceSecret secret, Instant at) throws IOException {
        Found.Known known = assertInstanceOf(Found.Known.class, devices.recognise(secret, at));
        Opening opening = new Opening(MARIA, THREAD, PASSED, Optional.of(known.device().handle()));
        assertTrue(sessions.find(sessions.open(opening, at), at).isPresent());
        return known.next().orElseThrow();
    }

    /// R18: it is known again when the clock is set right.
    @Test
    void noDeviceIsForgottenByAClockThatIsDoubted() throws IOException {
        DeviceSecret secret = remember();
        Instant ahead = NOON.plus(Duration.ofDays(3_650));
        believed.set(false);
        assertInstanceOf(Found.Unknown.class, devices.recognise(secret, ahead));
        assertInstanceOf(Found.Known.class, devices.recognise(secret, NOON));
        believed.set(true);
        assertInstanceOf(Found.Unknown.class, devices.recognise(secret, ahead));
        assertInstanceOf(Found.Unknown.class, devices.recognise(secret, NOON));
    }

    @Test
    void eachSessionHasAnotherSecret() throws IOException {
        DeviceSecret first = remember();
        DeviceSecret second = visit(first, NOON.plusSeconds(10));
        DeviceSecret third = visit(second, NOON.plusSeconds(1_000));
        assertEquals(first.id(), third.id());
        assertFalse(first.secret().equals(second.secret()));
        assertFalse(first.toString().contains(first.secret()));
        assertEquals(Optional.of(third), DeviceSecret.parse(third.value()));
        assertTrue(DeviceSecret.parse("x." + third.secret()).isEmpty());
    }

    @Test
    void twoPagesAtOnceAreNoTheft() throws IOException {
        DeviceSecret first = remember();
        DeviceSecret second = visit(first, NOON.plusSeconds(100));
        Found.Known same =
                assertInstanceOf(
                        Found.Known.class, devices.recognise(first, NOON.plusSeconds(159)));
        assertEquals(Optional.empty(), same.next(), "the newest stays the newest");
        visit(second, NOON.plusSeconds(200));
    }

    /// T11.
    @Test
    void anOldSecretIsATheft() throws IOException {
        DeviceSecret first = remember();
        DeviceSecret second = visit(first, NOON.plusSeconds(100));
        Found.Known known =
                assertInstanceOf(
                        Found.Known.class, devices.recognise(second, NOON.plusSeconds(120)));
        SessionSecret session =
                sessions.open(
                        new Opening(MARIA, THREAD, PASSED, Optional.of(known.device().handle())),
                        NOON.plusSeconds(120));
        assertTrue(sessions.find(session, NOON.plusSeconds(121)).isPresent());
        Found.Stolen stolen =
                assertInstanceOf(
                        Found.Stolen.class, devices.recognise(second, NOON.plusSeconds(180)));
        assertEquals("iPhone, Safari", stolen.device().name());
        assertEquals(List.of(), devices.of(MARIA, NOON.plusSeconds(180)));
        assertTrue(sessions.find(session, NOON.plusSeconds(181)).isEmpty(), "nobody is in");
        assertInstanceOf(
                Found.Unknown.class,
                devices.recognise(known.next().orElseThrow(), NOON.plusSeconds(181)));
    }

    @Test
    void aSecretFromTwoSessionsAgoIsATheftAtOnce() throws IOException {
        DeviceSecret first = remember();
        visit(visit(first, NOON.plusSeconds(1)), NOON.plusSeconds(2));
        assertInstanceOf(Found.Stolen.class, devices.recognise(first, NOON.plusSeconds(3)));
    }

    /// A telephone in a tunnel sends the request and never gets the response.
    @Test
    void aResponseThatWasLostIsNoTheft() throws IOException {
        DeviceSecret first = remember();
        assertInstanceOf(Found.Known.class, devices.recognise(first, NOON.plusSeconds(10)));
        Instant later = NOON.plus(Duration.ofDays(3));
        DeviceSecret next = visit(first, later);
        visit(next, later.plusSeconds(500));
    }

    @Test
    void itLives180DaysUnusedAndOneYearAtMost() throws IOException {
        DeviceSecret secret = remember();
        Instant end = NOON.plus(Duration.ofDays(180));
        assertTrue(devices.look(secret, end.minusMillis(1)).isPresent());
        assertTrue(devices.look(secret, end).isEmpty());
        DeviceSecret used = secret;
        for (int days = 100; days < 365; days += 100) {
            used = visit(used, NOON.plus(Duration.ofDays(days)));
        }
        Instant year = NOON.plus(Duration.ofDays(365));
        assertTrue(devices.look(used, year.minusMillis(1)).isPresent());
        assertInstanceOf(Found.Unknown.class, devices.recognise(used, year));
        assertEquals(List.of(), devices.of(MARIA, year.minusSeconds(1)), "forgotten at once");
    }

    @Test
    void aPatientForgetsHerDevicesAndNoOthers() throws IOException {
        DeviceSecret secret = remember();
        Device device = devices.look(secret, NOON).orElseThrow();
        devices.forget(PABLO, device.handle());
        assertEquals(List.of(device), devices.of(MARIA, NOON));
        devices.forget(Address.of("Maria@Patients.example"), device.handle());
        assertEquals(List.of(), devices.of(MARIA, NOON));
        assertInstanceOf(Found.Unknown.class, devices.recognise(secret, NOON));
    }

    @Test
    void beyondTwentyTheLongestUnusedGoes() throws IOException {
        DeviceSecret first = remember();
        for (int i = 1; i <= DeviceTable.DEVICES_MAX; i++) {
            devices.remember(MARIA, "n" + i, PASSED, NOON.plusSeconds(i));
        }
        assertEquals(DeviceTable.DEVICES_MAX, devices.of(MARIA, NOON.plusSeconds(60)).size());
        assertTrue(devices.look(first, NOON.plusSeconds(60)).isEmpty());
    }

    @Test
    void whatIsStoredOpensNothing() throws IOException {
        DeviceSecret secret = remember();
        SessionSecret session =
                sessions.open(new Opening(MARIA, THREAD, PASSED, Optional.empty()), NOON);
        database.checkpoint();
        stop();
        try (Stream<Path> files = Files.walk(data.resolve("db"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (String canary : List.of(secret.id(), secret.secret(), session.value())) {
                    assertFalse(text.contains(canary), file.toString());
                }
            }
        }
        start();
    }

    @Test
    void aSessionOnAKnownDeviceLives45MinutesUnused() throws IOException {
        Device device = devices.look(remember(), NOON).orElseThrow();
        SessionSecret session =
                sessions.open(
                        new Opening(MARIA, THREAD, PASSED, Optional.of(device.handle())), NOON);
        Instant last = NOON.plus(Duration.ofMinutes(45)).minusMillis(1);
        sessions.open(new Opening(PABLO, THREAD, PASSED, Optional.empty()), last);
        assertTrue(sessions.find(session, last).isPresent());
        assertTrue(sessions.find(session, last.plus(Duration.ofMinutes(45))).isEmpty());
        SessionSecret again =
                sessions.open(
                        new Opening(MARIA, THREAD, PASSED, Optional.of(device.handle())), NOON);
        sessions.closeAll(MARIA);
        assertTrue(sessions.find(again, NOON).isEmpty());
    }
}
