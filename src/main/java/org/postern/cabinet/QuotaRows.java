package org.postern.cabinet;

import org.jdbi.v3.core.Handle;
import org.postern.cabinet.FolderRows.View;
import org.postern.snapshot.Flags;

/// The statements by which it is counted how much room letters take that people put into folders.
final class QuotaRows {
    private QuotaRows() {}

    /// How large the letters are that one person put into folders.
    static long octets(Handle handle, String owner) {
        return handle.createQuery(
                        """
                        SELECT COALESCE(SUM(octets), 0) FROM message
                        WHERE clinician_key = :owner AND direction = 'OWN'
                        """)
                .bind("owner", owner)
                .mapTo(Long.class)
                .one();
    }

    /// How large the letters are that would be destroyed if what is marked as deleted in a folder
    /// were expunged: RFC 9208 §4.1.
    static long deletedOctets(Handle handle, View view) {
        return handle.createQuery(
                        """
                        SELECT COALESCE(SUM(m.octets), 0) FROM message m
                        WHERE m.clinician_key = :owner AND m.direction = 'OWN'
                            AND EXISTS (SELECT 1 FROM imap_filed f
                                WHERE f.message_key = m.message_key AND f.folder_id = :folder
                                    AND f.expunged = FALSE AND BITAND(f.flags, :deleted) <> 0)
                            AND NOT EXISTS (SELECT 1 FROM imap_filed f
                                WHERE f.message_key = m.message_key AND f.expunged = FALSE
                                    AND (f.folder_id <> :folder
                                        OR BITAND(f.flags, :deleted) = 0))
                        """)
                .bind("owner", view.owner())
                .bind("folder", view.folder())
                .bind("deleted", Flags.DELETED)
                .mapTo(Long.class)
                .one();
    }
}
