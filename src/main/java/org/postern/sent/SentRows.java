package org.postern.sent;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/// The statements that find out what became of messages to patients. They ask and change nothing.
public final class SentRows {
    private SentRows() {}

    /// A message to a patient in a folder.
    ///
    /// @param flags as they stand in its row
    public record Row(int uid, long flags, SentFate fate) {}

    /// All messages to patients in a folder of their author's, by UID. Whoever wrote later in the
    /// conversation has replied to all that was sent before; a link to a message opens its whole
    /// conversation.
    ///
    /// @param owner the key of her address
    public static List<Row> of(Handle handle, long folder, String owner) {
        return handle.createQuery(
                        """
                        SELECT f.uid, f.flags, m.read_at, m.paused, m.answered,
                            (SELECT MAX(a.arrived) FROM message a
                                WHERE a.thread_id = m.thread_id AND a.direction = 'FROM_PATIENT'
                                    AND a.arrived > m.arrived) AS replied,
                            (SELECT MAX(g.expires) FROM pickup_grant g
                                JOIN message t ON t.message_key = g.message_key
                                WHERE t.thread_id = m.thread_id) AS links_end
                        FROM imap_filed f
                        JOIN message m ON m.message_key = f.message_key
                            AND m.clinician_key = :owner
                        WHERE f.folder_id = :folder AND f.expunged = FALSE
                            AND m.direction = 'TO_PATIENT' AND m.recalled IS NULL
                        ORDER BY f.uid
                        """)
                .bind("folder", folder)
                .bind("owner", owner)
                .map(SentRows::row)
                .list();
    }

    private static Row row(ResultSet row, StatementContext context) throws SQLException {
        return new Row(
                row.getInt("uid"),
                row.getLong("flags"),
                new SentFate(
                        instant(row, "read_at"),
                        instant(row, "answered").isPresent() || instant(row, "replied").isPresent(),
                        instant(row, "paused").isPresent(),
                        instant(row, "links_end")));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, Long.class)).map(Instant::ofEpochMilli);
    }
}
