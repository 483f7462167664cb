package org.postern.sent;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;

/// The statements that find out what became of messages to patients. They ask and change nothing.
public final class SentRows {
    private SentRows() {}

    /// Those of a folder that are to be looked at, by an index.
    public static final String DUE =
            """
             FROM imap_filed f LEFT JOIN message m ON m.message_key = f.message_key
                AND m.clinician_key = :owner AND m.direction = 'TO_PATIENT'
                AND m.recalled IS NULL
            WHERE f.sent_in = :folder AND f.due <= :now AND NOT f.expunged
            """;

    /// Messages that are judged in one transaction, so that no other one waits for a whole folder.
    public static final int PORTION = 250;

    /// A message in a folder that is to be looked at.
    ///
    /// @param flags as they stand in its row
    /// @param fate empty if it was sent to no patient
    public record Row(int uid, long flags, Optional<SentFate> fate) {
        /// The words that hold now.
        public Set<SentWord> words(Instant now) {
            return fate.map(it -> it.words(now)).orElse(Set.of());
        }
    }

    /// Whether there are some that are to be looked at now.
    ///
    /// @param owner the key of her address
    public static boolean areDue(Handle handle, long folder, String owner, Instant now) {
        return query(handle, "SELECT f.uid" + DUE + " FETCH FIRST 1 ROWS ONLY", folder, now)
                        .bind("owner", owner)
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent()
                || wereEarly(handle, folder, owner, now);
    }

    /// Whether some in a folder were looked at by a clock that was ahead, and took links as over
    /// that live.
    ///
    /// @param owner the key of her address
    public static boolean wereEarly(Handle handle, long folder, String owner, Instant now) {
        String early =
                """
                SELECT uid_next FROM imap_folder
                WHERE folder_id = :folder AND owner_key = :owner AND links_over > :now
                """;
        return query(handle, early, folder, now)
                .bind("owner", owner)
                .mapTo(Long.class)
                .findOne()
                .isPresent();
    }

    /// Those messages of a folder of their author's of which something may be new, as many as are
    /// judged at once, in no order: to put all in order would cost what all cost. Whoever wrote
    /// later in the conversation has replied to all that was sent before; a link to a message opens
    /// its whole conversation.
    ///
    /// @param owner the key of her address
    public static List<Row> due(Handle handle, long folder, String owner, Instant now) {
        String select =
                """
                SELECT f.uid, f.flags, m.message_key, m.read_at, m.paused, m.answered,
                    (SELECT MAX(a.arrived) FROM message a
                        WHERE a.thread_id = m.thread_id AND a.direction = 'FROM_PATIENT'
                            AND a.arrived > m.arrived) AS replied,
                    (SELECT MAX(g.expires) FROM message t
                        JOIN pickup_grant g ON g.message_key = t.message_key
                        WHERE t.thread_id = m.thread_id) AS links_end
                """;
        String some = select + DUE + " FETCH FIRST " + PORTION + " ROWS ONLY";
        return query(handle, some, folder, now).bind("owner", owner).map(SentRows::row).list();
    }

    private static Query query(Handle handle, String sql, long folder, Instant now) {
        return handle.createQuery(sql).bind("folder", folder).bind("now", now.toEpochMilli());
    }

    private static Row row(ResultSet row, StatementContext context) throws SQLException {
        Optional<SentFate> fate =
                row.getString("message_key") == null ? Optional.empty() : Optional.of(fate(row));
        return new Row(row.getInt("uid"), row.getLong("flags"), fate);
    }

    private static SentFate fate(ResultSet row) throws SQLException {
        return new SentFate(
                instant(row, "read_at"),
                instant(row, "answered").isPresent() || instant(row, "replied").isPresent(),
                instant(row, "paused").isPresent(),
                instant(row, "links_end"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, Long.class)).map(Instant::ofEpochMilli);
    }
}
