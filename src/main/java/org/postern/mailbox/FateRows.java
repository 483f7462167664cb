package org.postern.mailbox;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.QueueId;

/// The statements on what became of letters: of those of patients, and of those to them.
final class FateRows {
    /// In one statement.
    private static final int KEYS_AT_ONCE = 500;

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
                        """
                        SELECT message_key FROM message
                        WHERE patient_key = :patient AND direction = 'TO_PATIENT'
                        """)
                .bind("patient", patient.key())
                .execute();
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
        concern(handle, List.of(key.value()));
    }

    /// Something of these messages, or of their links, changes: what became of them and of all
    /// others to the patient in their conversations is looked at anew. To be called while their
    /// rows are there, in the transaction of the change, so that no stop comes between.
    static void concern(Handle handle, List<String> keys) {
        for (int i = 0; i < keys.size(); i += KEYS_AT_ONCE) {
            judgeAnew(
                            handle,
                            """
                            SELECT o.message_key FROM message o
                            WHERE o.direction = 'TO_PATIENT' AND o.thread_id IN
                                (SELECT m.thread_id FROM message m WHERE m.message_key IN (<keys>))
                            """)
                    .bindList("keys", keys.subList(i, Math.min(keys.size(), i + KEYS_AT_ONCE)))
                    .execute();
        }
    }

    /// In whatever folder they lie, by one statement: a conversation may be long. What is to be
    /// looked at already is not written again.
    private static Update judgeAnew(Handle handle, String keys) {
        String sql =
                """
                UPDATE imap_filed SET due = 0
                WHERE NOT expunged AND (due IS NULL OR due <> 0) AND message_key IN (%s)
                """;
        return handle.createUpdate(sql.formatted(keys));
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

    /// Of letters that are forgotten by then: each was noted after it arrived. A letter that is
    /// kept for longer, because it waited, keeps what is known of it.
    static void forget(Handle handle, Instant notedBefore) {
        handle.createUpdate(
                        """
                        DELETE FROM letter_fate WHERE noted < :limit AND NOT EXISTS
                            (SELECT 1 FROM message m WHERE m.queue_id = letter_fate.queue_id)
                        """)
                .bind("limit", notedBefore.toEpochMilli())
                .execute();
    }
}
