package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;
import org.postern.vault.SealedText;

/// What people subscribed to before names were kept stays subscribed.
class SubscriptionMigrationTest {
    @TempDir Path home;

    private record Copied(String word, long number, String owner, String name) {}

    @Test
    void foldersThatAreSubscribedLeaveTheirNames() throws SQLException, IOException {
        try (OlderDatabase older = new OlderDatabase("subscription-migration", "31")) {
            for (int i = 1; i <= 3; i++) {
                String name = SealedText.sealLine(TestVault.one(), "Fälle " + i, "folder OWN-" + i);
                older.sql.execute(
                        """
                        INSERT INTO imap_own_folder
                            (shelf, folder_id, owner_key, name, subscribed, special_use)
                        VALUES ('OWN-%d', %d, 'anna', '%s', %s, '')
                        """
                                .formatted(i, i, name, i == 2 ? "FALSE" : "TRUE"));
            }
            older.migrate("33");
            ManualClock clock = new ManualClock(Instant.parse("2026-03-02T12:00:00Z"));
            try (Database database = TestDatabase.open(new FileDisk(), home.resolve("db"), clock);
                    var rows = older.sql.executeQuery("SELECT * FROM imap_subscription")) {
                while (rows.next()) {
                    Copied row =
                            new Copied(
                                    rows.getString("word"),
                                    rows.getLong("number"),
                                    rows.getString("owner_key"),
                                    rows.getString("name"));
                    database.change(handle ->
                            handle.execute(
                                    "INSERT INTO imap_subscription VALUES (?, ?, ?, ?)",
                                    row.word(),
                                    row.number(),
                                    row.owner(),
                                    row.name()));
                }
                Subscriptions subscriptions = new Subscriptions(database, TestVault.one());
                assertEquals(Set.of("Fälle 1", "Fälle 3"), subscriptions.of("anna"));
                subscriptions.add("anna", "Fälle 4", true);
                subscriptions.remove("anna", "Fälle 1", false);
                assertEquals(Set.of("Fälle 3", "Fälle 4"), subscriptions.of("anna"));
                assertEquals(Set.of(), subscriptions.of("sam"));
            }
        }
    }
}
