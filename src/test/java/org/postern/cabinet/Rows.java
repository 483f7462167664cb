package org.postern.cabinet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.postern.store.Database;

/// All rows of mailbox and folders at one moment, so that one database serves many states of a
/// disk.
record Rows(Map<String, List<Map<String, Object>>> tables) {
    private static final List<String> TABLES =
            List.of(
                    "imap_own_folder",
                    "imap_subscription",
                    "imap_keyword",
                    "imap_outline",
                    "imap_outline_key",
                    "imap_outline_ahead",
                    "imap_leaving",
                    "imap_filed",
                    "imap_vanished",
                    "imap_folder",
                    "imap_state",
                    "message");

    static Rows of(Database database) throws IOException {
        Map<String, List<Map<String, Object>>> tables = new LinkedHashMap<>();
        for (String table : TABLES) {
            List<Map<String, Object>> rows =
                    database.read(handle ->
                            handle.createQuery("SELECT * FROM " + table).mapToMap().list());
            tables.put(table, rows);
        }
        return new Rows(tables);
    }

    void restore(Database database) throws IOException {
        database.change(handle -> {
            TABLES.forEach(table -> handle.execute("DELETE FROM " + table));
            for (String table : TABLES.reversed()) {
                tables.getOrDefault(table, List.of()).forEach(row -> insert(handle, table, row));
            }
        });
    }

    private static void insert(Handle handle, String table, Map<String, Object> row) {
        List<String> columns = new ArrayList<>(row.keySet());
        Update insert =
                handle.createUpdate(
                        "INSERT INTO %s (%s) VALUES (:%s)"
                                .formatted(
                                        table,
                                        String.join(", ", columns),
                                        String.join(", :", columns)));
        columns.forEach(column -> insert.bind(column, row.get(column)));
        insert.execute();
    }
}
