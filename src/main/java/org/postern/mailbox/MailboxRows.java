package org.postern.mailbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.MailboxStore.LinkState;
import org.postern.policy.Protection.Level;
import org.postern.store.Database;
import org.postern.vault.LookupHash;

/// The statements on the tables of the mailbox, sessions excepted. Parameters are bound, never
/// joined into the text.
final class MailboxRows {
    private static final String SEPARATOR = " ";

    private static final String KEYS = "SELECT message_key FROM message";

    private static final String DELETE_GRANTS = "DELETE FROM pickup_grant WHERE message_key = :key";

    private MailboxRows() {}

    static void insert(Handle handle, Collection<StoredMessage> messages) {
        messages.forEach(each -> insert(handle, each));
        FateRows.concern(handle, messages.stream().map(it -> it.key().value()).toList());
    }

    /// @param beside what is done with it
    static void insert(Handle handle, StoredMessage message, List<Database.Change> beside) {
        insert(handle, List.of(message));
        beside.forEach(each -> each.on(handle));
    }

    /// A message gets the next number, by which folders know what is new to them.
    private static void insert(Handle handle, StoredMessage message) {
        NewMessage inner = message.message();
        handle.execute("UPDATE imap_state SET numbered = numbered + 1");
        handle.createUpdate(
                        """
                        INSERT INTO message (message_key, thread_id, queue_id, direction,
                            clinician, clinician_key, patient, patient_key, message_id, id_hash,
                            mentions, arrived, ends, language, told, kept, lasts, octets, notified,
                            guard_level, guard_pin, number)
                        VALUES (:key, :thread, :queueId, :direction,
                            :clinician, :clinicianKey, :patient, :patientKey, :messageId, :idHash,
                            :mentions, :arrived, :ends, :language, :told, :kept, :lasts, :octets,
                            :notified, :level, :pin, (SELECT numbered FROM imap_state))
                        """)
                .bind("key", message.key().value())
                .bind("thread", message.thread().value())
                .bind("queueId", inner.queueId().value())
                .bind("direction", inner.direction().name())
                .bind("clinician", inner.clinician().toString())
                .bind("clinicianKey", inner.clinician().key())
                .bind("patient", inner.patient().toString())
                .bind("patientKey", inner.patient().key())
                .bind("messageId", inner.messageId())
                .bind("idHash", LookupHash.ofMessageId(inner.messageId()))
                .bind("mentions", String.join(SEPARATOR, inner.references()))
                .bind("arrived", inner.arrived().toEpochMilli())
                .bind("ends", inner.stay().ends().map(Instant::toEpochMilli).orElse(null))
                .bind("language", inner.stay().language().orElse(null))
                .bind("told", inner.stay().told())
                .bind("kept", message.kept().since().toEpochMilli())
                .bind("lasts", message.kept().lasts().map(Duration::toMillis).orElse(null))
                .bind("octets", message.size())
                .bind("notified", message.notified())
                .bind("level", inner.guard().level().word())
                .bind("pin", inner.guard().pin().orElse(null))
                .execute();
    }

    static Optional<StoredMessage> find(Handle handle, MessageKey key) {
        return handle.createQuery("SELECT * FROM message WHERE message_key = :key")
                .bind("key", key.value())
                .map(MailboxRows::message)
                .findOne();
    }

    static Optional<StoredMessage> find(Handle handle, NewMessage same) {
        return handle.createQuery(
                        """
                        SELECT * FROM message
                        WHERE queue_id = :queueId AND patient_key = :patient
                          AND direction = :direction
                        """)
                .bind("queueId", same.queueId().value())
                .bind("patient", same.patient().key())
                .bind("direction", same.direction().name())
                .map(MailboxRows::message)
                .findOne();
    }

    static List<StoredMessage> thread(Handle handle, ThreadId thread, Instant now) {
        return handle.createQuery(
                        """
                        SELECT * FROM message
                        WHERE thread_id = :thread AND (ends IS NULL OR ends > :now)
                        ORDER BY arrived, queue_id, message_key
                        """)
                .bind("thread", thread.value())
                .bind("now", now.toEpochMilli())
                .map(MailboxRows::message)
                .list();
    }

    static Optional<StoredMessage> newest(Handle handle, Address patient, Instant now) {
        return handle.createQuery(
                        """
                        SELECT * FROM message
                        WHERE patient_key = :patient AND direction = :direction AND recalled IS NULL
                            AND paused IS NULL AND (ends IS NULL OR ends > :now)
                        ORDER BY arrived DESC, queue_id DESC
                        FETCH FIRST 1 ROWS ONLY
                        """)
                .bind("patient", patient.key())
                .bind("now", now.toEpochMilli())
                .bind("direction", NewMessage.Direction.TO_PATIENT.name())
                .map(MailboxRows::message)
                .findOne();
    }

    /// The thread of the same two people that holds a message this one refers to, the newest one.
    static Optional<ThreadId> threadOf(Handle handle, NewMessage message) {
        if (message.references().isEmpty()) {
            return Optional.empty();
        }
        return handle
                .createQuery(
                        """
                        SELECT thread_id FROM message
                        WHERE id_hash IN (<hashes>)
                          AND clinician_key = :clinician AND patient_key = :patient
                        ORDER BY arrived DESC, message_key
                        """)
                .bindList("hashes", LookupHash.ofMessageIds(message.references()))
                .bind("clinician", message.clinician().key())
                .bind("patient", message.patient().key())
                .mapTo(String.class)
                .stream()
                .findFirst()
                .map(ThreadId::new);
    }

    /// The keys of all rows that have a body (what is held has none here), as they stand there;
    /// damage may have made some that are none.
    static Set<String> keys(Handle handle) {
        return handle.createQuery(KEYS + " WHERE direction <> 'HELD'").mapTo(String.class).set();
    }

    static Set<String> recalled(Handle handle) {
        return handle.createQuery(KEYS + " WHERE recalled IS NOT NULL").mapTo(String.class).set();
    }

    /// What was taken from folders goes with it; what lies in one leaves it when that is looked at.
    static void delete(Handle handle, List<String> keys) {
        FateRows.concern(handle, keys);
        String filed = "DELETE FROM imap_filed WHERE expunged = TRUE AND message_key = :key";
        for (String key : keys) {
            leave(handle, key);
            run(handle, filed, key);
            run(handle, "DELETE FROM message WHERE message_key = :key", key);
        }
    }

    /// Notes for each place of a message in a folder that it has to leave it. What is kept of its
    /// header section goes at once.
    private static void leave(Handle handle, String key) {
        run(handle, "DELETE FROM imap_outline_ahead WHERE message_key = :key", key);
        String each = " WHERE folder_id = ? AND uid = ?";
        handle.createQuery("SELECT folder_id, uid FROM imap_filed WHERE message_key = :key")
                .bind("key", key)
                .map((row, _) -> new Object[] {row.getLong(1), row.getLong(2)})
                .list()
                .forEach(place -> {
                    handle.execute("DELETE FROM imap_outline" + each, place);
                    handle.execute("DELETE FROM imap_leaving" + each, place);
                    handle.execute(
                            "INSERT INTO imap_leaving (folder_id, uid) VALUES (?, ?)", place);
                });
    }

    private static void run(Handle handle, String sql, String key) {
        handle.createUpdate(sql).bind("key", key).execute();
    }

    // -- retention --

    static MessageKey key(String value) throws SQLException {
        try {
            return new MessageKey(value);
        } catch (IllegalArgumentException e) {
            throw new SQLException("a row of the messages is damaged", e);
        }
    }

    /// Deletes messages and all that hangs on them.
    static void forget(Handle handle, Collection<MessageKey> keys) {
        List<String> all = keys.stream().map(MessageKey::value).toList();
        delete(handle, all);
        all.forEach(key -> run(handle, DELETE_GRANTS, key));
    }

    // -- marks --

    static void markNotified(Handle handle, MessageKey key) {
        run(handle, "UPDATE message SET notified = TRUE WHERE message_key = :key", key.value());
    }

    /// The row stays.
    static void markRecalled(Handle handle, MessageKey key, Instant at) {
        leave(handle, key.value());
        FateRows.mark(handle, "recalled", key, at);
    }

    // -- grants --

    static void insertGrant(Handle handle, String hash, MessageKey key, Instant expires) {
        handle.createUpdate(
                        """
                        INSERT INTO pickup_grant (token_hash, message_key, expires)
                        VALUES (:hash, :key, :expires)
                        """)
                .bind("hash", hash)
                .bind("key", key.value())
                .bind("expires", expires.toEpochMilli())
                .execute();
        FateRows.concern(handle, key);
    }

    static Optional<MailboxStore.Grant> grant(Handle handle, String hash, Instant now) {
        return handle.createQuery(
                        """
                        SELECT m.*, g.expires FROM pickup_grant g
                        JOIN message m ON m.message_key = g.message_key
                        WHERE g.token_hash = :hash AND g.expires > :now
                            AND g.state = 'active' AND m.paused IS NULL
                            AND (m.ends IS NULL OR m.ends > :now)
                        """)
                .bind("hash", hash)
                .bind("now", now.toEpochMilli())
                .map(MailboxRows::grantRow)
                .findOne();
    }

    /// Those that open their message now, as `grant` has it, and no others.
    static Optional<Instant> extendGrants(
            Handle handle, MessageKey key, Instant now, Instant expires) {
        FateRows.concern(handle, key);
        String open =
                """
                 WHERE message_key = :key AND expires > :now AND state = 'active'
                    AND EXISTS (SELECT 1 FROM message m
                        WHERE m.message_key = :key AND m.recalled IS NULL
                            AND m.paused IS NULL AND (m.ends IS NULL OR m.ends > :now))
                """;
        String longer = "GREATEST(expires, CAST(:expires AS BIGINT))";
        handle.createUpdate("UPDATE pickup_grant SET expires = " + longer + open)
                .bind("key", key.value())
                .bind("now", now.toEpochMilli())
                .bind("expires", expires.toEpochMilli())
                .execute();
        return handle.createQuery("SELECT MAX(expires) AS ends FROM pickup_grant" + open)
                .bind("key", key.value())
                .bind("now", now.toEpochMilli())
                .map((row, _) -> instant(row, "ends"))
                .one();
    }

    static void deleteGrants(Handle handle, MessageKey key) {
        FateRows.concern(handle, key);
        run(handle, DELETE_GRANTS, key.value());
    }

    static void expireGrants(Handle handle, Instant now) {
        handle.createUpdate(
                        """
                        UPDATE pickup_grant SET state = 'expired'
                        WHERE expires <= :now AND state <> 'expired'
                        """)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static void replaceGrants(Handle handle, MessageKey key, String fresh) {
        handle.createUpdate(
                        """
                        UPDATE pickup_grant SET state = 'replaced'
                        WHERE message_key = :key AND token_hash <> :fresh
                            AND state <> 'expired'
                        """)
                .bind("key", key.value())
                .bind("fresh", fresh)
                .execute();
    }

    static void pauseGrant(Handle handle, String hash) {
        handle.createUpdate(
                        """
                        UPDATE pickup_grant SET state = 'paused'
                        WHERE token_hash = :hash AND state = 'active'
                        """)
                .bind("hash", hash)
                .execute();
    }

    static Optional<MailboxStore.Link> link(Handle handle, String hash, Instant now) {
        return handle.createQuery(
                        """
                        SELECT m.*, g.expires, g.state FROM pickup_grant g
                        JOIN message m ON m.message_key = g.message_key
                        WHERE g.token_hash = :hash AND (m.ends IS NULL OR m.ends > :now)
                        """)
                .bind("hash", hash)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> {
                    StoredMessage message = message(row, context);
                    LinkState state =
                            row.getLong("expires") > now.toEpochMilli()
                                    ? linkState(row.getString("state"))
                                    : LinkState.EXPIRED;
                    boolean held = row.getObject("paused") != null;
                    return new MailboxStore.Link(
                            message, message.thread(), held ? LinkState.HELD : state);
                })
                .findOne();
    }

    /// Whatever is not plainly active opens nothing.
    private static LinkState linkState(String word) {
        return switch (word) {
            case "active" -> LinkState.ACTIVE;
            case "paused" -> LinkState.PAUSED;
            case "replaced" -> LinkState.REPLACED;
            default -> LinkState.EXPIRED;
        };
    }

    private static MailboxStore.Grant grantRow(ResultSet row, StatementContext context)
            throws SQLException {
        StoredMessage message = message(row, context);
        return new MailboxStore.Grant(
                message, message.thread(), Instant.ofEpochMilli(row.getLong("expires")));
    }

    /// @throws SQLException if this is no row that was written here
    private static StoredMessage message(ResultSet row, StatementContext context)
            throws SQLException {
        try {
            return read(row);
        } catch (IllegalArgumentException e) {
            throw new SQLException("a row of the messages is damaged", e);
        }
    }

    private static StoredMessage read(ResultSet row) throws SQLException {
        String mentions = row.getString("mentions");
        NewMessage inner =
                new NewMessage(
                        new QueueId(row.getString("queue_id")),
                        NewMessage.Direction.valueOf(row.getString("direction")),
                        Address.of(row.getString("clinician")),
                        Address.of(row.getString("patient")),
                        row.getString("message_id"),
                        mentions.isEmpty() ? List.of() : List.of(mentions.split(SEPARATOR)),
                        new NewMessage.Stay(
                                Instant.ofEpochMilli(row.getLong("arrived")),
                                instant(row, "ends"),
                                Optional.ofNullable(row.getString("language")),
                                row.getBoolean("told")),
                        new NewMessage.Guard(
                                Level.of(row.getString("guard_level")),
                                Optional.ofNullable(row.getString("guard_pin"))));
        return new StoredMessage(
                new MessageKey(row.getString("message_key")),
                new ThreadId(row.getString("thread_id")),
                inner,
                new StoredMessage.Kept(
                        instant(row, "kept").orElse(inner.arrived()),
                        Optional.ofNullable(row.getObject("lasts", Long.class))
                                .map(Duration::ofMillis)),
                row.getLong("octets"),
                row.getBoolean("notified"),
                instant(row, "read_at"),
                instant(row, "recalled"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, Long.class)).map(Instant::ofEpochMilli);
    }
}
