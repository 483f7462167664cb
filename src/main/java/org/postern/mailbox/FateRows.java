package org.postern.mailbox;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.postern.mail.QueueId;

/// The statements on how letters of patients stand.
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

    /// Of letters that are forgotten by then: each was noted after it arrived.
    static void forget(Handle handle, Instant notedBefore) {
        handle.createUpdate("DELETE FROM letter_fate WHERE noted < :limit")
                .bind("limit", notedBefore.toEpochMilli())
                .execute();
    }
}
