package org.postern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.contract.MailboxStoreContract.LETTER;
import static org.postern.contract.MailboxStoreContract.MARIA;
import static org.postern.contract.MailboxStoreContract.NOON;
import static org.postern.contract.MailboxStoreContract.letter;
import static org.postern.contract.MailboxStoreContract.message;
import static org.postern.contract.MailboxStoreContract.queueId;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.postern.mail.QueueId;
import org.postern.mailbox.Fate;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.StoredMessage;
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

    /// By how much somebody has set the clock.
    private Duration set = Duration.ZERO;

    @BeforeEach
    void open() throws IOException {
        database = TestDatabase.open(new FileDisk(), data.resolve("db"), clock, believed::get);
        mailbox = opened();
    }

    private FileMailboxStore opened() throws IOException {
        return FileMailboxStore.open(
                new FileMailboxStore.Ground(
                        new FileDisk(),
                        data.resolve("bodies"),
                        TestVault.one(),
                        database,
                        new SecureRandom(),
                        clock,
                        () -> clock.instant().minus(set)));
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

    /// It waited for a person, or for a server, and can be read only now.
    @Test
    void mailThatWaitedIsKeptItsTimeFromWhenItWasStored() throws IOException {
        try (Retention retention = retention()) {
            clock.advance(KEEP.plus(Duration.ofDays(10)));
            StoredMessage waited = mailbox.store(letter(1), LETTER);
            assertEquals(NOON.plusSeconds(1), waited.message().arrived());
            retention.look();
            assertEquals(1, stored());
            // The database is lost, and made again of what lies in the bodies.
            database.change(handle -> handle.execute("DELETE FROM message"));
            mailbox = opened();
            try (Retention again = retention()) {
                again.look();
                clock.advance(KEEP);
                again.look();
                assertEquals(1, stored());
                clock.advance(Duration.ofMillis(1));
                again.look();
                assertEquals(0, stored());
            }
        }
    }

    /// What became of a patient's letter that waited is not forgotten with those that came then.
    @Test
    void whatIsKnownOfALetterThatWaitedIsKeptWithIt() throws IOException {
        try (Retention retention = retention()) {
            mailbox.store(letter(1), LETTER);
            mailbox.noteFate(queueId(2), Optional.of(Fate.HELD), clock.instant());
            clock.advance(KEEP.plus(Duration.ofDays(1)));
            StoredMessage waited = mailbox.store(message(2, Direction.FROM_PATIENT, MARIA), LETTER);
            retention.look();
            assertEquals(1, stored());
            assertEquals(Map.of(queueId(2), Fate.HELD), mailbox.fates(waited.thread()));
        }
    }

    /// R18: it was taken while the clock stood years behind, and the day of doubt is over.
    @Test
    void aClockThatIsSetRightMakesNothingOld() throws IOException {
        try (Retention retention = retention()) {
            mailbox.store(ending(letter(1), NOON.plus(Duration.ofDays(2))), LETTER);
            mailbox.store(letter(2), LETTER);
            setClock(Duration.ofDays(3_650));
            mailbox.store(letter(3), LETTER);
            retention.look();
            assertEquals(3, stored());
            clock.advance(Duration.ofDays(2).minusMillis(1));
            retention.look();
            assertEquals(3, stored());
            clock.advance(Duration.ofMillis(1));
            retention.look();
            assertEquals(2, stored());
            clock.advance(KEEP);
            retention.look();
            assertEquals(0, stored(), "and what came since");
        }
    }

    private void setClock(Duration by) {
        clock.advance(by);
        set = set.plus(by);
    }

    /// R18: one minute of a clock years ahead would end every link that any patient has.
    @Test
    void noLinkEndsForGoodByAClockThatIsDoubted() throws IOException {
        StoredMessage stored = mailbox.store(letter(1), LETTER);
        Instant end = NOON.plus(Duration.ofDays(30));
        PickupToken link = mailbox.grant(stored.key(), end);
        believed.set(false);
        setClock(Duration.ofDays(3_650));
        mailbox.grant(stored.key(), clock.instant().plus(Duration.ofDays(30)));
        assertEquals(Optional.empty(), mailbox.grant(link, clock.instant()));
        assertTrue(mailbox.grant(link, NOON).isPresent(), "when the clock is set right");
        believed.set(true);
        mailbox.grant(stored.key(), clock.instant().plus(Duration.ofDays(30)));
        assertEquals(Optional.empty(), mailbox.grant(link, NOON));
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
        return mailbox.countBefore(Instant.parse("2100-01-01T00:00:00Z"));
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
        public void attempts(Instant since, Set<QueueId> of, Consumer<AuditEntry> to) {}

        @Override
        public void close() {}
    }
}
