package org.postern.cabinet;

import java.time.Instant;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterable;
import org.jdbi.v3.core.result.UnableToProduceResultException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.postern.snapshot.Snapshot;
import org.postern.snapshot.Snapshot.Counters;
import org.postern.snapshot.UidRanges;

/// The statements on the tables of the folders. Parameters are bound, never joined into the text.
final class FolderRows {
    /// Never the number alone: nobody may read a folder by a number that was somebody else's.
    private static final String OF_FOLDER = " WHERE folder_id = :folder AND owner_key = :owner";

    /// Messages that belong into the folder and do not lie there; never a letter with a patient's
    /// key, which is known by its Message-ID.
    private static final String FRESH =
            """
             FROM message m
            LEFT JOIN imap_filed f ON f.folder_id = :folder AND f.message_key = m.message_key
            WHERE m.clinician_key = :owner AND m.direction = :direction AND m.number > :seen
                AND m.recalled IS NULL AND f.uid IS NULL
                AND m.message_id NOT LIKE 'key-' || m.queue_id || '@%'
            """;

    private static final String GONE =
            """
             LEFT JOIN message m ON m.message_key = f.message_key
            WHERE f.folder_id = :folder AND f.expunged = FALSE
                AND (m.message_key IS NULL OR m.recalled IS NOT NULL
                    OR m.clinician_key <> :owner)
            """;

    /// Messages that lie there and are not kept any more, among all of them.
    private static final String GONE_OF_ALL = "SELECT f.uid FROM imap_filed f" + GONE;

    /// The same among those of which it was noted that they leave.
    private static final String GONE_AS_NOTED =
            "SELECT f.uid FROM imap_leaving l"
                    + " JOIN imap_filed f ON f.folder_id = l.folder_id AND f.uid = l.uid"
                    + GONE
                    + " AND l.folder_id = :folder";

    /// Of a folder that has to be compared with the whole mailbox.
    private static final long NOTHING_SEEN = -1;

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
        handle.createUpdate("UPDATE imap_folder SET uid_validity = :validity, seen = :nothing")
                .bind("validity", told.validity())
                .bind("nothing", NOTHING_SEEN)
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
                                """
                                SELECT uid, flags, modseq FROM imap_filed
                                WHERE folder_id = :folder AND expunged = FALSE ORDER BY uid
                                """)
                        .bind("folder", view.folder())
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
        long seen = seen(handle, view);
        boolean unknown = seen == NOTHING_SEEN && view.shelf() != Shelf.HELD;
        return unknown
                || !fresh(handle, view, seen).isEmpty()
                || gone(handle, view, seen).findFirst().isPresent();
    }

    /// Rows of held mail come and go without a number, so that all are compared each time; there
    /// are few.
    private static long seen(Handle handle, View view) {
        return handle.createQuery("SELECT seen FROM imap_folder" + OF_FOLDER)
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .mapTo(Long.class)
                .findOne()
                .orElseThrow(() -> gone(view));
    }

    /// What came and went.
    ///
    /// @param flags what each of those has that came
    /// @param first the UID of the first of them
    /// @param whole whether the folder was compared with the whole mailbox
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Refreshed(int[] gone, long[] flags, int first, long modseq, boolean whole) {
        /// The folder after it; empty if it has to be read.
        Optional<Snapshot> after(Snapshot before) {
            if (whole || (flags.length > 0 && first != before.counters().next())) {
                return Optional.empty();
            }
            Snapshot left = gone.length == 0 ? before : before.without(gone, modseq);
            return Optional.of(flags.length == 0 ? left : left.and(flags, modseq));
        }
    }

    /// Brings the folder up to what the mailbox says: UIDs go by the order of arrival.
    static Refreshed refresh(Handle handle, View view) {
        long seen = seen(handle, view);
        List<Long> gone = gone(handle, view, seen).list();
        List<String> fresh = fresh(handle, view, seen);
        boolean whole = seen == NOTHING_SEEN;
        if (view.shelf() != Shelf.HELD) {
            handle.createUpdate(
                            "UPDATE imap_folder SET seen = (SELECT numbered FROM imap_state)"
                                    + OF_FOLDER)
                    .bind("folder", view.folder())
                    .bind("owner", view.owner())
                    .execute();
        }
        if (gone.isEmpty() && fresh.isEmpty()) {
            return new Refreshed(new int[0], new long[0], 0, 0, whole);
        }
        long modseq = nextModseq(handle, view);
        expunge(handle, view, gone, modseq);
        long flags = view.shelf().flags();
        int first =
                FilingRows.file(
                        handle,
                        view,
                        fresh.stream().map(key -> FilingRows.Entry.arrived(key, flags)).toList(),
                        modseq);
        forget(handle, view, gone);
        return new Refreshed(
                gone.stream().mapToInt(Long::intValue).sorted().toArray(),
                LongStream.generate(() -> flags).limit(fresh.size()).toArray(),
                first,
                modseq,
                whole);
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

    /// One that does not lie there yet.
    private record Fresh(long arrived, String queueId, String key) {}

    /// In the order of arrival.
    private static List<String> fresh(Handle handle, View view, long seen) {
        return view.shelf().directions().stream()
                .flatMap(direction ->
                        handle
                                .createQuery("SELECT m.arrived, m.queue_id, m.message_key" + FRESH)
                                .bind("folder", view.folder())
                                .bind("owner", view.owner())
                                .bind("direction", direction.name())
                                .bind("seen", seen)
                                .map((row, _) ->
                                        new Fresh(
                                                row.getLong(1), row.getString(2), row.getString(3)))
                                .list()
                                .stream())
                .sorted(
                        Comparator.comparingLong(Fresh::arrived)
                                .thenComparing(Fresh::queueId)
                                .thenComparing(Fresh::key))
                .map(Fresh::key)
                .toList();
    }

    private static ResultIterable<Long> gone(Handle handle, View view, long seen) {
        return handle.createQuery(seen == NOTHING_SEEN ? GONE_OF_ALL : GONE_AS_NOTED)
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
                        UPDATE imap_filed SET expunged = TRUE, modseq = :modseq, due = NULL
                        WHERE folder_id = :folder AND uid = :uid
                        """);
        uids.forEach(uid ->
                batch.bind("modseq", modseq).bind("folder", view.folder()).bind("uid", uid).add());
        batch.execute();
        forgetOutlines(handle, view, uids);
        int[] all = uids.stream().mapToInt(Long::intValue).toArray();
        FilingRows.remember(handle, view, UidRanges.of(all), modseq);
    }

    private static void forgetOutlines(Handle handle, View view, List<Long> uids) {
        PreparedBatch batch =
                handle.prepareBatch(
                        "DELETE FROM imap_outline WHERE folder_id = :folder AND uid = :uid");
        uids.forEach(uid -> batch.bind("folder", view.folder()).bind("uid", uid).add());
        batch.execute();
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

    /// What became of all messages in a folder is to be looked at.
    static void judgeAnew(Handle handle, View view) {
        String rows = "UPDATE imap_filed SET due = 0 WHERE sent_in = ? AND NOT expunged";
        handle.execute(rows, view.folder());
        handle.createUpdate("UPDATE imap_folder SET links_over = NULL" + OF_FOLDER)
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .execute();
    }

    /// Links that ended then were taken as over in a folder.
    static void noteOver(Handle handle, View view, Instant end) {
        String latest = "GREATEST(COALESCE(links_over, 0), CAST(:end AS BIGINT))";
        handle.createUpdate("UPDATE imap_folder SET links_over = " + latest + OF_FOLDER)
                .bind("end", end.toEpochMilli())
                .bind("folder", view.folder())
                .bind("owner", view.owner())
                .execute();
    }
}
