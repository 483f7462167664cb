package org.postern.mailbox;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.postern.mail.Address;
import org.postern.store.Database;

/// The sessions of the pickup page in a table of the database.
public final class SessionTable implements PickupSessions {
    /// A use is written down at most this often.
    private static final Duration USE_STEP = Duration.ofMinutes(1);

    private final Database database;
    private final RandomGenerator random;

    /// @param random cryptographically strong
    public SessionTable(Database database, RandomGenerator random) {
        this.database = database;
        this.random = random;
    }

    @Override
    public SessionSecret open(Address patient, ThreadId thread, Instant now) throws IOException {
        SessionSecret secret = SessionSecret.next(random);
        database.change(handle -> {
            deleteDead(handle, now);
            handle.createUpdate(
                            """
                            INSERT INTO pickup_session
                                (secret_hash, patient, thread_id, opened, used)
                            VALUES (:hash, :patient, :thread, :now, :now)
                            """)
                    .bind("hash", hash(secret))
                    .bind("patient", patient.toString())
                    .bind("thread", thread.value())
                    .bind("now", now.toEpochMilli())
                    .execute();
        });
        return secret;
    }

    @Override
    public Optional<PickupSession> find(SessionSecret secret, Instant now) throws IOException {
        Optional<Row> found =
                database.read(handle ->
                        handle.createQuery(
                                        """
                                        SELECT patient, thread_id, opened, used
                                        FROM pickup_session WHERE secret_hash = :hash
                                        """)
                                .bind("hash", hash(secret))
                                .map(SessionTable::row)
                                .findOne());
        if (found.isEmpty() || !found.get().expires().isAfter(now)) {
            return Optional.empty();
        }
        Row row = found.get();
        if (now.isBefore(row.used().plus(USE_STEP))) {
            return Optional.of(row.session());
        }
        database.change(handle ->
                handle.createUpdate(
                                """
                                UPDATE pickup_session SET used = :now
                                WHERE secret_hash = :hash
                                """)
                        .bind("now", now.toEpochMilli())
                        .bind("hash", hash(secret))
                        .execute());
        return Optional.of(new Row(row.patient(), row.thread(), row.opened(), now).session());
    }

    @Override
    public void close(SessionSecret secret) throws IOException {
        database.change(handle ->
                handle.createUpdate("DELETE FROM pickup_session WHERE secret_hash = :hash")
                        .bind("hash", hash(secret))
                        .execute());
    }

    private record Row(Address patient, ThreadId thread, Instant opened, Instant used) {
        Instant expires() {
            Instant idle = used.plus(IDLE_MAX);
            Instant whole = opened.plus(LIFE_MAX);
            return idle.isBefore(whole) ? idle : whole;
        }

        PickupSession session() {
            return new PickupSession(patient, thread, opened, expires());
        }
    }

    private static Row row(ResultSet row, StatementContext context) throws SQLException {
        return new Row(
                Address.of(row.getString("patient")),
                new ThreadId(row.getString("thread_id")),
                Instant.ofEpochMilli(row.getLong("opened")),
                Instant.ofEpochMilli(row.getLong("used")));
    }

    private static void deleteDead(Handle handle, Instant now) {
        handle.createUpdate("DELETE FROM pickup_session WHERE used <= :idle OR opened <= :whole")
                .bind("idle", now.minus(IDLE_MAX).toEpochMilli())
                .bind("whole", now.minus(LIFE_MAX).toEpochMilli())
                .execute();
    }

    private static String hash(SessionSecret secret) {
        return MailboxRows.hash("session", secret.value());
    }
}
