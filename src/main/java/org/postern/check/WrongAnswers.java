package org.postern.check;

import java.io.IOException;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.postern.mail.Address;
import org.postern.store.Database;

/// Wrong answers, counted for patient and check. Neither a new link nor a new code resets a count
/// (NIST SP 800-63B-4 §3.1.3.2).
public final class WrongAnswers {
    private final Database database;

    public WrongAnswers(Database database) {
        this.database = database;
    }

    /// What stands against one check of one patient.
    ///
    /// @param running since the last right answer
    /// @param lately within thirty days, right ones between them or not
    /// @param last when the last one was given; the beginning of time if there is none
    record Tries(int running, int lately, Instant last) {}

    /// Zero for a patient never seen.
    Tries of(Address patient, CheckKind kind, Instant now) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT COUNT(*),
                                    COALESCE(SUM(CASE WHEN settled THEN 0 ELSE 1 END), 0),
                                    COALESCE(MAX(given), 0)
                                FROM wrong_answer
                                WHERE patient_key = :patient AND check_word = :word
                                  AND given > :since
                                """)
                        .bind("patient", patient.key())
                        .bind("word", kind.word())
                        .bind("since", now.minus(Waits.WINDOW).toEpochMilli())
                        .map((row, _) ->
                                new Tries(
                                        row.getInt(2),
                                        row.getInt(1),
                                        Instant.ofEpochMilli(row.getLong(3))))
                        .one());
    }

    /// Counts one, durable before it is answered.
    Tries count(Address patient, CheckKind kind, Instant now) throws IOException {
        boolean forgets = database.mayForget();
        database.change(handle -> {
            if (forgets) {
                handle.createUpdate("DELETE FROM wrong_answer WHERE given <= :before")
                        .bind("before", now.minus(Waits.WINDOW).toEpochMilli())
                        .execute();
            }
            about(
                            handle,
                            """
                            INSERT INTO wrong_answer (patient_key, check_word, given, settled)
                            VALUES (:patient, :word, :given, FALSE)
                            """,
                            patient,
                            kind)
                    .bind("given", now.toEpochMilli())
                    .execute();
        });
        return of(patient, kind, now);
    }

    /// A right answer: wrong ones to the same check cost no wait any more, but still count for the
    /// month, because a patient who reads her mail must not give a guesser new tries. Those to
    /// weaker checks are forgotten: she has shown more than they ask.
    public void settle(Address patient, CheckKind kind) throws IOException {
        database.change(handle -> {
            about(
                            handle,
                            """
                            UPDATE wrong_answer SET settled = TRUE
                            WHERE patient_key = :patient AND check_word = :word
                            """,
                            patient,
                            kind)
                    .execute();
            for (CheckKind weaker : CheckKind.values()) {
                if (weaker.isWeakerThan(kind)) {
                    delete(handle, patient, weaker);
                }
            }
        });
    }

    /// Forgets all wrong answers of a patient: the clinic says so.
    public void forgive(Address patient) throws IOException {
        database.change(handle -> {
            for (CheckKind kind : CheckKind.values()) {
                delete(handle, patient, kind);
            }
        });
    }

    private static void delete(Handle handle, Address patient, CheckKind kind) {
        about(
                        handle,
                        "DELETE FROM wrong_answer WHERE patient_key = :patient"
                                + " AND check_word = :word",
                        patient,
                        kind)
                .execute();
    }

    private static Update about(Handle handle, String sql, Address patient, CheckKind kind) {
        return handle.createUpdate(sql).bind("patient", patient.key()).bind("word", kind.word());
    }
}
