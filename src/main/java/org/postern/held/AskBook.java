package org.postern.held;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;
import org.postern.mail.QueueId;
import org.postern.policy.AskPace.Past;
import org.postern.policy.AskPace.Untold;
import org.postern.store.Database;

/// Who has to be written to about which held message, and how often each person was, in two tables
/// of the database. Each change is durable on return. What is held stands in the spool: a row about
/// what is decided is worth nothing.
public final class AskBook {
    /// Messages that one mail tells of; the next mail tells of more.
    static final int TOGETHER_MAX = 5_000;

    private final Database database;

    public AskBook(Database database) {
        this.database = database;
    }

    /// Why somebody is written to.
    enum Kind {
        ASK,
        REMIND
    }

    /// One reason to write to one person.
    ///
    /// @param person by the key of the address
    /// @param since the beginning of the hold, which names it
    /// @param due not before this
    /// @param end of the hold's time; null where it has none
    record Row(
            String person,
            QueueId id,
            Instant since,
            Kind kind,
            Instant due,
            @Nullable Instant end) {
        /// What she hears before the end of the same hold.
        Row reminder(Instant at) {
            return new Row(person, id, since, Kind.REMIND, at, end);
        }
    }

    /// Writes down what is not there yet. What is there and was not told yet is told at the earlier
    /// time of both, and before the earlier end.
    void add(List<Row> rows) throws IOException {
        for (int from = 0; from < rows.size(); from += TOGETHER_MAX) {
            List<Row> some = rows.subList(from, Math.min(rows.size(), from + TOGETHER_MAX));
            database.change(handle -> some.forEach(row -> add(handle, row)));
        }
    }

    private static void add(Handle handle, Row row) {
        Optional<Known> known = known(handle, row);
        if (known.isEmpty()) {
            insert(handle, row);
        } else if (known.get().open()) {
            Row before = known.get().row();
            Instant due = row.due().isBefore(before.due()) ? row.due() : before.due();
            Instant end = earlier(row.end(), before.end());
            if (!due.equals(before.due()) || !Objects.equals(end, before.end())) {
                move(handle, row, due, end);
            }
        }
    }

    /// @param end null is later than any
    private static @Nullable Instant earlier(@Nullable Instant end, @Nullable Instant other) {
        if (end == null || other == null) {
            return end == null ? other : end;
        }
        return end.isBefore(other) ? end : other;
    }

    /// @param open whether no mail tells of it yet
    private record Known(Row row, boolean open) {}

    private static Optional<Known> known(Handle handle, Row row) {
        return named(
                        handle.createQuery(
                                """
                                SELECT held_ask.*, told = FALSE AND batch IS NULL AS is_open
                                FROM held_ask WHERE person = :person
                                    AND queue_id = :id AND since = :since AND kind = :kind
                                """),
                        row)
                .map((found, _) -> new Known(row(found), found.getBoolean("is_open")))
                .findOne();
    }

    private static <T extends SqlStatement<T>> T named(T statement, Row row) {
        return statement
                .bind("person", row.person())
                .bind("id", row.id().value())
                .bind("since", row.since().toEpochMilli())
                .bind("kind", row.kind().name());
    }

    private static void move(Handle handle, Row row, Instant due, @Nullable Instant end) {
        named(
                        handle.createUpdate(
                                """
                                UPDATE held_ask SET batch = NULL, due = :due, ends = :ends
                                WHERE person = :person AND queue_id = :id AND since = :since
                                    AND kind = :kind
                                """),
                        row)
                .bind("due", due.toEpochMilli())
                .bind("ends", end == null ? null : end.toEpochMilli())
                .execute();
    }

    /// Has nobody written to about these before a time, also where a mail was begun: that does not
    /// tell of them.
    void rest(List<Row> rows, Instant due) throws IOException {
        if (!rows.isEmpty()) {
            database.change(handle -> rows.forEach(row -> move(handle, row, due, row.end())));
        }
    }

    private static void insert(Handle handle, Row row) {
        Instant end = row.end();
        named(
                        handle.createUpdate(
                                """
                                INSERT INTO held_ask (person, queue_id, since, kind, due, ends)
                                VALUES (:person, :id, :since, :kind, :due, :ends)
                                """),
                        row)
                .bind("due", row.due().toEpochMilli())
                .bind("ends", end == null ? null : end.toEpochMilli())
                .execute();
    }

    /// Somebody who has to hear of something.
    record Person(String key, Past past, Untold untold) {}

    /// All who have to hear of something that is due.
    List<Person> people(Instant now) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT a.person, COUNT(*) AS untold, MIN(a.ends) AS ends,
                                    MIN(CASE WHEN a.kind = 'REMIND' THEN a.ends END) AS reminded,
                                    MIN(p.last_at) AS last_at, MIN(p.on_day) AS on_day,
                                    MIN(p.sent) AS sent, MIN(p.urgent) AS urgent,
                                    MIN(p.reminding) AS reminding
                                FROM held_ask a LEFT JOIN held_pace p ON p.person = a.person
                                WHERE a.told = FALSE AND a.batch IS NULL AND a.due <= :now
                                GROUP BY a.person ORDER BY a.person
                                """)
                        .bind("now", now.toEpochMilli())
                        .map((row, _) ->
                                new Person(
                                        row.getString("person"),
                                        past(row).orElse(Past.NONE),
                                        new Untold(
                                                row.getInt("untold"),
                                                instant(row, "ends"),
                                                instant(row, "reminded"))))
                        .list());
    }

    private static Optional<Past> past(ResultSet row) throws SQLException {
        Instant last = instant(row, "last_at");
        return last == null
                ? Optional.empty()
                : Optional.of(
                        new Past(
                                last,
                                LocalDate.ofEpochDay(row.getLong("on_day")),
                                row.getInt("sent"),
                                row.getInt("urgent"),
                                row.getInt("reminding")));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long at = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(at);
    }

    /// What somebody has to hear of now; a bounded number. First the reminders, and of both kinds
    /// what ends first: a mail out of turn, which is written for these, has them.
    List<Row> due(String person, Instant now) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT * FROM held_ask
                                WHERE person = :person AND told = FALSE AND batch IS NULL
                                    AND due <= :now
                                ORDER BY CASE WHEN kind = 'REMIND' THEN 0 ELSE 1 END,
                                    ends NULLS LAST, due, queue_id, since
                                FETCH FIRST :max ROWS ONLY
                                """)
                        .bind("person", person)
                        .bind("now", now.toEpochMilli())
                        .bind("max", TOGETHER_MAX)
                        .map((row, _) -> row(row))
                        .list());
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getString("person"),
                new QueueId(row.getString("queue_id")),
                Instant.ofEpochMilli(row.getLong("since")),
                Kind.valueOf(row.getString("kind")),
                Instant.ofEpochMilli(row.getLong("due")),
                instant(row, "ends"));
    }

    /// One mail to one person that is begun and of which it is not recorded that it is on disk.
    ///
    /// @param number above that of each mail to her before; the time of its beginning in
    ///   milliseconds, where that is
    record Batch(String person, long number) {}

    /// Puts rows into one mail, and counts it. Recorded first, so that a stop does not change which
    /// they are.
    Batch gather(String person, List<Row> rows, Past after) throws IOException {
        return database.write(handle -> {
            Instant last = after.last();
            long now = last == null ? 0 : last.toEpochMilli();
            // A lost database must not begin anew: a mail of this number may lie in the spool.
            long number = Math.max(number(handle, person) + 1, now);
            for (Row row : rows) {
                put(handle, row, number);
            }
            handle.createUpdate("DELETE FROM held_pace WHERE person = :person")
                    .bind("person", person)
                    .execute();
            handle.createUpdate(
                            """
                            INSERT INTO held_pace
                                (person, last_at, on_day, sent, urgent, reminding, batches)
                            VALUES (:person, :last, :day, :sent, :urgent, :reminding, :batches)
                            """)
                    .bind("person", person)
                    .bind("last", now)
                    .bind("day", after.day().toEpochDay())
                    .bind("sent", after.sent())
                    .bind("urgent", after.urgent())
                    .bind("reminding", after.reminding())
                    .bind("batches", number)
                    .execute();
            return new Batch(person, number);
        });
    }

    private static long number(Handle handle, String person) {
        return handle.createQuery("SELECT batches FROM held_pace WHERE person = :person")
                .bind("person", person)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
    }

    private static void put(Handle handle, Row row, long number) {
        named(
                        handle.createUpdate(
                                """
                                UPDATE held_ask SET batch = :batch WHERE person = :person
                                    AND queue_id = :id AND since = :since AND kind = :kind
                                """),
                        row)
                .bind("batch", number)
                .execute();
    }

    /// Mails that were begun and not recorded as written. A write that changes nothing: it waits
    /// until a database that has failed is mended, which a read does not. What the failure has
    /// taken back must not count as begun, nor as written.
    List<Batch> batches() throws IOException {
        return database.write(handle ->
                handle.createQuery(
                                """
                                SELECT DISTINCT person, batch FROM held_ask
                                WHERE told = FALSE AND batch IS NOT NULL ORDER BY person, batch
                                """)
                        .map((row, _) -> new Batch(row.getString(1), row.getLong(2)))
                        .list());
    }

    /// What a mail tells of.
    List<Row> rows(Batch batch) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT * FROM held_ask WHERE person = :person AND batch = :batch
                                ORDER BY due, queue_id, since, kind
                                """)
                        .bind("person", batch.person())
                        .bind("batch", batch.number())
                        .map((row, _) -> row(row))
                        .list());
    }

    /// What somebody had when her last mail was begun; empty if this one is not the last.
    Optional<Past> past(Batch batch) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT last_at, on_day, sent, urgent, reminding FROM held_pace
                                WHERE person = :person AND batches = :batch
                                """)
                        .bind("person", batch.person())
                        .bind("batch", batch.number())
                        .map((row, _) -> past(row))
                        .findOne()
                        .flatMap(it -> it));
    }

    /// The mail is on disk.
    void written(Batch batch) throws IOException {
        database.change(handle ->
                handle.createUpdate(
                                """
                                UPDATE held_ask SET told = TRUE
                                WHERE person = :person AND batch = :batch
                                """)
                        .bind("person", batch.person())
                        .bind("batch", batch.number())
                        .execute());
    }

    /// Nobody has to hear of these any more.
    void drop(List<Row> rows) throws IOException {
        if (!rows.isEmpty()) {
            database.change(handle -> rows.forEach(row -> drop(handle, row)));
        }
    }

    private static void drop(Handle handle, Row row) {
        named(
                        handle.createUpdate(
                                """
                                DELETE FROM held_ask WHERE person = :person AND queue_id = :id
                                    AND since = :since AND kind = :kind
                                """),
                        row)
                .execute();
    }

    /// The messages of which it knows.
    List<QueueId> ids() throws IOException {
        return database.read(handle ->
                handle.createQuery("SELECT DISTINCT queue_id FROM held_ask ORDER BY queue_id")
                        .map((row, _) -> new QueueId(row.getString(1)))
                        .list());
    }

    /// Forgets all about messages that are not held any more.
    void forget(List<QueueId> decided) throws IOException {
        if (!decided.isEmpty()) {
            database.change(handle ->
                    decided.forEach(id ->
                            handle.createUpdate("DELETE FROM held_ask WHERE queue_id = :id")
                                    .bind("id", id.value())
                                    .execute()));
        }
    }
}
