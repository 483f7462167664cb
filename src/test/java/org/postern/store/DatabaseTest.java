package org.postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.store.Database.Recovery;
import org.postern.testkit.FailingDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.RoomyDisk;
import org.postern.testkit.Tmpfs;

class DatabaseTest {
    private static final int ROWS = 40;

    @TempDir Path data;
    private @Nullable Database database;

    private Path folder() {
        return data.resolve("db");
    }

    private Database open() throws IOException {
        Database opened = open(folder());
        database = opened;
        return opened;
    }

    private static Database open(Path folder) throws IOException {
        InstantSource clock = ManualClock.atNoon();
        return Database.open(new FileDisk(), folder, clock);
    }

    @AfterEach
    void stop() throws IOException {
        Database open = database;
        database = null;
        if (open != null) {
            open.close();
            open.close();
        }
    }

    private static void count(Database database, int number) throws IOException {
        database.change(handle ->
                handle.execute(
                        "INSERT INTO check_code VALUES (?, 'p', 'sms', 'm', 1)",
                        "patient" + number));
    }

    private static int rows(Database database) throws IOException {
        return database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM check_code").mapTo(Integer.class).one());
    }

    private List<String> aside() throws IOException {
        try (Stream<Path> all = Files.list(data)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.contains("damaged"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void rowsSurviveARestart() throws IOException {
        count(open(), 1);
        Database again = reopen();
        assertEquals(Recovery.WHOLE, again.recovery());
        assertEquals(1, rows(again));
    }

    /// Whoever adds a migration writes the new value there; until then each start compares all.
    @Test
    void aStartOfTheSameReleaseHasNothingToMigrate() throws IOException {
        String made = open().read(Database::history);
        assertEquals(made, Database.THIS_RELEASE);
        assertEquals(made, reopen().read(Database::history));
    }

    /// It is compared in full then, and refused.
    @Test
    void aStepThatIsNotOfThisReleaseShows() throws IOException {
        Database opened = open();
        opened.change(handle ->
                handle.execute(
                        """
                        UPDATE "flyway_schema_history" SET "checksum" = 1 WHERE "version" = '9'
                        """));
        assertNotEquals(Database.THIS_RELEASE, opened.read(Database::history));
        assertThrows(IOException.class, this::reopen);
    }

    @Test
    void aFolderIsForOneProcess() throws IOException {
        open();
        IOException refused = assertThrows(IOException.class, () -> open(folder()));
        assertTrue(String.valueOf(refused.getMessage()).contains("locked"));
        assertEquals(0, rows(reopen()));
    }

    private Database reopen() throws IOException {
        stop();
        return open();
    }

    @Test
    void tablesLieOnDiskAndNotOnTheHeap() throws IOException {
        List<String> types =
                open().read(handle ->
                        handle.createQuery(
                                        """
                                        SELECT DISTINCT hsqldb_type
                                        FROM information_schema.system_tables
                                        WHERE table_schem = 'PUBLIC'
                                        """)
                                .mapTo(String.class)
                                .list());
        assertEquals(List.of("CACHED"), types);
    }

    /// CVE-2022-41853: SQL must not reach Java's methods.
    @Test
    void sqlCallsNoJava() throws IOException {
        Database opened = open();
        assertThrows(
                IOException.class,
                () ->
                        opened.change(handle ->
                                handle.execute(
                                        """
                                        CREATE FUNCTION property(name VARCHAR(20))
                                        RETURNS VARCHAR(99) LANGUAGE JAVA DETERMINISTIC
                                        NO SQL EXTERNAL NAME
                                        'CLASSPATH:java.lang.System.getProperty'
                                        """)));
    }

    @Test
    void aFailedTransactionLeavesNothing() throws IOException {
        Database opened = open();
        assertThrows(
                IOException.class,
                () ->
                        opened.change(handle -> {
                            handle.execute(
                                    "INSERT INTO check_code VALUES ('a', 'p', 'sms', 'm', 1)");
                            handle.execute(
                                    "INSERT INTO check_code VALUES ('a', 'p', 'sms', 'm', 1)");
                        }));
        assertEquals(0, rows(opened));
    }

    @Test
    void afterAFailedSyncNothingIsWritten() throws IOException {
        Database opened = open();
        count(opened, 1);
        Logger.getLogger("hsqldb.db.ANY.ENGINE")
                .log(Level.WARNING, "ScriptWriter synch error: Input/output error");
        assertThrows(IOException.class, () -> count(opened, 2));
        assertEquals(1, rows(opened), "it can still be read");
        count(reopen(), 3);
    }

    @Test
    void aFullVolumeIsRefusedBeforeTheWrite() throws IOException {
        FailingDisk disk = new FailingDisk(new FileDisk());
        InstantSource clock = ManualClock.atNoon();
        try (Database opened = Database.open(disk, folder(), clock)) {
            disk.fill();
            IOException refused = assertThrows(IOException.class, () -> count(opened, 1));
            assertTrue(String.valueOf(refused.getMessage()).contains("make room"));
            disk.heal();
            count(opened, 2);
            assertEquals(1, rows(opened));
        }
        disk.fill();
        assertThrows(IOException.class, () -> Database.open(disk, folder(), clock));
        assertEquals(List.of(), aside(), "a full volume is no damage");
    }

    /// HSQLDB acknowledges what it could not write. What was told as written is there afterwards,
    /// and nothing else is; and no restart is needed.
    @Test
    void aVolumeThatIsFullBehindTheGuardIsGoneOnWithWhenThereIsRoom() throws Exception {
        // In one statement, and in a transaction that is larger than the buffer of the log.
        for (int rows : List.of(1, 400)) {
            try (Tmpfs volume = Tmpfs.mount(data.resolve("volume" + rows), 16)) {
                Path folder = data.resolve("volume" + rows).resolve("db");
                ManualClock clock = ManualClock.atNoon();
                int written = 0;
                try (Database opened = Database.open(new RoomyDisk(), folder, clock)) {
                    for (int round = 0; round < 2; round++) {
                        written += countAll(opened, 1 + written, rows);
                        volume.fill(0);
                        int fits = untilFull(opened, 1 + written, rows);
                        written += fits;
                        assertTrue(rows(opened) >= written, "it can still be read");
                        assertThrows(IOException.class, () -> count(opened, 999_999));
                        volume.empty();
                        clock.advance(Duration.ofSeconds(6));
                        written += countAll(opened, 1 + written, rows);
                        assertEquals(written, rows(opened), "after round " + round);
                    }
                    volume.fill(0);
                    written += untilFull(opened, 1 + written, rows);
                }
                volume.empty();
                try (Database again = Database.open(new RoomyDisk(), folder, clock)) {
                    assertEquals(Recovery.WHOLE, again.recovery());
                    assertEquals(written, rows(again));
                }
            }
        }
    }

    /// @return how many
    private static int countAll(Database database, int from, int rows) throws IOException {
        database.change(handle -> {
            for (int i = 0; i < rows; i++) {
                handle.execute(
                        "INSERT INTO check_code VALUES (?, 'p', 'sms', 'm', 1)",
                        "patient" + (from + i));
            }
        });
        return rows;
    }

    /// @return how many rows were written before it failed
    private static int untilFull(Database database, int from, int rows) {
        int written = 0;
        while (written < 1_000_000) {
            try {
                written += countAll(database, from + written, rows);
            } catch (IOException e) {
                return written;
            }
        }
        throw new AssertionError("the volume does not fill up");
    }

    /// What was acknowledged before a `kill -9` is there after it, at once and without waiting for
    /// the heartbeat of a lock file.
    @Test
    void acknowledgedRowsSurviveAKill() throws Exception {
        int acknowledged = killedAfter(ROWS);
        Database again = open();
        assertEquals(Recovery.WHOLE, again.recovery());
        assertTrue(rows(again) >= acknowledged);
    }

    @Test
    void aTornEndOfTheLogIsCut() throws Exception {
        killedAfter(ROWS);
        Path log = folder().resolve("postern.log");
        byte[] octets = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(octets, octets.length - 30));
        Database again = open();
        assertTrue(rows(again) >= ROWS - 2, rows(again) + " rows");
        count(again, 1_000_000);
    }

    @Test
    void aLogDamagedInTheMiddleIsCutAndKeptAside() throws Exception {
        killedAfter(ROWS);
        Path log = folder().resolve("postern.log");
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        int at = text.lastIndexOf("INSERT INTO CHECK_CODE", text.length() - 1_000);
        String damaged = text.substring(0, at) + "XXXXXXXX" + text.substring(at + 8);
        Files.writeString(log, damaged, StandardCharsets.ISO_8859_1);
        Database again = open();
        assertEquals(Recovery.REPAIRED, again.recovery());
        assertEquals(List.of("db.damaged-20260302T120000Z"), aside());
        count(again, 1_000_000);
        stop();
        assertEquals(Recovery.WHOLE, open().recovery());
    }

    @Test
    void aDatabaseThatDoesNotOpenIsSetAsideAndRenewed() throws IOException {
        int number = 0;
        for (String file : List.of("postern.script", "postern.properties", "postern.data")) {
            count(reopen(), number++);
            stop();
            Path path = folder().resolve(file);
            Files.write(path, new byte[(int) Files.size(path)]);
            Database renewed = open();
            assertNotEquals(Recovery.WHOLE, renewed.recovery(), file);
            count(renewed, number++);
            // HSQLDB now and then reads one of these files after all: repaired, with its rows.
            if (renewed.recovery() == Recovery.RENEWED) {
                assertEquals(1, rows(renewed), file);
            }
        }
        assertEquals(3, aside().size());
        assertTrue(
                Files.exists(data.resolve("db.damaged-20260302T120000Z").resolve("db")),
                "nothing is thrown away");
    }

    /// A newer release may have other tables: it is refused, and not taken for damage.
    @Test
    void aDatabaseOfANewerReleaseIsRefused() throws IOException {
        open().change(handle ->
                handle.execute(
                        """
                        INSERT INTO "flyway_schema_history"
                        VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 1,
                            'SA', CURRENT_TIMESTAMP, 1, TRUE)
                        """));
        stop();
        IOException refused = assertThrows(IOException.class, this::open);
        assertTrue(String.valueOf(refused.getMessage()).contains("newer release"));
        assertEquals(List.of(), aside());
    }

    @Test
    void theLoggingOfTheProcessIsLeftAlone() throws IOException {
        int before = Logger.getLogger("").getHandlers().length;
        open();
        assertEquals(before, Logger.getLogger("").getHandlers().length);
        assertFalse(Files.exists(folder().resolve("postern.app.log")));
    }

    /// Runs `main` in a process of its own, kills it after so many acknowledged rows, and says how
    /// many there were.
    private int killedAfter(int rows) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                DatabaseTest.class.getName(),
                                folder().toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        int acknowledged = 0;
        try (BufferedReader lines = child.inputReader()) {
            while (acknowledged < rows && lines.readLine() != null) {
                acknowledged++;
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertEquals(rows, acknowledged, "the other process wrote");
        return acknowledged;
    }

    /// Inserts rows for ever and prints a line for each that was acknowledged.
    public static void main(String[] arguments) throws IOException {
        try (PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true)) {
            Database database = open(Path.of(arguments[0]));
            for (int i = 0; ; i++) {
                count(database, i);
                out.println(i);
            }
        }
    }
}
