package org.postern.cabinet;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.postern.cabinet.FolderRows.View;
import org.postern.snapshot.UidRanges;

/// The statements on what was taken out of folders: RFC 7162 §5.3. How much is remembered is
/// bounded, the newest of it.
final class Tombstones {
    /// Ranges of UIDs that are remembered of one folder; above it the older half is forgotten.
    static final int RANGES_MAX = 2_000;

    private Tombstones() {}

    /// Remembers UIDs that a change takes out, in its transaction.
    static void add(Handle handle, View view, UidRanges uids, long modseq) {
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
        forget(handle, view);
    }

    private static void forget(Handle handle, View view) {
        int count =
                handle.createQuery("SELECT COUNT(*) FROM imap_vanished WHERE folder_id = :folder")
                        .bind("folder", view.folder())
                        .mapTo(Integer.class)
                        .one();
        if (count <= RANGES_MAX) {
            return;
        }
        long floor =
                handle.createQuery(
                                """
                                SELECT modseq FROM imap_vanished WHERE folder_id = :folder
                                ORDER BY modseq DESC OFFSET :kept ROWS FETCH FIRST 1 ROWS ONLY
                                """)
                        .bind("folder", view.folder())
                        .bind("kept", RANGES_MAX / 2)
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
    static Optional<UidRanges> between(Handle handle, View view, long since, long upTo) {
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
