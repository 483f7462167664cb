package org.postern.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The metadata of this gateway: an HSQLDB in a folder. What lies in it can be rebuilt or is no
/// great loss, because HSQLDB acknowledges commits on a full disk that are not on disk.
///
/// So it is opened strictly, repaired or set aside if it cannot be, and says which of the three it
/// was; to fill it again is the business of whoever owns the rows. Each commit is synced. Once
/// something was not written, which HSQLDB mostly only logs, nothing is written any more, and what
/// was told as failed is taken back:
///
/// - If there was no room, the first write after there is room again ends the engine, cuts its log
///   to the end of the last good commit, opens it again and writes all out anew, synced.
/// - If a sync failed for any other reason, that is left to a restart.
///
/// Writes take turns, so that this last good commit is one point of the log; HSQLDB gains nothing
/// from several at once. One process at a time: a lock file stands beside the folder.
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /// No write is begun with less free space than this.
    private static final long RESERVE_OCTETS = 64L << 20;

    /// At least so long between two tries to open it again.
    private static final Duration REOPEN_PAUSE = Duration.ofSeconds(5);

    /// Codes of HSQLDB for files that could not be written, or a database that has become read-only
    /// by it.
    private static final Set<Integer> FILE_ERRORS = Set.of(-452, -455, -456, -466, -467, -468);

    /// `history` where all migrations of this release were made. `DatabaseTest` says what it is.
    static final String THIS_RELEASE = "e542be7e";

    private final Disk disk;
    private final Path directory;
    private final InstantSource clock;
    private final Closeable lock;
    private final DatabaseFiles files;
    private final EngineLog engineLog;
    private final BooleanSupplier believed;
    private final Recovery recovery;

    /// Held by whoever reads, and by nobody while the engine is exchanged.
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private final ReentrantLock writing = new ReentrantLock();
    private volatile Engine engine;

    // What follows belongs to whoever holds `writing`.
    private long goodLog;
    private Instant nextTry = Instant.MIN;
    private boolean closed;

    /// How the database was found.
    public enum Recovery {
        /// As it was left, or new.
        WHOLE,
        /// Its log was damaged, as a crash may leave it: rows written last may be missing.
        REPAIRED,
        /// It could not be opened and lies aside; this one began empty.
        RENEWED
    }

    /// Nothing was written, because nothing was begun.
    public static final class NotBegunException extends IOException {
        private static final long serialVersionUID = 1;

        NotBegunException(String message) {
            super(message);
        }
    }

    /// One piece of work on the database, in one transaction. It uses its handle and calls no
    /// method of the database.
    @FunctionalInterface
    public interface Work<T> {
        T on(Handle handle);
    }

    /// The same, for work that yields nothing.
    @FunctionalInterface
    public interface Change {
        void on(Handle handle);
    }

    private Database(
            Disk disk,
            Path directory,
            InstantSource clock,
            BooleanSupplier believed,
            Closeable lock)
            throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.clock = clock;
        this.believed = believed;
        this.lock = lock;
        this.files = new DatabaseFiles(directory, clock);
        this.engineLog = new EngineLog(this::isFull);
        try {
            this.recovery = files.recover();
            // What it said while it was opened is known by how it was found.
            engineLog.forget();
            this.engine = new Engine(files.url());
            migrate(engine);
            requireWritten();
            this.goodLog = files.logLength();
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
        return open(disk, directory, clock, () -> true);
    }

    /// The same.
    ///
    /// @param believed whether rows may be destroyed by what the clock shows
    public static Database open(
            Disk disk, Path directory, InstantSource clock, BooleanSupplier believed)
            throws IOException {
        disk.createDirectories(directory);
        requireSpace(disk, directory);
        Closeable lock = disk.lock(directory.resolveSibling(directory.getFileName() + ".lock"));
        try {
            return new Database(disk, directory, clock, believed, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// How the database was found when it was opened. Anything but `WHOLE` belongs into the audit.
    public Recovery recovery() {
        return recovery;
    }

    /// Whether rows whose time is over may be destroyed, or marked for good, now. While the clock
    /// is doubted they stay, and whoever reads them sees by their times that they do not count;
    /// they count again when the clock is set right. To be asked outside of a transaction.
    public boolean mayForget() {
        return believed.getAsBoolean();
    }

    /// Reads in one transaction. Between a write that failed and the next one it may see what was
    /// told as failed.
    ///
    /// @throws IOException if the database is not to be had now
    public <T> T read(Work<T> work) throws IOException {
        use.readLock().lock();
        try {
            return engine.inTransaction(work::on);
        } catch (JdbiException e) {
            throw new IOException("the database in " + directory + " cannot be read", e);
        } finally {
            use.readLock().unlock();
        }
    }

    /// Writes in one transaction; synced on return.
    ///
    /// @throws NotBegunException if there is no room now, or an earlier failure is not mended
    /// @throws IOException if nothing was written, or nothing that will be found again
    public <T> T write(Work<T> work) throws IOException {
        writing.lock();
        try {
            requireSpace(disk, directory);
            reopenIfNeeded();
            T result = engine.inTransaction(work::on);
            requireWritten();
            goodLog = files.logLength();
            return result;
        } catch (JdbiException e) {
            noteFileErrors(e);
            throw new IOException("the database in " + directory + " cannot be written", e);
        } finally {
            writing.unlock();
        }
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
        writing.lock();
        try {
            requireSpace(disk, directory);
            reopenIfNeeded();
            writeOut();
        } finally {
            writing.unlock();
        }
    }

    private void writeOut() throws IOException {
        try {
            engine.checkpoint();
            requireWritten();
            goodLog = files.logLength();
        } catch (JdbiException e) {
            engineLog.notWritten();
            throw new IOException("the database in " + directory + " cannot be written", e);
        }
    }

    private void requireWritten() throws IOException {
        if (engineLog.fault() != EngineLog.Fault.NONE) {
            throw new IOException("the database in " + directory + " was not written; see the log");
        }
    }

    private void noteFileErrors(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof SQLException e && FILE_ERRORS.contains(e.getErrorCode())) {
                engineLog.notWritten();
            }
        }
    }

    private void reopenIfNeeded() throws IOException {
        switch (engineLog.fault()) {
            case NONE -> {
                // The usual case.
            }
            case NOT_SYNCED ->
                    throw new NotBegunException(
                            "the database could not sync its log: check the volume, then restart");
            case NOT_WRITTEN -> {
                Instant now = clock.instant();
                if (now.isBefore(nextTry)) {
                    throw new NotBegunException("the database is opened again in a few seconds");
                }
                nextTry = now.plus(REOPEN_PAUSE);
                reopen();
            }
        }
    }

    /// What was read into memory and never written is forgotten by this, and all that is left is
    /// synced anew, into files that the failure has not touched.
    private void reopen() throws IOException {
        use.writeLock().lock();
        try {
            endWithoutWriting();
            files.reopen(goodLog);
            engine = new Engine(files.url());
            engineLog.forget();
            writeOut();
            LOG.warn("the database was opened again; what was told as written is there");
        } finally {
            use.writeLock().unlock();
        }
    }

    private void endWithoutWriting() throws IOException {
        try {
            engine.abandon();
        } catch (JdbiException e) {
            throw new IOException("the database in " + directory + " does not end", e);
        }
    }

    /// Writes all out and frees the folder; idempotent.
    @Override
    public void close() throws IOException {
        writing.lock();
        try (lock) {
            if (closed) {
                return;
            }
            closed = true;
            if (engineLog.fault() == EngineLog.Fault.NONE) {
                engine.shutDown();
            } else {
                endWithoutWriting();
                files.cut(goodLog);
            }
        } catch (JdbiException e) {
            throw new IOException("the database in " + directory + " was not shut down well", e);
        } finally {
            engineLog.close();
            writing.unlock();
        }
    }

    /// What brings the tables to this release is asked only where they are not of it already: it
    /// would read and compare each of its steps at each start.
    private void migrate(Engine engine) throws IOException {
        if (isOfThisRelease(engine)) {
            return;
        }
        try {
            Flyway.configure()
                    .loggers("slf4j")
                    .dataSource(engine.source())
                    .locations("classpath:db/migration")
                    .ignoreMigrationPatterns(new String[0])
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            engine.abandon();
            String what =
                    directory
                            + " cannot be brought to this release; if a newer release wrote it, run"
                            + " that one";
            throw new IOException(what, e);
        }
    }

    /// The steps that were taken, each with the checksum of what it did, in some digits.
    static String history(Handle handle) {
        CRC32C digest = new CRC32C();
        handle.createQuery(
                        """
                        SELECT "version", "checksum", "success"
                        FROM "flyway_schema_history" ORDER BY "installed_rank"
                        """)
                .map((row, _) -> row.getString(1) + ":" + row.getInt(2) + ":" + row.getBoolean(3))
                .forEach(step -> digest.update(step.getBytes(StandardCharsets.UTF_8)));
        return Long.toHexString(digest.getValue());
    }

    private static boolean isOfThisRelease(Engine engine) {
        try {
            return engine.inTransaction(Database::history).equals(THIS_RELEASE);
        } catch (JdbiException _) {
            // A new database has no history.
            return false;
        }
    }

    private boolean isFull() {
        try {
            return disk.freeBytes(directory) < RESERVE_OCTETS;
        } catch (IOException e) {
            return false;
        }
    }

    private static void requireSpace(Disk disk, Path directory) throws IOException {
        long free = disk.freeBytes(directory);
        if (free < RESERVE_OCTETS) {
            String what =
                    "the volume of %s has %d MiB free and the database needs %d: make room"
                            .formatted(directory, free >> 20, RESERVE_OCTETS >> 20);
            throw new NotBegunException(what);
        }
    }
}
