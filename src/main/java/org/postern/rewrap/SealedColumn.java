package org.postern.rewrap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.postern.store.Database;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;

/// A column of the database that holds sealed texts in base64. Of a text that is long only the
/// beginning is read and written, in which the wrapped key lies.
public final class SealedColumn implements SealedPlace {
    /// Digits of base64 that hold the head of a sealed text and no octet less than a whole one.
    private static final int DIGITS = Math.ceilDiv(SealedText.HEAD_OCTETS, 3) * 4;

    /// Texts in one transaction.
    private static final int AT_ONCE = 100;

    private final Database database;
    private final Vault vault;
    private final String select;
    private final String update;
    private final int keys;

    /// One row.
    ///
    /// @param head the first `DIGITS` of its text
    private record Row(List<String> key, String head) {}

    /// @param column with its table, as in `patient_word.word`
    /// @param key the columns of the table's primary key, all of them texts
    public SealedColumn(Database database, Vault vault, String column, List<String> key) {
        String[] names = column.split("\\.", 2);
        this.database = database;
        this.vault = vault;
        this.keys = key.size();
        this.select =
                "SELECT %s, SUBSTRING(%s FROM 1 FOR %d) FROM %s"
                        .formatted(String.join(", ", key), names[1], DIGITS, names[0]);
        String where =
                IntStream.range(0, keys)
                        .mapToObj(i -> key.get(i) + " = :key" + i)
                        .collect(Collectors.joining(" AND "));
        this.update =
                "UPDATE %s SET %s = CONCAT(:fresh, SUBSTRING(%s FROM %d)) WHERE %s"
                                .formatted(names[0], names[1], names[1], DIGITS + 1, where)
                        + " AND SUBSTRING(%s FROM 1 FOR %d) = :old".formatted(names[1], DIGITS);
    }

    @Override
    public Tally rewrap(Pace pace) throws IOException {
        List<Row> rows = database.read(this::rows);
        Tally tally = Tally.NONE;
        for (int i = 0; i < rows.size(); i += AT_ONCE) {
            List<Row> part = rows.subList(i, Math.min(rows.size(), i + AT_ONCE));
            tally = tally.plus(rewrap(part, pace));
        }
        return tally;
    }

    private List<Row> rows(Handle handle) {
        return handle.createQuery(select)
                .map((row, _) -> {
                    List<String> key = new ArrayList<>();
                    for (int i = 1; i <= keys; i++) {
                        key.add(row.getString(i));
                    }
                    return new Row(key, row.getString(keys + 1));
                })
                .list();
    }

    private Tally rewrap(List<Row> rows, Pace pace) throws IOException {
        Tally tally = Tally.NONE;
        List<Row> old = new ArrayList<>();
        List<String> fresh = new ArrayList<>();
        for (Row row : rows) {
            pace.step();
            OptionalInt kek = OptionalInt.empty();
            try {
                byte[] head = Base64.getDecoder().decode(row.head());
                kek = SealedText.kekOf(head);
                if (isCurrent(kek)) {
                    tally = tally.plus(Tally.ofCurrent());
                } else {
                    fresh.add(Base64.getEncoder().encodeToString(SealedText.rewrap(vault, head)));
                    old.add(row);
                    tally = tally.plus(Tally.ofRewrapped());
                }
            } catch (SealBrokenException | IllegalArgumentException _) {
                tally = tally.plus(Tally.ofDamaged(kek));
            }
        }
        if (!old.isEmpty()) {
            database.change(handle -> {
                for (int i = 0; i < old.size(); i++) {
                    replace(handle, old.get(i), fresh.get(i));
                }
            });
        }
        return tally;
    }

    private boolean isCurrent(OptionalInt kek) {
        return kek.stream().anyMatch(id -> id == vault.active());
    }

    /// A row that has another text by now was sealed under the active KEK, or is gone.
    private void replace(Handle handle, Row row, String fresh) {
        Update statement = handle.createUpdate(update).bind("fresh", fresh).bind("old", row.head());
        for (int i = 0; i < keys; i++) {
            statement = statement.bind("key" + i, row.key().get(i));
        }
        statement.execute();
    }
}
