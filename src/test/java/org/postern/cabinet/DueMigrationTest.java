package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which messages of an older database are looked at once for what became of them.
class DueMigrationTest {
    /// An INBOX of a hundred thousand would hold up every writer otherwise.
    @Test
    void onlyWhatMayHaveOneOfTheWordsIsLookedAt() throws SQLException {
        try (OlderDatabase older = new OlderDatabase("due-migration", "26")) {
            older.sql.execute(
                    """
                    INSERT INTO imap_keyword (folder_id, place, word)
                    VALUES (1, 0, 'Blue'), (1, 1, '$READ'), (2, 0, 'Blue')
                    """);
            older.sql.execute(
                    """
                    INSERT INTO imap_filed
                        (folder_id, uid, message_key, flags, modseq, expunged, sent)
                    VALUES
                        (1, 1, 'letter', 1, 1, FALSE, FALSE),
                        (1, 2, 'astray', 513, 1, FALSE, FALSE),
                        (1, 3, 'gone', 512, 1, TRUE, FALSE), (2, 1, 'blue', 256, 1, FALSE, FALSE),
                        (2, 2, 'sent', 1, 1, FALSE, TRUE), (2, 3, 'taken', 1, 1, TRUE, TRUE)
                    """);
            older.migrate("28");
            List<String> due = new ArrayList<>();
            try (ResultSet rows =
                    older.sql.executeQuery(
                            """
                            SELECT message_key, sent_in, due FROM imap_filed
                            WHERE sent_in IS NOT NULL OR due IS NOT NULL ORDER BY message_key
                            """)) {
                while (rows.next()) {
                    due.add(rows.getString(1) + " " + rows.getLong(2) + " " + rows.getLong(3));
                }
            }
            assertEquals(List.of("astray 1 0", "sent 2 0"), due);
        }
    }
}
