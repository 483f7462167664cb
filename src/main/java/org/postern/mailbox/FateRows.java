package org.postern.mailbox;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
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

    /// A patient has answered a message of which the answer does not lie here.
    static void markAnswered(Handle handle, MessageKey key, Instant at) {
        handle.createUpdate(
                        """
                        UPDATE message SET answered = COALESCE(answered, :at)
                        WHERE message_key = :key
                        """)
                .bind("at", at.toEpochMilli())
                .bind("key", key.value())
                .execute();
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
