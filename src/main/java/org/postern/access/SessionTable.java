package org.postern.access;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.postern.check.CheckKind;
import org.postern.mail.Address;
import org.postern.mailbox.ThreadId;
import org.postern.store.Database;
import org.postern.vault.LookupHash;

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
    public SessionSecret open(Opening opening, Instant now) throws IOException {
        SessionSecret secret = SessionSecret.next(random);
        boolean forgets = database.mayForget();
        database.change(handle -> {
            if (forgets) {
                deleteDead(handle, now);
            }
            handle.createUpdate(
                            """
                            INSERT INTO pickup_session
                                (secret_hash, patient, patient_key, thread_id, opened, used,
                                 arrived, device_hash, check_word, checked, caregiver_id)
                            VALUES (:hash, :patient, :key, :thread, :now, :now,
                                 FALSE, :device, :word, :checked, :companion)
                            """)
                    .bind("hash", hash(secret))
                    .bind("patient", opening.patient().toString())
                    .bind("key", opening.patient().key())
                    .bind("thread", opening.thread().value())
                    .bind("now", now.toEpochMilli())
                    .bind("device", opening.device().orElse(null))
                    .bind("companion", opening.companion().map(Companion::id).orElse(null))
                    .bind("word", opening.passed().check().word())
                    .bind("checked", opening.passed().at().toEpochMilli())
                    .execute();
        });
        return secret;
    }

    @Override
    public Optional<PickupSession> find(SessionSecret secret, Instant now) throws IOException {
        String hash = hash(secret);
        Optional<Row> found =
                database.read(handle ->
                        handle.createQuery(
                                        """
                                        SELECT s.patient, s.thread_id, s.opened, s.used, s.arrived,
                                            s.device_hash, s.check_word, s.checked,
                                            c.caregiver_id AS companion,
                                            c.address AS companion_address,
                                            c.sensitive AS companion_sensitive
                                        FROM pickup_session s LEFT JOIN caregiver c
                                            ON c.caregiver_id = s.caregiver_id
                                            AND c.revoked IS NULL AND c.ends > :now
                                        WHERE s.secret_hash = :hash
                                            AND (s.caregiver_id IS NULL
                                                OR c.caregiver_id IS NOT NULL)
                                        """)
                                .bind("hash", hash)
                                .bind("now", now.toEpochMilli())
                                .map(SessionTable::row)
                                .findOne());
        if (found.isEmpty() || !found.get().session().expires().isAfter(now)) {
            return Optional.empty();
        }
        Row row = found.get();
        if (row.arrived() && now.isBefore(row.used().plus(USE_STEP))) {
            return Optional.of(row.session());
        }
        database.change(handle -> {
            handle.createUpdate(
                            """
                            UPDATE pickup_session SET used = :now, arrived = TRUE
                            WHERE secret_hash = :hash
                            """)
                    .bind("now", now.toEpochMilli())
                    .bind("hash", hash)
                    .execute();
            if (!row.arrived() && row.session().device().isPresent()) {
                DeviceTable.markSeen(handle, row.session().device().get());
            }
        });
        return Optional.of(row.usedAt(now).session());
    }

    @Override
    public void close(SessionSecret secret) throws IOException {
        database.change(handle ->
                handle.createUpdate("DELETE FROM pickup_session WHERE secret_hash = :hash")
                        .bind("hash", hash(secret))
                        .execute());
    }

    @Override
    public void closeAll(Address patient) throws IOException {
        database.change(handle ->
                handle.createUpdate("DELETE FROM pickup_session WHERE patient_key = :patient")
                        .bind("patient", patient.key())
                        .execute());
    }

    /// Ends the sessions on a device.
    static void closeOn(Handle handle, String device) {
        handle.createUpdate("DELETE FROM pickup_session WHERE device_hash = :device")
                .bind("device", device)
                .execute();
    }

    private record Row(
            Address patient,
            ThreadId thread,
            Instant opened,
            Instant used,
            boolean arrived,
            Optional<String> device,
            Passed passed,
            Optional<Companion> companion) {
        Row usedAt(Instant now) {
            return new Row(patient, thread, opened, now, true, device, passed, companion);
        }

        PickupSession session() {
            Instant idle = used.plus(device.isPresent() ? KNOWN_IDLE_MAX : IDLE_MAX);
            Instant whole = opened.plus(LIFE_MAX);
            Instant expires = idle.isBefore(whole) ? idle : whole;
            return new PickupSession(patient, thread, opened, expires, passed, device, companion);
        }
    }

    private static Row row(ResultSet row, StatementContext context) throws SQLException {
        return new Row(
                Address.of(row.getString("patient")),
                new ThreadId(row.getString("thread_id")),
                Instant.ofEpochMilli(row.getLong("opened")),
                Instant.ofEpochMilli(row.getLong("used")),
                row.getBoolean("arrived"),
                Optional.ofNullable(row.getString("device_hash")),
                passed(row),
                companion(row));
    }

    private static Optional<Companion> companion(ResultSet row) throws SQLException {
        String id = row.getString("companion");
        return id == null
                ? Optional.empty()
                : Optional.of(
                        new Companion(
                                id,
                                Address.of(row.getString("companion_address")),
                                row.getBoolean("companion_sensitive")));
    }

    /// What was shown, as it stands in a row.
    static Passed passed(ResultSet row) throws SQLException {
        CheckKind check =
                CheckKind.of(row.getString("check_word"))
                        .orElseThrow(() -> new SQLException("a row names no check"));
        return new Passed(check, Instant.ofEpochMilli(row.getLong("checked")));
    }

    private static void deleteDead(Handle handle, Instant now) {
        handle.createUpdate(
                        """
                        DELETE FROM pickup_session WHERE opened <= :whole OR used <= :known
                            OR (used <= :idle AND device_hash IS NULL)
                        """)
                .bind("idle", now.minus(IDLE_MAX).toEpochMilli())
                .bind("known", now.minus(KNOWN_IDLE_MAX).toEpochMilli())
                .bind("whole", now.minus(LIFE_MAX).toEpochMilli())
                .execute();
    }

    private static String hash(SessionSecret secret) {
        return LookupHash.of("session", secret.value());
    }
}
