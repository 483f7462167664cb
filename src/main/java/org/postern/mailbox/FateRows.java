package org.postern.mailbox;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.QueueId;

/// The statements on what became of letters: of those of patients, and of those to them.
final class FateRows {
    private FateRows() {}

    static void note(Handle handle, QueueId letter, Optional<Fate> fate, Instant at) {
        handle.createUpdate("DELETE FROM letter_fate WHERE queue_id = :id")
                .bind("id", letter.value())
                .execute();
        if (fate.isPresent()) {
            handle.createUpdate(
                            """
                            INSERT INTO letter_fate (queue_id, fate, noted)
                            VALUES (:id, :fate, :at)
                            """)
                    .bind("id", letter.value())
                    .bind("fate", fate.get().word())
                    .bind("at", at.toEpochMilli())
                    .execute();
        }
    }

    static Map<QueueId, Fate> of(Handle handle, ThreadId thread) {
        Map<QueueId, Fate> fates = new HashMap<>();
        handle.createQuery(
                        """
                        SELECT f.queue_id, f.fate FROM message m
                        JOIN letter_fate f ON f.queue_id = m.queue_id
                        WHERE m.thread_id = :thread AND m.direction = :direction
                        """)
                .bind("thread", thread.value())
                .bind("direction", NewMessage.Direction.FROM_PATIENT.name())
                .map((row, _) ->
                        Map.entry(new QueueId(row.getString(1)), Fate.of(row.getString(2))))
                .forEach(fate -> fates.put(fate.getKey(), fate.getValue()));
        return fates;
    }

    // -- to patients: whose authors must hear of a change --

    static void markRead(Handle handle, MessageKey key, Instant at) {
        mark(handle, "read_at", key, at);
        concern(handle, key);
    }

    /// A patient has answered a message of which the answer does not lie here.
    static void markAnswered(Handle handle, MessageKey key, Instant at) {
        mark(handle, "answered", key, at);
        concern(handle, key);
    }

    /// The first time stays.
    ///
    /// @param column of the table `message`
    static void mark(Handle handle, String column, MessageKey key, Instant at) {
        String sql = "UPDATE message SET %s = COALESCE(%1$s, :at) WHERE message_key = :key";
        handle.createUpdate(sql.formatted(column))
                .bind("at", at.toEpochMilli())
                .bind("key", key.value())
                .execute();
    }

    /// @param at null ends the pause
    static void pause(Handle handle, Address patient, @Nullable Instant at) {
        handle.createUpdate("UPDATE message SET paused = :at WHERE patient_key = :patient")
                .bind("at", at == null ? null : at.toEpochMilli())
                .bind("patient", patient.key())
                .execute();
        judgeAnew(
                handle,
                handle.createQuery(
                                """
                                SELECT message_key FROM message
                                WHERE patient_key = :patient AND direction = 'TO_PATIENT'
                                """)
                        .bind("patient", patient.key()));
    }

    static boolean isPaused(Handle handle, Address patient) {
        return handle.createQuery(
                        """
                        SELECT message_key FROM message
                        WHERE patient_key = :patient AND paused IS NOT NULL
                        """)
                .bind("patient", patient.key())
                .mapTo(String.class)
                .findFirst()
                .isPresent();
    }

    static void concern(Handle handle, MessageKey key) {
        concern(handle, key.value());
    }

    /// Something of this message, or of its links, changes: what became of it and of all others to
    /// the patient in its conversation is looked at anew. To be called while its row is there, in
    /// the transaction of the change, so that no stop comes between.
    static void concern(Handle handle, String key) {
        judgeAnew(
                handle,
                handle.createQuery(
                                """
                                SELECT o.message_key FROM message m
                                JOIN message o ON o.thread_id = m.thread_id
                                WHERE m.message_key = :key AND o.direction = 'TO_PATIENT'
                                """)
                        .bind("key", key));
    }

    /// In whatever folder they lie.
    private static void judgeAnew(Handle handle, Query keys) {
        String sql = "UPDATE imap_filed SET due = 0 WHERE message_key = ? AND NOT expunged";
        keys.mapTo(String.class).list().forEach(key -> handle.execute(sql, key));
    }

    /// Who wrote, or got, a message.
    static List<Address> clinician(Handle handle, MessageKey key) {
        return handle.createQuery("SELECT clinician FROM message WHERE message_key = :key")
                .bind("key", key.value())
                .map((row, _) -> Address.of(row.getString(1)))
                .list();
    }

    /// All who have messages of a patient's.
    static List<Address> clinicians(Handle handle, Address patient) {
        return handle.createQuery(
                        "SELECT DISTINCT clinician FROM message WHERE patient_key = :patient")
                .bind("patient", patient.key())
                .map((row, _) -> Address.of(row.getString(1)))
                .list();
    }

    /// Those to whose messages a link ended after one instant and not after the other.
    static List<Address> ended(Handle handle, Instant after, Instant until) {
        return handle.createQuery(
                        """
                        SELECT DISTINCT m.clinician FROM pickup_grant g
                        JOIN message m ON m.message_key = g.message_key
                        WHERE g.expires > :after AND g.expires <= :until
                        """)
                .bind("after", after.toEpochMilli())
                .bind("until", until.toEpochMilli())
                .map((row, _) -> Address.of(row.getString(1)))
                .list();
    }

    /// Of letters that are forgotten by then: each was noted after it arrived.
    static void forget(Handle handle, Instant notedBefore) {
        handle.createUpdate("DELETE FROM letter_fate WHERE noted < :limit")
                .bind("limit", notedBefore.toEpochMilli())
                .execute();
    }
}
