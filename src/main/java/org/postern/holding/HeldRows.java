package org.postern.holding;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.postern.holding.HeldMessages.Entry;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.store.Database;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rows by which held mail lies in a folder. They say what was seen at the last look, hold no
/// content, and are made again from the spool.
public final class HeldRows {
    private static final int KEY_OCTETS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(HeldRows.class);

    private final Database database;
    private final Vault vault;
    private volatile HeldMessages held = HeldMessages.NONE;

    /// Whether held mail has changed since the rows were swept.
    private final AtomicBoolean changed = new AtomicBoolean();

    public HeldRows(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /// Asks these from now on.
    public void show(HeldMessages messages) {
        held = messages;
        changed.set(true);
        messages.listen(() -> changed.set(true));
    }

    /// Whether held mail is shown at all.
    public boolean isShown() {
        return held != HeldMessages.NONE;
    }

    /// Whether a person is one of those who decide.
    public boolean decides(Address person) {
        return held.decides(person);
    }

    /// Lets the rows of a person be what she may see now.
    public void bring(String owner) throws IOException {
        Map<String, Entry> now = new LinkedHashMap<>();
        held.seenBy(Address.of(owner)).forEach(entry -> now.put(key(owner, entry), entry));
        Set<String> before = database.read(handle -> keys(handle, owner));
        if (before.equals(now.keySet())) {
            return;
        }
        Set<String> gone = new HashSet<>(before);
        gone.removeAll(now.keySet());
        now.keySet().removeAll(before);
        database.change(handle -> {
            gone.forEach(key -> delete(handle, key));
            now.forEach((key, entry) -> insert(handle, owner, key, entry));
        });
    }

    private String key(String owner, Entry entry) {
        byte[] mac =
                vault.mac(
                        "held-message",
                        octets(entry.id().value()),
                        octets(owner),
                        octets(Long.toString(entry.since().toEpochMilli())));
        byte[] first = Arrays.copyOf(mac, KEY_OCTETS);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(first);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Set<String> keys(Handle handle, String owner) {
        return handle.createQuery(
                        """
                        SELECT message_key FROM message
                        WHERE clinician_key = :owner AND direction = :held
                        """)
                .bind("owner", owner)
                .bind("held", Direction.HELD.name())
                .mapTo(String.class)
                .set();
    }

    private static void delete(Handle handle, String key) {
        handle.createUpdate("DELETE FROM message WHERE message_key = :key AND direction = :held")
                .bind("key", key)
                .bind("held", Direction.HELD.name())
                .execute();
    }

    /// Deletes the rows of messages that are decided, whoever they were for. What fails is tried
    /// again the next time.
    public void sweep() {
        // Reset first: what is decided meanwhile is looked for again.
        if (!changed.getAndSet(false)) {
            return;
        }
        try {
            deleteDecided();
        } catch (IOException e) {
            changed.set(true);
            LOG.warn("rows of held mail are deleted later: {}", e.getMessage());
        }
    }

    private void deleteDecided() throws IOException {
        List<QueueId> decided = new ArrayList<>();
        for (QueueId id : database.read(HeldRows::ids)) {
            if (isDecided(id)) {
                decided.add(id);
            }
        }
        if (decided.isEmpty()) {
            return;
        }
        database.change(handle ->
                decided.forEach(id ->
                        handle.createUpdate(
                                        """
                                        DELETE FROM message
                                        WHERE queue_id = :id AND direction = :held
                                        """)
                                .bind("id", id.value())
                                .bind("held", Direction.HELD.name())
                                .execute()));
    }

    /// What cannot be read counts as held; it must not keep the rows of others.
    private boolean isDecided(QueueId id) {
        try {
            return !held.isHeld(id);
        } catch (IOException e) {
            LOG.error("{} cannot be read, and its rows stay", id);
            return false;
        }
    }

    private static List<QueueId> ids(Handle handle) {
        return handle.createQuery("SELECT DISTINCT queue_id FROM message WHERE direction = :held")
                .bind("held", Direction.HELD.name())
                .map((row, _) -> id(row.getString(1)))
                .list();
    }

    private static void insert(Handle handle, String owner, String key, Entry entry) {
        handle.createUpdate(
                        """
                        INSERT INTO message (message_key, thread_id, queue_id, direction,
                            clinician, clinician_key, patient, patient_key, message_id, id_hash,
                            mentions, arrived, octets, notified)
                        VALUES (:key, :key, :id, :held, :owner, :owner, :owner, :owner, '', '', '',
                            :since, :octets, FALSE)
                        """)
                .bind("key", key)
                .bind("id", entry.id().value())
                .bind("held", Direction.HELD.name())
                .bind("owner", owner)
                .bind("since", entry.since().toEpochMilli())
                .bind("octets", entry.octets())
                .execute();
    }

    /// The content of a message of the folder.
    public Content content(String owner, MessageKey key) throws IOException {
        QueueId id =
                database.read(handle ->
                                handle.createQuery(
                                                """
                                                SELECT queue_id FROM message
                                                WHERE message_key = :key AND direction = :held
                                                    AND clinician_key = :owner
                                                """)
                                        .bind("key", key.value())
                                        .bind("held", Direction.HELD.name())
                                        .bind("owner", owner)
                                        .map((row, _) -> id(row.getString(1)))
                                        .findOne())
                        .orElseThrow(() -> new IOException("the message is not held any more"));
        return held.content(Address.of(owner), id);
    }

    private static QueueId id(String value) throws SQLException {
        try {
            return new QueueId(value);
        } catch (IllegalArgumentException e) {
            throw new SQLException("a row of the messages is damaged", e);
        }
    }
}
