package org.postern.follow;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import org.postern.follow.Followed.Step;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.MessageKey;
import org.postern.notice.ClinicianMail.Reading;
import org.postern.store.Database;

/// How far each message is followed, in a table of the database. Each change is durable on return.
/// A row goes with its message.
final class FollowTable {
    /// Rows of one look; the next look takes more.
    private static final int ROWS_MAX = 100;

    private final Database database;

    FollowTable(Database database) {
        this.database = database;
    }

    /// Begins to follow a message; nothing if that was done.
    void begin(MessageKey key, Instant notified, @Nullable Instant due) throws IOException {
        database.change(handle -> {
            if (!exists(handle, key)) {
                handle.createUpdate(
                                """
                                INSERT INTO follow (message_key, notified, step, due, receipt)
                                VALUES (:key, :notified, :step, :due, 'none')
                                """)
                        .bind("key", key.value())
                        .bind("notified", notified.toEpochMilli())
                        .bind("step", word(Step.FIRST_REMINDER))
                        .bind("due", due == null ? null : due.toEpochMilli())
                        .execute();
            }
        });
    }

    private static boolean exists(Handle handle, MessageKey key) {
        return handle.createQuery("SELECT COUNT(*) FROM follow WHERE message_key = :key")
                        .bind("key", key.value())
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    // -- receipts --

    /// A first opening that is to be told.
    record Due(MessageKey key, Reading reading) {}

    /// Notes an opening, unless the message was read before.
    void opened(QueueId id, Address patient, Reading reading) throws IOException {
        database.change(handle ->
                handle.createUpdate(
                                """
                                UPDATE follow SET receipt = 'due', opened = :at, checked = :check,
                                    device = :device
                                WHERE receipt IN ('none', 'due') AND message_key IN (
                                    SELECT message_key FROM message
                                    WHERE queue_id = :id AND patient_key = :patient
                                        AND direction = 'TO_PATIENT' AND read_at IS NULL)
                                """)
                        .bind("at", reading.at().toEpochMilli())
                        .bind("check", cut(reading.check(), 20))
                        .bind("device", cut(reading.device(), 100))
                        .bind("id", id.value())
                        .bind("patient", patient.key())
                        .execute());
    }

    /// The openings before an instant that are to be told. An opening without a read mark was none:
    /// a browser fetched ahead.
    List<Due> openings(Instant before) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT f.* FROM follow f
                                JOIN message m ON m.message_key = f.message_key
                                WHERE f.receipt = 'due' AND m.read_at IS NOT NULL
                                    AND f.opened < :before
                                ORDER BY f.opened, f.message_key FETCH FIRST :max ROWS ONLY
                                """)
                        .bind("before", before.toEpochMilli())
                        .bind("max", ROWS_MAX)
                        .map(FollowTable::due)
                        .list());
    }

    void receiptSent(MessageKey key) throws IOException {
        database.change(handle -> receipt(handle, "sent", key));
    }

    /// Puts openings into one digest, named by its first message.
    void gather(List<MessageKey> keys, QueueId batch) throws IOException {
        database.change(handle -> {
            for (MessageKey key : keys) {
                receipt(handle, "batch", key);
                handle.createUpdate("UPDATE follow SET batch = :batch WHERE message_key = :key")
                        .bind("batch", batch.value())
                        .bind("key", key.value())
                        .execute();
            }
        });
    }

    /// Digests that were gathered and are not recorded as sent.
    List<QueueId> batches() throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT DISTINCT batch FROM follow WHERE receipt = 'batch'
                                ORDER BY batch
                                """)
                        .map((row, _) -> new QueueId(row.getString(1)))
                        .list());
    }

    List<Due> batch(QueueId batch) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT * FROM follow WHERE receipt = 'batch' AND batch = :batch
                                ORDER BY opened, message_key
                                """)
                        .bind("batch", batch.value())
                        .map(FollowTable::due)
                        .list());
    }

    void batchSent(QueueId batch) throws IOException {
        database.change(handle ->
                handle.createUpdate("UPDATE follow SET receipt = 'sent' WHERE batch = :batch")
                        .bind("batch", batch.value())
                        .execute());
    }

    private static void receipt(Handle handle, String word, MessageKey key) {
        handle.createUpdate("UPDATE follow SET receipt = :word WHERE message_key = :key")
                .bind("word", word)
                .bind("key", key.value())
                .execute();
    }

    // -- the ladder --

    /// Steps that are due, the oldest first.
    List<Followed> steps(Instant now) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT f.*, m.paused FROM follow f
                                JOIN message m ON m.message_key = f.message_key
                                WHERE f.due <= :now
                                ORDER BY f.due, f.message_key FETCH FIRST :max ROWS ONLY
                                """)
                        .bind("now", now.toEpochMilli())
                        .bind("max", ROWS_MAX)
                        .map(FollowTable::followed)
                        .list());
    }

    /// @param due null if nothing is left to do
    void next(MessageKey key, Step step, @Nullable Instant due) throws IOException {
        database.change(handle ->
                handle.createUpdate(
                                """
                                UPDATE follow SET step = :step, due = :due WHERE message_key = :key
                                """)
                        .bind("step", word(step))
                        .bind("due", due == null ? null : due.toEpochMilli())
                        .bind("key", key.value())
                        .execute());
    }

    void stop(MessageKey key) throws IOException {
        next(key, Step.NOTHING, null);
    }

    /// How a message stands; empty for one that is not followed.
    Optional<Followed> find(MessageKey key) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT f.*, m.paused FROM follow f
                                JOIN message m ON m.message_key = f.message_key
                                WHERE f.message_key = :key
                                """)
                        .bind("key", key.value())
                        .map(FollowTable::followed)
                        .findOne());
    }

    /// Whether the links of a message pause, followed or not.
    boolean isPaused(MessageKey key) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                        """
                                        SELECT COUNT(*) FROM message
                                        WHERE message_key = :key AND paused IS NOT NULL
                                        """)
                                .bind("key", key.value())
                                .mapTo(Integer.class)
                                .one()
                        > 0);
    }

    /// Whether a link opens a message, followed or not.
    boolean isOpen(MessageKey key, Instant now) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                        """
                                        SELECT COUNT(*) FROM pickup_grant g
                                        JOIN message m ON m.message_key = g.message_key
                                        WHERE g.message_key = :key AND g.state = 'active'
                                            AND g.expires > :now AND m.paused IS NULL
                                            AND (m.ends IS NULL OR m.ends > :now)
                                        """)
                                .bind("key", key.value())
                                .bind("now", now.toEpochMilli())
                                .mapTo(Integer.class)
                                .one()
                        > 0);
    }

    /// The messages to patients that came under one queue id.
    List<MessageKey> messages(QueueId id) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT message_key FROM message
                                WHERE queue_id = :id AND direction = 'TO_PATIENT'
                                ORDER BY patient_key
                                """)
                        .bind("id", id.value())
                        .map((row, _) -> new MessageKey(row.getString(1)))
                        .list());
    }

    // -- automatic answers --

    /// Takes the one answer that an address gets in a time.
    ///
    /// @return false if it had one
    boolean takeAnswer(Address patient, Instant now, Duration pause) throws IOException {
        long until = now.minus(pause).toEpochMilli();
        boolean forgets = database.mayForget();
        return database.write(handle -> {
            if (forgets) {
                handle.createUpdate("DELETE FROM mail_answer WHERE answered <= :until")
                        .bind("until", until)
                        .execute();
            }
            boolean had =
                    handle.createQuery(
                                            """
                                            SELECT COUNT(*) FROM mail_answer
                                            WHERE patient_key = :patient
                                                AND answered > :until
                                            """)
                                    .bind("patient", patient.key())
                                    .bind("until", until)
                                    .mapTo(Integer.class)
                                    .one()
                            > 0;
            if (!had) {
                // One that is over is there while a doubted clock deletes nothing.
                handle.execute("DELETE FROM mail_answer WHERE patient_key = ?", patient.key());
                handle.createUpdate(
                                """
                                INSERT INTO mail_answer (patient_key, answered)
                                VALUES (:patient, :now)
                                """)
                        .bind("patient", patient.key())
                        .bind("now", now.toEpochMilli())
                        .execute();
            }
            return !had;
        });
    }

    private static Due due(ResultSet row, StatementContext context) throws SQLException {
        return new Due(
                key(row),
                new Reading(
                        Instant.ofEpochMilli(row.getLong("opened")),
                        row.getString("checked"),
                        row.getString("device")));
    }

    private static Followed followed(ResultSet row, StatementContext context) throws SQLException {
        return new Followed(
                key(row),
                Instant.ofEpochMilli(row.getLong("notified")),
                step(row.getString("step")),
                row.getObject("paused") != null);
    }

    private static MessageKey key(ResultSet row) throws SQLException {
        return new MessageKey(row.getString("message_key"));
    }

    private static String word(Step step) {
        return switch (step) {
            case FIRST_REMINDER -> "first";
            case SECOND_REMINDER -> "second";
            case CALL -> "call";
            case NOTHING -> "done";
        };
    }

    private static Step step(String word) throws SQLException {
        return switch (word) {
            case "first" -> Step.FIRST_REMINDER;
            case "second" -> Step.SECOND_REMINDER;
            case "call" -> Step.CALL;
            case "done" -> Step.NOTHING;
            default -> throw new SQLException("a row of what is followed is damaged");
        };
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max);
    }
}
