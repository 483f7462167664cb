package org.postern.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.store.FileDisk;

/// R18: a clock that was set ends nothing for good before somebody could set it right.
class ClockTrustTest {
    private static final Instant START = Instant.parse("2026-11-28T09:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir Path data;
    private Path file;
    private Instant wall = START;
    private long nanos;

    @BeforeEach
    void name() {
        file = data.resolve("clock");
    }

    private ClockTrust open() {
        return ClockTrust.open(new FileDisk(), file, () -> wall, () -> nanos);
    }

    /// Time goes by, for the clock as for the counter.
    private void pass(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }

    /// The gateway is off, or somebody sets the clock.
    private void set(Duration by) {
        wall = wall.plus(by);
    }

    /// Asks each hour.
    private boolean believedAfter(ClockTrust trust, int hours) {
        boolean believed = trust.isBelieved();
        for (int hour = 0; hour < hours; hour++) {
            pass(HOUR);
            believed = trust.isBelieved();
        }
        return believed;
    }

    @Test
    void aNewGatewayHasNothingAgainstTheClock() {
        assertTrue(open().isBelieved());
        assertTrue(Files.exists(file));
    }

    @Test
    void aGatewayThatWasOffForDaysBelievesTheClock() {
        open();
        set(Duration.ofDays(7));
        assertTrue(open().isBelieved());
    }

    @ParameterizedTest
    @ValueSource(longs = {3_650, 8, -1, -3_650})
    void aStartByAnotherTimeIsDoubtedForADay(long days) {
        open();
        set(Duration.ofDays(days));
        ClockTrust trust = open();
        assertFalse(believedAfter(trust, 23));
        assertTrue(believedAfter(trust, 1));
    }

    /// Otherwise whoever stops the gateway each night would never see it destroy anything.
    @Test
    void theDayGoesOnBehindAnotherStart() {
        open();
        set(Duration.ofDays(30));
        assertFalse(believedAfter(open(), 12));
        set(Duration.ofHours(10));
        assertFalse(believedAfter(open(), 11));
        set(Duration.ofHours(10));
        assertTrue(believedAfter(open(), 1));
        set(Duration.ofHours(10));
        assertTrue(open().isBelieved());
    }

    @ParameterizedTest
    @ValueSource(longs = {3_650 * 24, 2, -2, -3_650 * 24})
    void aJumpWhileItRunsIsDoubtedForADay(long hours) {
        ClockTrust trust = open();
        pass(HOUR);
        assertTrue(trust.isBelieved());
        set(Duration.ofHours(hours));
        assertFalse(believedAfter(trust, 23));
        assertTrue(believedAfter(trust, 1));
    }

    /// The clock is set right again, which is a jump as well.
    @Test
    void setRightInTimeNothingWasBelievedOfTheWrongTime() {
        open();
        set(Duration.ofDays(3_650));
        ClockTrust trust = open();
        assertFalse(believedAfter(trust, 5));
        set(Duration.ofDays(-3_650));
        assertFalse(believedAfter(trust, 23));
        assertTrue(believedAfter(trust, 1));
    }

    @Test
    void aCorrectionOfMinutesIsNoJump() {
        ClockTrust trust = open();
        set(Duration.ofMinutes(59));
        assertTrue(trust.isBelieved());
        set(Duration.ofMinutes(-59));
        assertTrue(trust.isBelieved());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 19, 23, 27})
    void aDamagedMarkIsADoubt(int octet) throws IOException {
        open();
        byte[] mark = Files.readAllBytes(file);
        mark[octet] ^= 1;
        Files.write(file, mark);
        assertFalse(open().isBelieved());
    }

    @Test
    void aMarkThatIsCutShortIsADoubt() throws IOException {
        open();
        Files.write(file, new byte[5]);
        assertFalse(open().isBelieved());
    }

    /// It is asked each minute, and a disk is not to be bothered each minute.
    @Test
    void theMarkIsWrittenOnceAnHour() throws IOException {
        ClockTrust trust = open();
        byte[] first = Files.readAllBytes(file);
        pass(Duration.ofMinutes(59));
        assertTrue(trust.isBelieved());
        assertEquals(hex(first), hex(Files.readAllBytes(file)));
        pass(Duration.ofMinutes(1));
        assertTrue(trust.isBelieved());
        assertFalse(hex(first).equals(hex(Files.readAllBytes(file))));
    }

    @Test
    void timeThatWentByIsCountedByTheMachineAndByNoClockThatIsSet() {
        ClockTrust trust = open();
        assertEquals(START, trust.lived());
        pass(HOUR);
        assertEquals(START.plus(HOUR), trust.lived());
        set(Duration.ofDays(3_650));
        assertFalse(trust.isBelieved());
        pass(HOUR);
        assertEquals(START.plus(HOUR.multipliedBy(2)), trust.lived());
        set(Duration.ofDays(-7_300));
        assertFalse(believedAfter(trust, 3));
        assertEquals(START.plus(HOUR.multipliedBy(5)), trust.lived());
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "7, 7", "30, 0", "3650, 0", "-3650, 0"})
    void timeForWhichItWasOffCountsWhereTheClockIsNotDoubted(long days, long counted) {
        ClockTrust trust = open();
        pass(HOUR);
        assertTrue(trust.isBelieved());
        set(Duration.ofDays(days));
        nanos = -5;
        Instant lived = START.plus(HOUR).plus(Duration.ofDays(counted));
        assertEquals(lived, open().lived());
        pass(HOUR);
        assertEquals(lived.plus(HOUR), open().lived(), "and on");
    }

    /// By a release that did not count it.
    @ParameterizedTest
    @CsvSource({"2, 2", "20, 0"})
    void aMarkOfAnEarlierReleaseIsTakenUp(long days, long counted) throws IOException {
        byte[] mark = new byte[20];
        ByteBuffer.wrap(mark).putLong(START.toEpochMilli());
        CRC32C crc = new CRC32C();
        crc.update(mark, 0, 16);
        ByteBuffer.wrap(mark).putInt(16, (int) crc.getValue());
        Files.write(file, mark);
        set(Duration.ofDays(days));
        ClockTrust trust = open();
        assertEquals(counted == days, trust.isBelieved());
        assertEquals(START.plus(Duration.ofDays(counted)), trust.lived());
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    /// The clock of the queue began by the wrong one, and goes on by it.
    @Test
    void theClockOfTheQueueIsBelievedOnlyNearTheWallClock() {
        open();
        set(Duration.ofDays(30));
        SteadyClock steady = new SteadyClock(() -> wall, () -> nanos);
        ClockTrust trust = open();
        set(Duration.ofDays(-30));
        assertTrue(believedAfter(trust, 24));
        assertFalse(trust.of(steady).believed().getAsBoolean());
        SteadyClock anew = new SteadyClock(() -> wall, () -> nanos);
        assertTrue(trust.of(anew).believed().getAsBoolean());
    }
}
