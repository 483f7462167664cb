package org.postern.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/// The metadata of this gateway: an HSQLDB in a folder. What lies in it can be rebuilt or is no
/// great loss, because HSQLDB acknowledges commits on a full disk that are not on disk.
///
/// So it is opened strictly, repaired or set aside if it cannot be, and says which of the three it
/// was; to fill it again is the business of whoever owns the rows. Each commit is synced, and a
/// failed sync, which HSQLDB only logs, closes the database for writing until the restart. One
/// process at a time: a lock file stands beside the folder.
public final class Database implements AutoCloseable {
    /// No write is begun with less free space than this.
    private static final long RESERVE_OCTETS = 64L << 20;

    private static final int CONNECTIONS_MAX = 8;
    private static final Duration CONNECTION_WAIT_MAX = Duration.ofSeconds(10);

    private final Disk disk;
    private final Path directory;
    private final Closeable lock;
    private final EngineLog engineLog;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final Recovery recovery;

    /// How the database was found.
    public enum Recovery {
        /// As it was left, or new.
        WHOLE,
        /// Its log was damaged, as a crash may leave it: rows written last may be missing.
        REPAIRED,
        /// It could not be opened and lies aside; this one began empty.
        RENEWED
    }

    /// One piece of work on the database, in one transaction.
    @FunctionalInterface
    public interface Work<T> {
        T on(Handle handle);
    }

    /// The same, for work that yields nothing.
    @FunctionalInterface
    public interface Change {
        void on(Handle handle);
    }

    private Database(Disk disk, Path directory, Closeable lock, DatabaseFiles files)
            throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.lock = lock;
        this.engineLog = new EngineLog();
        try {
            this.recovery = files.recover();
            this.pool = pool(files.url());
            this.jdbi = Jdbi.create(pool);
        } catch (IOException | RuntimeException e) {
            engineLog.close();
            throw e;
        }
    }

    /// Opens the database of a folder, or makes one, and brings its tables to this release.
    ///
    /// @param directory its own; what is set aside goes to `<directory>.damaged-<time>`
    /// @throws IOException if another process has it, the volume is full, the folder is not to be
    ///   had, or a newer release wrote it
    public static Database open(Disk disk, Path directory, InstantSource clock) throws IOException {
        disk.createDirectories(directory);
        requireSpace(disk, directory);
        Closeable lock = disk.lock(directory.resolveSibling(directory.getFileName() + ".lock"));
        Database database = null;
        try {
            database = new Database(disk, directory, lock, new DatabaseFiles(directory, clock));
            database.migrate();
            return database;
        } catch (IOException | RuntimeException e) {
            if (database == null) {
                lock.close();
            } else {
                database.close();
            }
            throw e;
        }
    }

    /// How the database was found when it was opened. Anything but `WHOLE` belongs into the audit.
    public Recovery recovery() {
        return recovery;
    }

    /// Reads in one transaction.
    ///
    /// @throws IOException if the database is not to be had now
    public <T> T read(Work<T> work) throws IOException {
        try {
            return jdbi.inTransaction(work::on);
        } catch (JdbiException e) {
            throw new IOException("the database in " + directory + " cannot be read", e);
        }
    }

    /// Writes in one transaction; synced on return.
    ///
    /// @throws IOException if nothing was written, or the volume turned out to be bad
    public <T> T write(Work<T> work) throws IOException {
        requireSpace(disk, directory);
        engineLog.requireSynced();
        T result;
        try {
            result = jdbi.inTransaction(work::on);
        } catch (JdbiException e) {
            throw new IOException("the database in " + directory + " cannot be written", e);
        }
        engineLog.requireSynced();
        return result;
    }

    /// The same, for work that yields nothing.
    public void change(Change change) throws IOException {
        write(handle -> {
            change.on(handle);
            return true;
        });
    }

    /// Empties the log into the data file, so that the next start is fast.
    public void checkpoint() throws IOException {
        requireSpace(disk, directory);
        try {
            jdbi.useHandle(handle -> handle.execute("CHECKPOINT"));
        } catch (JdbiException e) {
            throw new IOException("the database in " + directory + " cannot be written", e);
        }
    }

    /// Writes all out and frees the folder; idempotent.
    @Override
    public void close() throws IOException {
        try (lock;
                pool) {
            if (!pool.isClosed()) {
                jdbi.useHandle(handle -> handle.execute("SHUTDOWN"));
            }
        } catch (JdbiException e) {
            throw new IOException("the database in " + directory + " was not shut down well", e);
        } finally {
            engineLog.close();
        }
    }

    private void migrate() throws IOException {
        try {
            Flyway.configure()
                    .loggers("slf4j")
                    .dataSource(pool)
                    .locations("classpath:db/migration")
                    .ignoreMigrationPatterns(new String[0])
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            String what =
                    directory
                            + " cannot be brought to this release; if a newer release wrote it, run"
                            + " that one";
            throw new IOException(what, e);
        }
    }

    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(DatabaseFiles.USER);
        config.setPassword("");
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setConnectionTimeout(CONNECTION_WAIT_MAX.toMillis());
        config.setPoolName("database");
        return new HikariDataSource(config);
    }

    private static void requireSpace(Disk disk, Path directory) throws IOException {
        long free = disk.freeBytes(directory);
        if (free < RESERVE_OCTETS) {
            String what =
                    "the volume of %s has %d MiB free and the database needs %d: make room"
                            .formatted(directory, free >> 20, RESERVE_OCTETS >> 20);
            throw new IOException(what);
        }
    }
}
