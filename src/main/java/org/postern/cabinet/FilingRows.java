package org.postern.cabinet;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.FolderRows.View;
import org.postern.mailbox.MessageKey;
import org.postern.sent.SentRows;
import org.postern.sent.SentWord;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.snapshot.UidRanges;

/// The statements by which messages are put into folders and taken out of them.
final class FilingRows {
    private static final int KEYS_AT_ONCE = 500;

    /// Ranges of UIDs that were taken out of one folder and are remembered; above it the older half
    /// is forgotten.
    static final int VANISHED_RANGES_MAX = 2_000;

    private FilingRows() {}

    /// A message that is to lie in a folder.
    ///
    /// @param received its date; null for when it came here
    /// @param saved when it comes into the folder; null for when it came here
    record Entry(String key, long flags, @Nullable Long received, @Nullable Long saved) {
        /// One that comes by itself.
        static Entry arrived(String key, long flags) {
            return new Entry(key, flags, null, null);
        }
    }

    /// Files messages under the next UIDs, in their order.
    ///
    /// @return the first UID
    static int file(Handle handle, View view, List<Entry> entries, long modseq) {
        int first =
                handle.createQuery("SELECT uid_next FROM imap_folder WHERE folder_id = :folder")
                        .bind("folder", view.folder())
                        .mapTo(Integer.class)
                        .one();
        if (entries.isEmpty()) {
            return first;
        }
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT INTO imap_filed
                            (folder_id, uid, message_key, flags, modseq, expunged, ascii,
                                received, saved, thread_id, octets, sent_in, due)
                        SELECT :folder, :uid, m.message_key, :flags, :modseq, FALSE, a.ascii,
                            COALESCE(CAST(:received AS BIGINT), m.arrived),
                            COALESCE(CAST(:saved AS BIGINT), m.arrived), m.thread_id, m.octets,
                            CASE WHEN m.direction = 'TO_PATIENT' THEN CAST(:folder AS BIGINT) END,
                            CASE WHEN m.direction = 'TO_PATIENT' THEN 0 END
                        FROM message m
                        LEFT JOIN imap_outline_ahead a ON a.message_key = m.message_key
                        WHERE m.message_key = :key
                        """);
        int uid = first;
        for (Entry entry : entries) {
            batch.bind("folder", view.folder())
                    .bind("uid", uid++)
                    .bind("key", entry.key())
                    .bind("flags", entry.flags())
                    .bind("modseq", modseq)
                    .bind("received", entry.received())
                    .bind("saved", entry.saved())
                    .add();
        }
        batch.execute();
        handle.createUpdate("UPDATE imap_folder SET uid_next = :next WHERE folder_id = :folder")
                .bind("next", uid)
                .bind("folder", view.folder())
                .execute();
        return first;
    }

    /// Lets the keywords of a folder say what became of its messages, as far as something may be
    /// new.
    ///
    /// @return empty if nothing changed that anybody sees
    static Optional<Judged> judge(Handle handle, View view, Instant now) {
        if (SentRows.wereEarly(handle, view.folder(), view.owner(), now)) {
            FolderRows.judgeAnew(handle, view);
        }
        List<SentRows.Row> rows = SentRows.due(handle, view.folder(), view.owner(), now);
        List<String> keywords = new ArrayList<>(FolderRows.keywords(handle, view));
        int before = keywords.size();
        for (SentRows.Row row : rows) {
            for (SentWord word : row.words(now)) {
                if (Flags.bit(word.keyword(), keywords) == 0) {
                    FolderRows.addKeyword(handle, view, keywords.size(), word.keyword());
                    keywords.add(word.keyword());
                }
            }
        }
        Map<Integer, Long> flags = new HashMap<>();
        for (SentRows.Row row : rows) {
            long judged = judged(row, keywords, now);
            if (judged != row.flags()) {
                flags.put(row.uid(), judged);
            }
        }
        long modseq = flags.isEmpty() ? 0 : FolderRows.nextModseq(handle, view);
        String shown = "flags = :flags, modseq = :modseq, ";
        String place = " WHERE folder_id = :folder AND uid = :uid";
        PreparedBatch others = handle.prepareBatch("UPDATE imap_filed SET due = :due" + place);
        PreparedBatch told =
                handle.prepareBatch("UPDATE imap_filed SET " + shown + "due = :due" + place);
        for (SentRows.Row row : rows) {
            Optional<Instant> due = row.fate().flatMap(fate -> fate.due(now));
            @Nullable Long changed = flags.get(row.uid());
            PreparedBatch batch =
                    changed == null ? others : told.bind("flags", changed).bind("modseq", modseq);
            batch.bind("due", due.map(Instant::toEpochMilli).orElse(null))
                    .bind("folder", view.folder())
                    .bind("uid", row.uid())
                    .add();
        }
        told.execute();
        others.execute();
        rows.stream()
                .flatMap(row -> row.fate().flatMap(fate -> fate.over(now)).stream())
                .max(Comparator.naturalOrder())
                .ifPresent(end -> FolderRows.noteOver(handle, view, end));
        return flags.isEmpty()
                ? Optional.empty()
                : Optional.of(new Judged(flags, modseq, keywords.size() > before));
    }

    /// What was found of messages to patients.
    ///
    /// @param flags what those have now that changed, by UID
    /// @param named whether the folder has another keyword
    record Judged(Map<Integer, Long> flags, long modseq, boolean named) {
        /// The folder after it; empty if it has to be read.
        Optional<Snapshot> after(Snapshot before) {
            if (named) {
                return Optional.empty();
            }
            long[] all = before.copyOfFlags();
            BitSet changed = new BitSet();
            for (Map.Entry<Integer, Long> each : flags.entrySet()) {
                int place = before.place(each.getKey());
                if (place < 0) {
                    return Optional.empty();
                }
                all[place] = each.getValue();
                changed.set(place);
            }
            return Optional.of(before.with(changed, all, before.counters().at(modseq)));
        }
    }

    /// The flags of a message with the words that hold. One that was sent to nobody has none,
    /// whatever a mail program gave it before they were the gateway's alone.
    private static long judged(SentRows.Row row, List<String> keywords, Instant now) {
        long flags = row.flags() & ~Flags.ofServer(keywords);
        for (SentWord word : row.words(now)) {
            flags |= Flags.bit(word.keyword(), keywords);
        }
        return flags;
    }

    /// Of a message it is known now whether its header section is in ASCII.
    record Noted(int uid, MessageKey key, boolean ascii) {}

    /// It never changes under a UID.
    static void note(Handle handle, View view, List<Noted> noted) {
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        UPDATE imap_filed SET ascii = :ascii
                        WHERE folder_id = :folder AND uid = :uid AND message_key = :key
                        """);
        for (Noted each : noted) {
            batch.bind("ascii", each.ascii())
                    .bind("folder", view.folder())
                    .bind("uid", each.uid())
                    .bind("key", each.key().value())
                    .add();
        }
        batch.execute();
    }

    /// One that lies in a folder.
    record Lying(int uid, String key, long flags, @Nullable Long received) {}

    /// The messages that lie in a folder between two UIDs, both included.
    static List<Lying> lying(Handle handle, View view, int first, int last) {
        return handle.createQuery(
                        """
                        SELECT f.uid, f.message_key, f.flags, f.received FROM imap_filed f
                        JOIN message m ON m.message_key = f.message_key
                            AND m.clinician_key = :owner
                        WHERE f.folder_id = :folder AND f.uid BETWEEN :first AND :last
                            AND f.expunged = FALSE AND m.recalled IS NULL
                        ORDER BY f.uid
                        """)
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .bind("first", first)
                .bind("last", last)
                .map((row, _) ->
                        new Lying(
                                row.getInt("uid"),
                                row.getString("message_key"),
                                row.getLong("flags"),
                                row.getObject("received", Long.class)))
                .list();
    }

    /// What was taken out of a folder.
    ///
    /// @param uids ascending
    /// @param homeless those that are a clinician's own and lie in no folder any more
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Taken(int[] uids, List<MessageKey> homeless) {}

    /// Takes messages out of a folder.
    ///
    /// @param runs first and last UID of neighbours
    static Taken expunge(Handle handle, View view, List<int[]> runs, long modseq) {
        List<Lying> gone = new ArrayList<>();
        for (int[] run : runs) {
            gone.addAll(lying(handle, view, run[0], run[1]));
        }
        FolderRows.expunge(handle, view, gone.stream().map(it -> (long) it.uid()).toList(), modseq);
        return new Taken(
                gone.stream().mapToInt(Lying::uid).toArray(),
                homeless(handle, gone.stream().map(Lying::key).toList()));
    }

    /// Letters of clinicians' own that lie in no folder.
    static List<MessageKey> homeless(Handle handle) {
        return keys(handle, "", List.of());
    }

    /// Those of some messages that are a clinician's own and lie in no folder any more.
    static List<MessageKey> homeless(Handle handle, List<String> among) {
        List<MessageKey> all = new ArrayList<>();
        for (int i = 0; i < among.size(); i += KEYS_AT_ONCE) {
            List<String> part = among.subList(i, Math.min(among.size(), i + KEYS_AT_ONCE));
            all.addAll(keys(handle, " AND m.message_key IN (<keys>)", part));
        }
        return all;
    }

    private static List<MessageKey> keys(Handle handle, String also, List<String> among) {
        Query query =
                handle.createQuery(
                        """
                        SELECT m.message_key FROM message m WHERE m.direction = 'OWN'
                            AND NOT EXISTS (SELECT 1 FROM imap_filed f
                                WHERE f.message_key = m.message_key AND f.expunged = FALSE)
                        """
                                + also);
        if (!among.isEmpty()) {
            query.bindList("keys", among);
        }
        return query.map((row, _) -> key(row.getString(1))).list();
    }

    private static MessageKey key(String value) throws SQLException {
        try {
            return new MessageKey(value);
        } catch (IllegalArgumentException e) {
            throw new SQLException("a row of the messages is damaged", e);
        }
    }

    /// Whose a letter is that lies in no folder.
    static String owner(Handle handle, MessageKey key) {
        return handle.createQuery("SELECT clinician FROM message WHERE message_key = :key")
                .bind("key", key.value())
                .mapTo(String.class)
                .one();
    }

    /// All keys that lie in a folder, which is to be deleted.
    static List<String> clear(Handle handle, long folder) {
        List<String> keys =
                handle.createQuery(
                                """
                                SELECT message_key FROM imap_filed
                                WHERE folder_id = :folder AND expunged = FALSE
                                """)
                        .bind("folder", folder)
                        .mapTo(String.class)
                        .list();
        for (String table : List.of("imap_filed", "imap_vanished", "imap_keyword", "imap_folder")) {
            handle.createUpdate("DELETE FROM " + table + " WHERE folder_id = :folder")
                    .bind("folder", folder)
                    .execute();
        }
        return new ArrayList<>(keys);
    }

    // -- what was taken out: RFC 7162 §5.3 --

    /// Remembers UIDs that a change takes out, in its transaction.
    static void remember(Handle handle, View view, UidRanges uids, long modseq) {
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT INTO imap_vanished (folder_id, first_uid, last_uid, modseq)
                        VALUES (:folder, :first, :last, :modseq)
                        """);
        for (UidRanges.Range each : uids.ranges()) {
            batch.bind("folder", view.folder())
                    .bind("first", each.first())
                    .bind("last", each.last())
                    .bind("modseq", modseq)
                    .add();
        }
        batch.execute();
        forgetOldest(handle, view);
    }

    private static void forgetOldest(Handle handle, View view) {
        int count =
                handle.createQuery("SELECT COUNT(*) FROM imap_vanished WHERE folder_id = :folder")
                        .bind("folder", view.folder())
                        .mapTo(Integer.class)
                        .one();
        if (count <= VANISHED_RANGES_MAX) {
            return;
        }
        long floor =
                handle.createQuery(
                                """
                                SELECT modseq FROM imap_vanished WHERE folder_id = :folder
                                ORDER BY modseq DESC OFFSET :kept ROWS FETCH FIRST 1 ROWS ONLY
                                """)
                        .bind("folder", view.folder())
                        .bind("kept", VANISHED_RANGES_MAX / 2)
                        .mapTo(Long.class)
                        .one();
        // A change is remembered whole or not at all.
        handle.createUpdate(
                        """
                        DELETE FROM imap_vanished WHERE folder_id = :folder AND modseq <= :floor
                        """)
                .bind("folder", view.folder())
                .bind("floor", floor)
                .execute();
        handle.createUpdate(
                        """
                        UPDATE imap_folder SET vanished_floor = :floor WHERE folder_id = :folder
                        """)
                .bind("folder", view.folder())
                .bind("floor", floor)
                .execute();
    }

    /// What changes took out that came behind one and not behind another.
    ///
    /// @return empty if some of it is forgotten
    static Optional<UidRanges> vanished(Handle handle, View view, long since, long upTo) {
        long floor =
                handle.createQuery(
                                """
                                SELECT vanished_floor FROM imap_folder
                                WHERE folder_id = :folder AND owner_key = :owner
                                """)
                        .bind("folder", view.folder())
                        .bind("owner", view.owner())
                        .mapTo(Long.class)
                        .findOne()
                        .orElse(Long.MAX_VALUE);
        if (since < floor) {
            return Optional.empty();
        }
        List<UidRanges.Range> ranges =
                handle.createQuery(
                                """
                                SELECT first_uid, last_uid FROM imap_vanished
                                WHERE folder_id = :folder AND modseq > :since AND modseq <= :last
                                """)
                        .bind("folder", view.folder())
                        .bind("since", since)
                        .bind("last", upTo)
                        .map((row, _) -> new UidRanges.Range(row.getInt(1), row.getInt(2)))
                        .list();
        return Optional.of(UidRanges.of(ranges));
    }
}
