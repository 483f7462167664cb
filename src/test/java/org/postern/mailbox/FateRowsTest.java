package org.postern.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;

/// How much it costs to say that something of a conversation is to be looked at anew.
/// `SentNewsTest` has that all of it is.
class FateRowsTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final int LONG = 50;

    @TempDir Path home;

    private Database database;

    @BeforeEach
    void open() throws IOException {
        database = TestDatabase.open(new FileDisk(), home.resolve("db"), new ManualClock(NOON));
    }

    @AfterEach
    void close() throws IOException {
        database.close();
    }

    private static StoredMessage message(int number) {
        NewMessage message =
                new NewMessage(
                        new QueueId("%016d".formatted(number)),
                        Direction.TO_PATIENT,
                        Address.of("anna@clinic.example"),
                        Address.of("maria@home.example"),
                        "letter-" + number,
                        List.of(),
                        NOON);
        return new StoredMessage(
                new MessageKey("%022d".formatted(number)),
                new ThreadId("0".repeat(22)),
                message,
                StoredMessage.Kept.since(message),
                1);
    }

    private static List<StoredMessage> messages() {
        return IntStream.range(0, LONG).mapToObj(FateRowsTest::message).toList();
    }

    /// The statements by which something is to be looked at.
    private int marks(Database.Change change) throws IOException {
        AtomicInteger marks = new AtomicInteger();
        database.change(handle -> {
            handle.getConfig(SqlStatements.class)
                    .setSqlLogger(
                            new SqlLogger() {
                                @Override
                                public void logAfterExecution(StatementContext context) {
                                    if (context.getRawSql().contains("SET due")) {
                                        marks.incrementAndGet();
                                    }
                                }
                            });
            change.on(handle);
        });
        return marks.get();
    }

    @Test
    void aLongConversationTakesOneStatement() throws IOException {
        assertEquals(1, marks(handle -> MailboxRows.insert(handle, messages())), "restored");
        MessageKey one = message(LONG / 2).key();
        assertEquals(1, marks(handle -> MailboxRows.insertGrant(handle, "hash", one, NOON)));
        assertEquals(1, marks(handle -> FateRows.markRead(handle, one, NOON)));
        List<MessageKey> keys = messages().stream().map(StoredMessage::key).toList();
        assertEquals(1, marks(handle -> MailboxRows.forget(handle, keys)), "forgotten");
    }

    @Test
    void manyAreTakenInPortions() throws IOException {
        List<StoredMessage> many = new ArrayList<>();
        IntStream.range(0, 1_001).mapToObj(FateRowsTest::message).forEach(many::add);
        assertEquals(3, marks(handle -> MailboxRows.insert(handle, many)));
        List<MessageKey> keys = many.stream().map(StoredMessage::key).toList();
        assertEquals(3, marks(handle -> MailboxRows.forget(handle, keys)));
        assertEquals(0, marks(handle -> MailboxRows.forget(handle, List.of())));
    }
}
