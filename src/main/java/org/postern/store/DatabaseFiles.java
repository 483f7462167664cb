package org.postern.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of one HSQLDB: whether they open and can be read whole, and what to do if not. Rows
/// and tables it leaves to others.
final class DatabaseFiles {
    static final String USER = "SA";

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseFiles.class);
    private static final String NAME = "postern";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// `nio_data_file`: a mapped file is closed when a thread that reads it is interrupted.
    /// `lock_file`: its heartbeat refuses for ten seconds after a crash; `Disk.lock` takes its
    /// place. `extlog`: without it `EngineLog` hears nothing.
    private static final String OPTIONS =
            ";hsqldb.extlog=2;hsqldb.write_delay=false;hsqldb.default_table_type=cached"
                    + ";hsqldb.lock_file=false;hsqldb.nio_data_file=false;hsqldb.full_log_replay=";

    /// Rows that are held in memory, once they were asked for. With less than the tables of a
    /// folder need, each lookup by a key reads rows of a few kilobytes that only lie on its way
    /// there.
    private static final long CACHE_KIBIBYTES = Runtime.getRuntime().maxMemory() / 12 / 1_024;

    /// Beside its octets, each has objects of some hundred octets; so as many as the heap bears,
    /// 100,000 in one of half a gibibyte.
    private static final int CACHE_ROWS =
            Math.clamp(Runtime.getRuntime().maxMemory() / 5_120, 10_000, 1_000_000);

    static {
        // HSQLDB otherwise replaces the logging configuration of the whole process.
        System.setProperty("hsqldb.reconfig_logging", "false");
    }

    private final Path directory;
    private final InstantSource clock;

    DatabaseFiles(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /// Refuses a log with damage in it.
    private enum Replay {
        WHOLE_LOG,
        UP_TO_THE_DAMAGE
    }

    /// Where the driver finds the database.
    String url() {
        return url(Replay.WHOLE_LOG);
    }

    /// Leaves an open database, the one that was there if it can be read.
    ///
    /// @throws IOException if not even a new one opens
    Database.Recovery recover() throws IOException {
        if (opens(Replay.WHOLE_LOG)) {
            return Database.Recovery.WHOLE;
        }
        requireOurs();
        Path aside = newFolderAside();
        copyLog(aside);
        if (opens(Replay.UP_TO_THE_DAMAGE)) {
            LOG.error("the log of the database was cut at a damage; it lies in {}", aside);
            return Database.Recovery.REPAIRED;
        }
        Files.move(directory, aside.resolve("db"));
        Files.createDirectory(directory);
        LOG.error("the database was unreadable and lies in {}; a new one was made", aside);
        if (!opens(Replay.WHOLE_LOG)) {
            throw new IOException("no database can be made in " + directory + "; see the log");
        }
        return Database.Recovery.RENEWED;
    }

    /// Opens again what ran in this process until a write failed, and leaves out what was written
    /// since the last commit that is good.
    ///
    /// @param log how long the log was with that commit
    /// @throws IOException if it does not open whole; nothing is repaired or set aside
    void reopen(long log) throws IOException {
        cut(log);
        if (!opens(Replay.WHOLE_LOG)) {
            throw new IOException("the database in " + directory + " does not open again");
        }
    }

    /// Octets in the log now.
    long logLength() throws IOException {
        Path log = directory.resolve(NAME + ".log");
        return Files.exists(log) ? Files.size(log) : 0;
    }

    /// Takes back what nobody was told of as written. A shorter log is one that was begun anew.
    void cut(long length) throws IOException {
        if (logLength() > length) {
            Path log = directory.resolve(NAME + ".log");
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.truncate(length);
                channel.force(true);
            }
        }
    }

    private boolean opens(Replay replay) throws IOException {
        if (!hasProperties()) {
            LOG.warn("the database in {} has lost its properties", directory);
            return false;
        }
        try (Connection connection = DriverManager.getConnection(url(replay), USER, "")) {
            return isReadable(connection);
        } catch (SQLException e) {
            LOG.warn("the database in {} does not open: {}", directory, e.getMessage());
            return false;
        }
    }

    /// With an empty file of properties HSQLDB half opens the database, and does not let it go.
    private boolean hasProperties() throws IOException {
        Path properties = directory.resolve(NAME + ".properties");
        if (!Files.exists(properties)) {
            return !Files.exists(directory.resolve(NAME + ".script"));
        }
        String text = Files.readString(properties, StandardCharsets.ISO_8859_1);
        return text.contains("version=");
    }

    private static boolean isReadable(Connection connection) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            try {
                readEveryRow(statement);
            } catch (SQLException e) {
                LOG.warn("the database cannot be read whole: {}", e.getMessage());
                statement.execute("SHUTDOWN IMMEDIATELY");
                return false;
            }
            statement.execute("SET FILES WRITE DELAY FALSE");
            statement.execute("SET FILES CACHE SIZE " + CACHE_KIBIBYTES);
            statement.execute("SET FILES CACHE ROWS " + CACHE_ROWS);
            statement.execute("SET DATABASE EXTERNAL EVENT LOG LEVEL 2");
            requireProperty(statement, "hsqldb.write_delay", "false");
            requireProperty(statement, "hsqldb.extlog", "2");
            requireProperty(statement, "hsqldb.lock_file", "false");
            requireProperty(statement, "hsqldb.default_table_type", "CACHED");
            return true;
        }
    }

    /// HSQLDB keeps no checksums. Rows that are no rows any more are at least found now, while they
    /// can be rebuilt, and not when a patient asks for them.
    private static void readEveryRow(Statement statement) throws SQLException {
        List<String> counts = new ArrayList<>();
        String columns =
                """
                SELECT c.table_name, c.column_name FROM information_schema.columns c
                JOIN information_schema.tables t
                  ON t.table_schema = c.table_schema AND t.table_name = c.table_name
                WHERE c.table_schema = 'PUBLIC' AND t.table_type = 'BASE TABLE'
                  AND c.ordinal_position = 1
                """;
        try (ResultSet first = statement.executeQuery(columns)) {
            while (first.next()) {
                counts.add(
                        "SELECT COUNT(*) FROM \"%s\" WHERE CAST(\"%s\" AS VARCHAR(4000)) <> ''"
                                .formatted(first.getString(1), first.getString(2)));
            }
        }
        for (String count : counts) {
            statement.executeQuery(count).close();
        }
    }

    /// What a commit is worth depends on these, so they are read back and not believed.
    private static void requireProperty(Statement statement, String name, String value)
            throws SQLException, IOException {
        String query =
                "SELECT property_value FROM information_schema.system_properties"
                        + " WHERE property_name = '"
                        + name
                        + "'";
        try (ResultSet found = statement.executeQuery(query)) {
            if (!found.next() || !value.equalsIgnoreCase(found.getString(1))) {
                throw new IOException("the database did not take " + name + "=" + value);
            }
        }
    }

    /// Files of another user are no damage: a command that ran as root leaves such.
    private void requireOurs() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (!Files.isReadable(file) || !Files.isWritable(file)) {
                    throw new IOException(
                            file + " may not be read and written by this user: correct its owner");
                }
            }
        }
    }

    private Path newFolderAside() throws IOException {
        String name = directory.getFileName() + ".damaged-" + TIME.format(clock.instant());
        Path aside = directory.resolveSibling(name);
        for (int i = 2; Files.exists(aside); i++) {
            aside = directory.resolveSibling(name + "-" + i);
        }
        return Files.createDirectory(aside);
    }

    private void copyLog(Path aside) throws IOException {
        Path log = directory.resolve(NAME + ".log");
        if (Files.exists(log)) {
            Files.copy(log, aside.resolve(log.getFileName()));
        }
    }

    private String url(Replay replay) {
        return "jdbc:hsqldb:file:"
                + directory.toAbsolutePath()
                + "/"
                + NAME
                + OPTIONS
                + (replay == Replay.WHOLE_LOG);
    }
}
