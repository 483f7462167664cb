package org.postern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.contract.MailboxStoreContract.LETTER;
import static org.postern.contract.MailboxStoreContract.NOON;
import static org.postern.contract.MailboxStoreContract.letter;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditEntry;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditLog;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;
import org.postern.writing.Unsent;

class RetentionTest {
    private static final Duration KEEP = Duration.ofDays(90);

    private final ManualClock clock = new ManualClock(NOON);
    private final Trail trail = new Trail();
    private final AtomicBoolean believed = new AtomicBoolean(true);

    @TempDir Path data;
    private Database database;
    private FileMailboxStore mailbox;

    @BeforeEach
    void open() throws IOException {
        database = TestDatabase.open(new FileDisk(), data.resolve("db"), clock);
        mailbox =
                FileMailboxStore.open(
                        new FileMailboxStore.Ground(
                                new FileDisk(),
                                data.resolve("bodies"),
                                TestVault.one(),
                                database,
                                new SecureRandom(),
                                clock));
    }

    @AfterEach
    void close() throws IOException {
        database.close();
    }

    private Retention retention() {
        return new Retention(
                mailbox, trail, KEEP, new Unsent(database, TestVault.one()), clock, believed::get);
    }

    @Test
    void aMessageGoesWhenItsDaysAreOverAndNotBefore() throws IOException {
        try (Retention retention = retention()) {
            mailbox.store(letter(1), LETTER);
            mailbox.store(letter(2), LETTER);
            clock.advance(KEEP.plusSeconds(1));
            retention.look();
            assertEquals(2, stored());
            assertEquals(List.of(), trail.events);
            clock.advance(Duration.ofMillis(1));
            retention.look();
            assertEquals(1, stored());
            clock.advance(Duration.ofDays(1));
            retention.look();
            retention.look();
            assertEquals(0, stored());
        }
        Housekeeping one = new Housekeeping("messages forgotten", "1 older than 90 days");
        assertEquals(List.of(one, one), trail.events);
        assertEquals(List.of(2, 1), trail.storedThen, "told before it was done");
    }

    /// R18: what is destroyed comes back by no clock that is set right.
    @Test
    void nothingIsDestroyedByAClockThatIsDoubted() throws IOException {
        try (Retention retention = retention()) {
            mailbox.store(ending(letter(1), clock.instant().plus(Duration.ofDays(2))), LETTER);
            mailbox.store(letter(2), LETTER);
            believed.set(false);
            clock.advance(Duration.ofDays(3_650));
            retention.look();
            assertEquals(2, stored());
            assertEquals(List.of(), trail.events);
            believed.set(true);
            retention.look();
            assertEquals(0, stored());
        }
    }

    /// A rule can give a message less time than the clinic gives all.
    @Test
    void aMessageGoesAtAnEndOfItsOwn() throws IOException {
        try (Retention retention = retention()) {
            NewMessage plain = letter(1);
            Instant end = clock.instant().plus(Duration.ofDays(2));
            mailbox.store(ending(plain, end), LETTER);
            mailbox.store(letter(2), LETTER);
            clock.advance(Duration.ofDays(2).minusMillis(1));
            retention.look();
            assertEquals(2, stored());
            clock.advance(Duration.ofMillis(1));
            retention.look();
            assertEquals(1, stored());
        }
        assertEquals(
                List.of(
                        new Housekeeping(
                                "messages forgotten", "1 at the end that a rule gave them")),
                trail.events);
    }

    private static NewMessage ending(NewMessage plain, Instant end) {
        return new NewMessage(
                plain.queueId(),
                plain.direction(),
                plain.clinician(),
                plain.patient(),
                plain.messageId(),
                plain.references(),
                new NewMessage.Stay(plain.arrived(), Optional.of(end), Optional.empty()),
                plain.guard());
    }

    /// What cannot be destroyed for its age does not prolong what was promised to end.
    @Test
    void aFailureOfOneKindKeepsNoneOfTheOther() throws IOException {
        try (Retention retention = retention()) {
            mailbox.store(letter(1), LETTER);
            clock.advance(KEEP.plus(Duration.ofDays(1)));
            NewMessage fresh =
                    new NewMessage(
                            letter(2).queueId(),
                            NewMessage.Direction.TO_PATIENT,
                            letter(2).clinician(),
                            letter(2).patient(),
                            "two@clinic.example",
                            List.of(),
                            clock.instant());
            mailbox.store(ending(fresh, clock.instant()), LETTER);
            trail.failsOnce = true;
            retention.look();
            assertEquals(1, stored());
            assertEquals(
                    List.of(
                            new Housekeeping(
                                    "messages forgotten", "1 at the end that a rule gave them")),
                    trail.events);
        }
    }

    @Test
    void withoutTheAuditNothingIsDestroyed() throws IOException {
        try (Retention retention = retention()) {
            mailbox.store(letter(1), LETTER);
            clock.advance(KEEP.plus(Duration.ofDays(1)));
            trail.fault = new IOException("the audit volume is full (test)");
            retention.look();
            assertEquals(1, stored());
            trail.fault = null;
            retention.look();
            assertEquals(0, stored());
        }
    }

    @Test
    void itLooksWhenItStartsAndEndsWhenItIsClosed() throws Exception {
        mailbox.store(letter(1), LETTER);
        clock.advance(KEEP.plus(Duration.ofDays(1)));
        Retention retention = retention().start();
        assertTrue(trail.told.await(30, TimeUnit.SECONDS));
        retention.close();
        retention.close();
        // It may have been closed before its first portion; the next start goes on with it.
        try (Retention next = retention()) {
            next.look();
        }
        assertEquals(0, stored());
    }

    private int stored() throws IOException {
        return mailbox.countBefore(NOON.plus(Duration.ofDays(3_650)));
    }

    /// Notes how many messages were there when it was told.
    private final class Trail implements AuditLog {
        final List<AuditEvent> events = new CopyOnWriteArrayList<>();
        final List<Integer> storedThen = new CopyOnWriteArrayList<>();
        final CountDownLatch told = new CountDownLatch(1);
        volatile @Nullable IOException fault;
        volatile boolean failsOnce;

        @Override
        public void append(AuditEvent... appended) throws IOException {
            IOException failing = fault;
            if (failing != null) {
                throw failing;
            }
            if (failsOnce) {
                failsOnce = false;
                throw new IOException("the audit volume is away for a moment (test)");
            }
            storedThen.add(stored());
            events.addAll(List.of(appended));
            told.countDown();
        }

        @Override
        public void attempts(Instant since, Consumer<AuditEntry> to) {}

        @Override
        public void close() {}
    }
}
