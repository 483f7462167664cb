package org.postern.outlining;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.StoredMessage;
import org.postern.outlining.SealedOutlines.Sealed;
import org.postern.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Outlines of messages that have come and that nobody has listed yet: they stand by their messages
/// until the first list, which puts them where the messages lie. So it opens no body.
public final class OutlinesAhead {
    private static final Logger LOG = LoggerFactory.getLogger(OutlinesAhead.class);
    private static final int KEYS_AT_ONCE = 500;

    private OutlinesAhead() {}

    /// Makes the outline of a message whose body is there and which is not entered yet. Nothing
    /// rests on it: whatever fails, the message comes without one, and the first list makes it.
    /// None is made, and no key, for an author who may be anybody: mail that the clinic's server
    /// relays would give each stranger whom it names a key for good, and no list ever shows it.
    ///
    /// @return what is to be done in the transaction that enters the message
    public static Database.Change of(
            SealedOutlines outlines, MailboxStore mailbox, StoredMessage message) {
        MessageKey key = message.key();
        if (!message.message().stay().told()) {
            return _ -> {};
        }
        String owner = message.message().clinician().key();
        try {
            Optional<Sealed> made = outlines.ofNew(owner, key, mailbox.content(key, owner));
            return handle -> made.ifPresent(it -> insert(handle, key, it));
        } catch (IOException e) {
            LOG.warn("message {} comes without an outline: {}", key, e.getMessage());
        } catch (RuntimeException e) {
            // A fault of ours: its words may be those of the message.
            LOG.error("message {} comes without an outline: {}", key, e.getClass().getName());
        }
        return _ -> {};
    }

    /// One that is there already is as good, and keeps no message out.
    private static void insert(Handle handle, MessageKey key, Sealed outline) {
        handle.createUpdate(
                        """
                        INSERT INTO imap_outline_ahead (message_key, outline, ascii)
                        SELECT m.message_key, CAST(:outline AS VARCHAR(200000)),
                            CAST(:ascii AS BOOLEAN)
                        FROM message m WHERE m.message_key = :key
                            AND NOT EXISTS (SELECT 1 FROM imap_outline_ahead a
                                WHERE a.message_key = m.message_key)
                        """)
                .bind("key", key.value())
                .bind("outline", outline.line())
                .bind("ascii", outline.ascii())
                .execute();
    }

    /// Those of some messages, sealed, by their keys.
    public static Map<String, String> of(Handle handle, List<MessageKey> keys) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < keys.size(); i += KEYS_AT_ONCE) {
            List<MessageKey> some = keys.subList(i, Math.min(keys.size(), i + KEYS_AT_ONCE));
            handle.createQuery(
                            """
                            SELECT message_key, outline FROM imap_outline_ahead
                            WHERE message_key IN (<keys>)
                            """)
                    .bindList("keys", some.stream().map(MessageKey::value).toList())
                    .map((row, _) -> Map.entry(row.getString(1), row.getString(2)))
                    .forEach(each -> all.put(each.getKey(), each.getValue()));
        }
        return all;
    }

    /// They stand by the places of their messages now.
    public static void forget(Handle handle, Collection<MessageKey> keys) {
        if (keys.isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch("DELETE FROM imap_outline_ahead WHERE message_key = :key");
        for (MessageKey key : List.copyOf(keys)) {
            batch.bind("key", key.value()).add();
        }
        batch.execute();
    }
}
