package org.postern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.access.Passed;
import org.postern.access.PickupSessions.Opening;
import org.postern.access.SessionSecret;
import org.postern.access.SessionTable;
import org.postern.caregiver.Caregiver;
import org.postern.caregiver.CaregiverTable;
import org.postern.check.CheckKind;
import org.postern.mail.Address;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.ThreadId;
import org.postern.recognition.TypedCode;
import org.postern.recognition.TypedCodes;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;
import org.postern.writing.Unsent;

/// R18: what patients may do ends for good by no clock that is doubted. Whatever is written by such
/// a clock, years ahead, destroys nothing of what it takes for old; it counts again when the clock
/// is set right.
class DoubtedClockTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Instant AHEAD = NOON.plus(Duration.ofDays(3_650));
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final Address JOHN = Address.of("john@patients.example");

    private final AtomicBoolean believed = new AtomicBoolean(true);
    private final SecureRandom random = new SecureRandom();

    @TempDir Path data;
    private Database database;

    @BeforeEach
    void open() throws IOException {
        database =
                TestDatabase.open(
                        new FileDisk(), data.resolve("db"), new ManualClock(NOON), believed::get);
    }

    @AfterEach
    void close() throws IOException {
        database.close();
    }

    private interface Act {
        void run() throws IOException;
    }

    private interface Question {
        boolean isThere() throws IOException;
    }

    /// @param written something of the same kind, by a clock years ahead
    private void staysUntilTheClockIsBelieved(Act written, Question asked) throws IOException {
        believed.set(false);
        written.run();
        assertEquals(true, asked.isThere(), "the clock is doubted");
        believed.set(true);
        written.run();
        assertEquals(false, asked.isThere(), "the clock is believed");
    }

    @Test
    void aCaregiverStays() throws IOException {
        CaregiverTable table = new CaregiverTable(database, TestVault.one(), random);
        var first =
                assertInstanceOf(CaregiverTable.Invited.Done.class, invited(table, MARIA, NOON));
        String id = first.caregiver().id();
        staysUntilTheClockIsBelieved(
                () -> invited(table, JOHN, AHEAD), () -> table.find(id, NOON).isPresent());
    }

    private static CaregiverTable.Invited invited(CaregiverTable table, Address patient, Instant at)
            throws IOException {
        return table.invite(
                new CaregiverTable.Invitation(
                        patient,
                        Address.of("son@home.example"),
                        "Sam",
                        false,
                        Caregiver.By.PATIENT,
                        Duration.ofDays(365)),
                at);
    }

    @Test
    void aSessionStays() throws IOException {
        SessionTable table = new SessionTable(database, random);
        Opening opening =
                new Opening(
                        MARIA,
                        new ThreadId("T".repeat(22)),
                        new Passed(CheckKind.BIRTH_DATE, NOON),
                        Optional.empty());
        SessionSecret secret = table.open(opening, NOON);
        staysUntilTheClockIsBelieved(
                () -> table.open(opening, AHEAD), () -> table.find(secret, NOON).isPresent());
    }

    @Test
    void aTypedCodeStays() throws IOException {
        TypedCodes table = new TypedCodes(database, TestVault.one(), random);
        PickupToken token = PickupToken.next(random);
        TypedCode code = table.make(token, NOON, NOON.plus(Duration.ofDays(30)));
        staysUntilTheClockIsBelieved(
                () -> table.make(token, AHEAD, AHEAD.plus(Duration.ofDays(30))),
                () -> table.link(code, NOON).isPresent());
    }

    @Test
    void wordsThatWereTypedStay() throws IOException {
        Unsent table = new Unsent(database, TestVault.one());
        keep(table, MARIA, NOON);
        staysUntilTheClockIsBelieved(
                () -> keep(table, JOHN, AHEAD),
                () -> table.find(new Unsent.Place(MARIA, "/t/1"), NOON).isPresent());
        keep(table, MARIA, NOON);
        staysUntilTheClockIsBelieved(
                () -> table.over(tab(JOHN), AHEAD),
                () -> table.find(new Unsent.Place(MARIA, "/t/1"), NOON).isPresent());
    }

    private static void keep(Unsent table, Address writer, Instant at) throws IOException {
        var _ = table.keep(tab(writer), "Words.", at);
    }

    private static Unsent.Tab tab(Address writer) {
        return new Unsent.Tab(new Unsent.Place(writer, "/t/1"), "one", Optional.empty());
    }
}
