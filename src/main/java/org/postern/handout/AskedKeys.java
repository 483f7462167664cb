package org.postern.handout;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.store.Database;

/// Who has asked for a key and has no answer yet: one open request of each person, in a table of
/// the database. If that is lost, they ask again.
final class AskedKeys {
    /// Requests that are open at once.
    static final int OPEN_MAX = 500;

    private final Database database;

    AskedKeys(Database database) {
        this.database = database;
    }

    /// An open request.
    record Asked(Address patient, Instant at) {}

    /// Keeps one, unless there is one of hers; durable on return.
    ///
    /// @return false if too many are open
    boolean add(Address patient, Instant now) throws IOException {
        return database.write(handle -> {
            long hers =
                    handle.createQuery("SELECT COUNT(*) FROM asked_key WHERE patient_key = :key")
                            .bind("key", patient.key())
                            .mapTo(Long.class)
                            .one();
            long all = handle.createQuery("SELECT COUNT(*) FROM asked_key").mapTo(Long.class).one();
            if (hers == 0 && all < OPEN_MAX) {
                handle.createUpdate(
                                """
                                INSERT INTO asked_key (patient_key, patient, asked)
                                VALUES (:key, :patient, :asked)
                                """)
                        .bind("key", patient.key())
                        .bind("patient", patient.toString())
                        .bind("asked", now.toEpochMilli())
                        .execute();
            }
            return hers > 0 || all < OPEN_MAX;
        });
    }

    /// How many are open.
    long count() throws IOException {
        return database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM asked_key").mapTo(Long.class).one());
    }

    /// The oldest first.
    List<Asked> all() throws IOException {
        return database.read(handle ->
                handle.createQuery("SELECT patient, asked FROM asked_key ORDER BY asked, patient")
                        .map((row, _) -> asked(row.getString("patient"), row.getLong("asked")))
                        .list());
    }

    Optional<Asked> of(Address patient) throws IOException {
        return database.read(handle ->
                handle.createQuery("SELECT patient, asked FROM asked_key WHERE patient_key = :key")
                        .bind("key", patient.key())
                        .map((row, _) -> asked(row.getString("patient"), row.getLong("asked")))
                        .findOne());
    }

    /// Those of whom IT was not mailed yet.
    List<Asked> untold() throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT patient, asked FROM asked_key WHERE told IS NULL
                                ORDER BY asked
                                """)
                        .map((row, _) -> asked(row.getString("patient"), row.getLong("asked")))
                        .list());
    }

    private static Asked asked(String patient, long at) {
        return new Asked(Address.of(patient), Instant.ofEpochMilli(at));
    }

    void markTold(Address patient, Instant now) throws IOException {
        database.change(handle ->
                handle.createUpdate("UPDATE asked_key SET told = :now WHERE patient_key = :key")
                        .bind("now", now.toEpochMilli())
                        .bind("key", patient.key())
                        .execute());
    }

    /// @return false if there was none
    boolean remove(Address patient) throws IOException {
        return database.write(handle ->
                handle.createUpdate("DELETE FROM asked_key WHERE patient_key = :key")
                                .bind("key", patient.key())
                                .execute()
                        > 0);
    }
}
