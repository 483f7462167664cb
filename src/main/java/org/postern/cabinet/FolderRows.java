package org.postern.cabinet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterable;
import org.jdbi.v3.core.result.UnableToProduceResultException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.ThreadId;
import org.postern.snapshot.Snapshot;
import org.postern.snapshot.Snapshot.Counters;
import org.postern.snapshot.UidRanges;

/// The statements on the tables of the folders. Parameters are bound, never joined into the text.
final class FolderRows {
    /// Never the number alone: nobody may read a folder by a number that was somebody else's.
    private static final String OF_FOLDER = " WHERE folder_id = :folder AND owner_key = :owner";

    /// What is not the owner's is not there.
    private static final String OWNED =
            """
             FROM imap_filed f
            JOIN message m ON m.message_key = f.message_key AND m.clinician_key = :owner
            """;

    /// Messages that belong into the folder and do not lie there; never a letter with a patient's
    /// key, which is known by its Message-ID.
    private static final String FRESH =
            """
             FROM message m
            LEFT JOIN imap_filed f ON f.folder_id = :folder AND f.message_key = m.message_key
            WHERE m.clinician_key = :owner AND m.direction IN (<directions>)
                AND m.recalled IS NULL AND f.uid IS NULL
                AND m.message_id NOT LIKE 'key-' || m.queue_id || '@%'
            """;

    /// Messages that lie there and are not kept any more.
    private static final String GONE =
            """
             FROM imap_filed f LEFT JOIN message m ON m.message_key = f.message_key
            WHERE f.folder_id = :folder AND f.expunged = FALSE
                AND (m.message_key IS NULL OR m.recalled IS NOT NULL
                    OR m.clinician_key <> :owner)
            """;

    private FolderRows() {}

    /// Whose folder it is, and what belongs into it.
    record View(long folder, String owner, Shelf shelf) {}

    /// @param shelf the name of a kind
    static Optional<Long> find(Handle handle, String owner, String shelf) {
        return handle.createQuery(
                        """
                        SELECT folder_id FROM imap_folder
                        WHERE owner_key = :owner AND shelf = :shelf
                        """)
                .bind("owner", owner)
                .bind("shelf", shelf)
                .mapTo(Long.class)
                .findOne();
    }

    static long create(Handle handle, String owner, Shelf shelf, long validity) {
        long folder = nextId(handle);
        insert(handle, new View(folder, owner, shelf), shelf.name(), validity);
        return folder;
    }

    static long nextId(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MAX(folder_id), 0) + 1 FROM imap_folder")
                .mapTo(Long.class)
                .one();
    }

    /// @param word the kind, or what names one folder of the kind that there are many of
    static void insert(Handle handle, View view, String word, long validity) {
        handle.createUpdate(
                        """
                        INSERT INTO imap_folder (folder_id, owner_key, shelf, uid_validity,
                            uid_next, modseq, first_recent)
                        VALUES (:folder, :owner, :shelf, :validity, 1, 1, 1)
                        """)
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .bind("shelf", word)
                .bind("validity", validity)
                .execute();
        count(handle);
    }

    /// Every folder gets another UIDVALIDITY, larger than any before; what was told counts as known
    /// from now on.
    static void revalidate(Handle handle, Mark.Told told) {
        handle.createUpdate("UPDATE imap_folder SET uid_validity = :validity")
                .bind("validity", told.validity())
                .execute();
        handle.createUpdate("UPDATE imap_state SET changes = :changes")
                .bind("changes", told.changes())
                .execute();
    }

    /// What the database knows of what was told.
    static Mark.Told told(Handle handle) {
        long validity =
                handle.createQuery("SELECT COALESCE(MAX(uid_validity), 0) FROM imap_folder")
                        .mapTo(Long.class)
                        .one();
        return new Mark.Told(changes(handle), validity);
    }

    static long changes(Handle handle) {
        return handle.createQuery("SELECT changes FROM imap_state").mapTo(Long.class).one();
    }

    static void count(Handle handle) {
        handle.execute("UPDATE imap_state SET changes = changes + 1");
    }

    static Snapshot snapshot(Handle handle, View view) {
        Counters counters =
                handle.createQuery("SELECT * FROM imap_folder" + OF_FOLDER)
                        .bind("folder", view.folder())
                        .bind("owner", view.owner())
                        .map((row, _) ->
                                new Counters(
                                        row.getLong("uid_validity"),
                                        row.getInt("uid_next"),
                                        row.getLong("modseq"),
                                        row.getInt("first_recent")))
                        .findOne()
                        .orElseThrow(() -> gone(view));
        List<long[]> rows =
                handle.createQuery(
                                "SELECT f.uid, f.flags, f.modseq"
                                        + OWNED
                                        + " WHERE f.folder_id = :folder AND f.expunged = FALSE"
                                        + " ORDER BY f.uid")
                        .bind("folder", view.folder())
                        .bind("owner", view.owner())
                        .map((row, _) ->
                                new long[] {row.getLong(1), row.getLong(2), row.getLong(3)})
                        .list();
        return new Snapshot(
                counters,
                keywords(handle, view),
                rows.stream().mapToInt(row -> (int) row[0]).toArray(),
                rows.stream().mapToLong(row -> row[1]).toArray(),
                rows.stream().mapToLong(row -> row[2]).toArray());
    }

    private static UnableToProduceResultException gone(View view) {
        return new UnableToProduceResultException("folder " + view.folder() + " is not there");
    }

    static List<String> keywords(Handle handle, View view) {
        return handle.createQuery(
                        "SELECT word FROM imap_keyword WHERE folder_id = :folder ORDER BY place")
                .bind("folder", view.folder())
                .mapTo(String.class)
                .list();
    }

    /// Whether the folder is not what the mailbox says.
    static boolean isStale(Handle handle, View view) {
        String one = " FETCH FIRST 1 ROWS ONLY";
        return !fresh(handle, view, one).isEmpty()
                || gone(handle, view, one).findFirst().isPresent();
    }

    /// Brings the folder up to what the mailbox says: UIDs go by the order of arrival.
    static void refresh(Handle handle, View view) {
        List<Long> gone = gone(handle, view, "").list();
        String order = " ORDER BY m.arrived, m.queue_id, m.message_key";
        List<String> fresh = fresh(handle, view, order);
        if (gone.isEmpty() && fresh.isEmpty()) {
            return;
        }
        long modseq = nextModseq(handle, view);
        expunge(handle, view, gone, modseq);
        long flags = view.shelf().flags();
        FilingRows.file(
                handle,
                view,
                fresh.stream().map(key -> FilingRows.Entry.arrived(key, flags)).toList(),
                modseq);
        forget(handle, view, gone);
    }

    /// What is not kept any more cannot come back. What was expunged before goes with its message
    /// (`mailbox`).
    private static void forget(Handle handle, View view, List<Long> gone) {
        if (gone.isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        DELETE FROM imap_filed WHERE folder_id = :folder AND uid = :uid
                            AND NOT EXISTS (SELECT 1 FROM message m
                                WHERE m.message_key = imap_filed.message_key)
                        """);
        gone.forEach(uid -> batch.bind("folder", view.folder()).bind("uid", uid).add());
        batch.execute();
    }

    private static List<String> fresh(Handle handle, View view, String end) {
        List<String> directions = view.shelf().directions().stream().map(Enum::name).toList();
        return directions.isEmpty()
                ? List.of()
                : handle.createQuery("SELECT m.message_key" + FRESH + end)
                        .bind("folder", view.folder())
                        .bind("owner", view.owner())
                        .bindList("directions", directions)
                        .mapTo(String.class)
                        .list();
    }

    private static ResultIterable<Long> gone(Handle handle, View view, String end) {
        return handle.createQuery("SELECT f.uid" + GONE + end)
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .mapTo(Long.class);
    }

    static long nextModseq(Handle handle, View view) {
        handle.createUpdate("UPDATE imap_folder SET modseq = modseq + 1" + OF_FOLDER)
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .execute();
        count(handle);
        return handle.createQuery("SELECT modseq FROM imap_folder" + OF_FOLDER)
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .mapTo(Long.class)
                .findOne()
                .orElseThrow(() -> gone(view));
    }

    /// Takes messages out, in whoever's transaction it is; their UIDs are remembered.
    static void expunge(Handle handle, View view, List<Long> uids, long modseq) {
        if (uids.isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        UPDATE imap_filed SET expunged = TRUE, modseq = :modseq
                        WHERE folder_id = :folder AND uid = :uid
                        """);
        uids.forEach(uid ->
                batch.bind("modseq", modseq).bind("folder", view.folder()).bind("uid", uid).add());
        batch.execute();
        int[] all = uids.stream().mapToInt(Long::intValue).toArray();
        FilingRows.remember(handle, view, UidRanges.of(all), modseq);
    }

    /// @param snapshot whose places change
    static void setFlags(Handle handle, View view, Snapshot snapshot, FlagChange change) {
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        UPDATE imap_filed SET flags = :flags, modseq = :modseq
                        WHERE folder_id = :folder AND uid = :uid
                        """);
        change.places().stream()
                .forEach(place ->
                        batch.bind("flags", change.flags()[place])
                                .bind("modseq", change.modseq())
                                .bind("folder", view.folder())
                                .bind("uid", snapshot.uids()[place])
                                .add());
        batch.execute();
    }

    /// @param places that change
    /// @param flags of all places
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record FlagChange(BitSet places, long[] flags, long modseq) {}

    static void addKeyword(Handle handle, View view, int place, String word) {
        handle.createUpdate(
                        """
                        INSERT INTO imap_keyword (folder_id, place, word)
                        VALUES (:folder, :place, :word)
                        """)
                .bind("folder", view.folder())
                .bind("place", place)
                .bind("word", word)
                .execute();
    }

    static void claimRecent(Handle handle, View view) {
        handle.createUpdate("UPDATE imap_folder SET first_recent = uid_next" + OF_FOLDER)
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .execute();
    }

    /// @param outline sealed; empty where there is none
    record Row(Filed filed, Optional<String> outline) {}

    /// The messages with UIDs between two, both included.
    static List<Row> between(Handle handle, View view, int first, int last) {
        return handle.createQuery(
                        """
                        SELECT f.uid, f.message_key, m.thread_id, m.octets, o.outline,
                            COALESCE(f.received, m.arrived) AS arrived,
                            COALESCE(f.saved, m.arrived) AS saved
                        FROM imap_filed f
                        JOIN message m ON m.message_key = f.message_key
                            AND m.clinician_key = :owner
                        LEFT JOIN imap_outline o ON o.message_key = f.message_key
                        WHERE f.folder_id = :folder AND f.uid BETWEEN :first AND :last
                            AND f.expunged = FALSE
                        ORDER BY f.uid
                        """)
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .bind("first", first)
                .bind("last", last)
                .map((row, _) ->
                        new Row(
                                new Filed(
                                        row.getInt("uid"),
                                        new MessageKey(row.getString("message_key")),
                                        new ThreadId(row.getString("thread_id")),
                                        Instant.ofEpochMilli(row.getLong("arrived")),
                                        Instant.ofEpochMilli(row.getLong("saved")),
                                        row.getLong("octets"),
                                        null),
                                Optional.ofNullable(row.getString("outline"))))
                .list();
    }

    /// How many octets the messages of a folder have together.
    static long octets(Handle handle, View view) {
        return handle.createQuery(
                        "SELECT COALESCE(SUM(m.octets), 0)"
                                + OWNED
                                + " WHERE f.folder_id = :folder AND f.expunged = FALSE")
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .mapTo(Long.class)
                .one();
    }

    /// Keeps outlines of messages that are still whole.
    static void keepOutlines(Handle handle, Map<MessageKey, String> outlines) {
        List<MessageKey> keys = new ArrayList<>(outlines.keySet());
        for (MessageKey key : keys) {
            handle.createUpdate("DELETE FROM imap_outline WHERE message_key = :key")
                    .bind("key", key.value())
                    .execute();
            handle.createUpdate(
                            """
                            INSERT INTO imap_outline (message_key, outline)
                            SELECT message_key, :outline FROM message
                            WHERE message_key = :key AND recalled IS NULL
                            """)
                    .bind("key", key.value())
                    .bind("outline", outlines.get(key))
                    .execute();
        }
    }
}
