package org.postern.held;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Address;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.policy.Hearing;
import org.postern.policy.Policy;
import org.postern.spool.FileSpool;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.Spool;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.InterposedDisk;
import org.postern.testkit.LogBook;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleMail;
import org.postern.testkit.TestDatabase;

/// A flood is told of together, and whatever fails of it keeps nobody unasked.
class TellerTest {
    private static final Policy POLICY =
            new Policy(
                    List.of(),
                    Map.of(
                            "privacy", List.of(Address.of("lee@clinic.example")),
                            "others", List.of(Address.of("kim@clinic.example"))));
    private static final Hearing OPEN = hearing("privacy");

    @TempDir private Path data;

    private final ManualClock clock = ManualClock.atNoon();
    private final Room room = new Room();
    private HeldStage stage;
    private Database database;
    private Docket docket;
    private FileSpool spool;
    private AskBook book;
    private Teller teller;

    /// Met by whoever looks a message up for telling of it.
    private Meeting meeting = _ -> {};

    private interface Meeting {
        void find(QueueId id) throws IOException;
    }

    /// The database's disk, which may be full, and counts how often it is written to.
    private static final class Room extends InterposedDisk {
        private boolean full;
        private final AtomicInteger writes = new AtomicInteger();

        Room() {
            super(new FileDisk());
        }

        @Override
        protected void pass(Call call) throws IOException {
            call.step().run();
        }

        /// Asked before each transaction that writes.
        @Override
        protected long free(long octets) {
            writes.incrementAndGet();
            return full ? 0 : octets;
        }
    }

    private static Hearing hearing(String list) {
        return new Hearing(list, null, Hearing.AtEnd.REJECT, false);
    }

    @BeforeEach
    void open() throws IOException {
        database = TestDatabase.open(room, data.resolve("db"), clock);
        stage = new HeldStage(data, database, clock, HeldStage.Setting.USUAL);
        spool = stage.spool;
        book = stage.book;
        docket = stage.docket;
        Spool met = HeldStage.met(spool, this::meet);
        teller = new Teller(met, stage.mail, () -> POLICY, docket, clock);
    }

    @AfterEach
    void close() throws IOException {
        stage.close();
    }

    private void meet(String method, Object... arguments) throws IOException {
        if (method.equals("find")) {
            meeting.find((QueueId) arguments[0]);
        }
    }

    private QueueId hold(Instant since) throws IOException {
        Review review = Review.of("held", OPEN, since, Set.of());
        Envelope envelope = SampleMail.envelope(SampleMail.PATIENT);
        return stage.hold(envelope, "Subject: x\r\n\r\nx\r\n", review).id();
    }

    private void hold(QueueId id, String rule, Hearing hearing, Instant since) throws IOException {
        Review review = Review.of(rule, hearing, since, Set.of());
        spool.record(id, Map.of(SampleMail.PATIENT, new Held("Why.", review)));
    }

    private List<QueueId> hold(int count) throws IOException {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(hold(clock.instant()));
            clock.advance(Duration.ofMillis(1));
        }
        return ids;
    }

    private boolean isTold(QueueId id) throws IOException {
        Review review = spool.find(id).orElseThrow().review(SampleMail.PATIENT).orElseThrow();
        return review.told();
    }

    private Set<QueueId> told(List<QueueId> ids) throws IOException {
        Set<QueueId> told = new TreeSet<>();
        for (QueueId id : ids) {
            if (isTold(id)) {
                told.add(id);
            }
        }
        return told;
    }

    private List<Address> authorsTold() throws IOException {
        List<Address> told = new ArrayList<>();
        spool.forEach(message -> {
            if (message.envelope().recipients().contains(SampleMail.DOCTOR)) {
                told.addAll(message.envelope().recipients());
            }
        });
        return told;
    }

    @Test
    void aFloodIsNotedInOneWriteAndEachAuthorHearsOnce() throws IOException {
        List<QueueId> ids = hold(Docket.TOLD_AT_ONCE_MAX);
        room.writes.set(0);
        assertTrue(teller.tellSome(), "more may wait");
        assertEquals(1, room.writes.get(), "who is asked about all of it is one write");
        assertEquals(new TreeSet<>(ids), new TreeSet<>(book.ids()));
        assertEquals(new TreeSet<>(ids), told(ids));
        assertEquals(ids.size(), authorsTold().size());
        assertFalse(teller.tellSome(), "nothing waits");
        assertEquals(ids.size(), authorsTold().size());
    }

    /// The beginning of one hold is a time that the database cannot have.
    @Test
    void oneThatCannotBeNotedKeepsNobodyFromTheOthers() throws IOException {
        List<QueueId> ids = hold(2);
        clock.advance(Duration.ofMillis(1));
        QueueId bad = hold(Instant.MAX);
        clock.advance(Duration.ofMillis(1));
        ids.addAll(hold(2));
        try (LogBook log = LogBook.of("org.postern.held.Teller")) {
            assertFalse(teller.tellSome());
            assertEquals(1, log.lines().size(), log.lines().toString());
            String line = log.errors().getFirst();
            assertTrue(line.startsWith("1 of 5 held messages: nobody is told"), line);
            assertTrue(line.contains("the first is " + bad + ": java."), line);
        }
        assertEquals(new TreeSet<>(ids), new TreeSet<>(book.ids()));
        assertEquals(new TreeSet<>(ids), told(ids));
        assertFalse(isTold(bad));
        assertEquals(List.of(), docket.takeUntold(clock.instant()), "not at once again");
        clock.advance(Duration.ofMinutes(1));
        assertEquals(bad, docket.takeUntold(clock.instant()).getFirst().id());
    }

    @Test
    void aFullDiskLeavesNobodyUnasked() throws IOException {
        List<QueueId> ids = hold(3);
        room.full = true;
        try (LogBook log = LogBook.of("org.postern.held.Teller")) {
            for (int minutes = 0; minutes < 5; minutes++) {
                assertFalse(teller.tellSome());
                clock.advance(Duration.ofMinutes(1));
            }
            assertEquals(5, log.lines().size(), log.lines().toString());
            assertTrue(log.errors().getFirst().startsWith("3 of 3 held messages: nobody is told"));
        }
        assertEquals(Set.of(), told(ids), "what is not noted is not told");
        assertEquals(List.of(), authorsTold());
        room.full = false;
        teller.tellSome();
        assertEquals(new TreeSet<>(ids), new TreeSet<>(book.ids()));
        assertEquals(new TreeSet<>(ids), told(ids));
    }

    /// Before its turn comes a defect ends the telling of one.
    @Test
    void whatADefectEndsComesAgain() throws IOException {
        List<QueueId> ids = hold(3);
        AtomicInteger looks = new AtomicInteger();
        meeting =
                id -> {
                    if (id.equals(ids.get(1)) && looks.incrementAndGet() == 2) {
                        throw new AssertionError("canary");
                    }
                };
        AtomicInteger uncaught = new AtomicInteger();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, _) -> uncaught.incrementAndGet());
        try {
            assertFalse(teller.tellSome());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertEquals(0, uncaught.get(), "who catches it last prints its text");
        assertEquals(new TreeSet<>(List.of(ids.get(0), ids.get(2))), told(ids));
        clock.advance(Duration.ofMinutes(1));
        teller.tellSome();
        assertEquals(new TreeSet<>(ids), told(ids));
    }

    /// A defect kept one from being asked about, and no other.
    @Test
    void whatWasNotHandedOutComesAgain() throws IOException {
        List<QueueId> ids = hold(3);
        meeting =
                id -> {
                    if (id.equals(ids.get(1))) {
                        throw new AssertionError("canary");
                    }
                };
        assertFalse(teller.tellSome());
        assertEquals(new TreeSet<>(List.of(ids.get(0), ids.get(2))), told(ids));
        meeting = _ -> {};
        clock.advance(Duration.ofMinutes(1));
        assertFalse(teller.tellSome());
        assertEquals(new TreeSet<>(ids), told(ids));
    }

    /// One message of a full part, at the first look at it or at the second.
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatCannotBeReadComesAgain(int look) throws IOException {
        List<QueueId> ids = hold(Docket.TOLD_AT_ONCE_MAX);
        QueueId bad = ids.get(3);
        AtomicInteger looks = new AtomicInteger();
        meeting =
                id -> {
                    if (id.equals(bad) && looks.incrementAndGet() == look) {
                        throw new IOException("not read (test)");
                    }
                };
        assertFalse(teller.tellSome(), "the others are not told at once because of it");
        Set<QueueId> others = new TreeSet<>(ids);
        others.remove(bad);
        assertEquals(others, told(ids));
        assertFalse(teller.tellSome());
        assertEquals(others, told(ids), "not at once again");
        clock.advance(Duration.ofMinutes(1));
        teller.tellSome();
        assertEquals(new TreeSet<>(ids), told(ids));
        assertEquals(ids.size(), authorsTold().size());
    }

    /// Somebody lets it go behind the noting, and another rule holds it then: what was noted is not
    /// about that.
    @Test
    void whatHoldsItSinceIsNotedAsWell() throws IOException {
        QueueId id = hold(clock.instant());
        Instant later = clock.instant().plusSeconds(5);
        AtomicInteger looks = new AtomicInteger();
        meeting =
                found -> {
                    if (looks.incrementAndGet() == 2) {
                        hold(found, "another", hearing("others"), later);
                    }
                };
        teller.tellSome();
        assertTrue(isTold(id));
        assertEquals(
                List.of("kim@clinic.example", "lee@clinic.example"),
                book.people(later).stream().map(AskBook.Person::key).toList());
    }

    /// By a command about one domain, somebody has agreed about one of two recipients: that is the
    /// same hold, of which everybody hears once, and as of one message.
    @Test
    void whoAgreedAboutAPartMakesNoSecondHold() throws IOException {
        Envelope envelope = SampleMail.envelope(SampleMail.PATIENT, SampleMail.PARTNER);
        Hearing two = new Hearing("privacy", null, Hearing.AtEnd.REJECT, true);
        Review review = Review.of("held", two, clock.instant(), Set.of());
        Map<String, String> root = Map.of("root", "release");
        QueueId id;
        try (Draft draft = spool.open()) {
            draft.out().write("Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
            draft.finish();
            id = spool.commit(draft, envelope, SampleMail.ruling(envelope)).id();
        }
        QueuedMessage held =
                spool.record(
                        id,
                        Map.of(
                                SampleMail.PATIENT, new Held("Why.", review),
                                SampleMail.PARTNER, new Held("Why.", review.with(root))));
        docket.accept(held);
        assertEquals(1, docket.glances().iterator().next().holds().size());
        teller.tellSome();
        assertEquals(1, authorsTold().size());
        AskBook.Row row = book.due("lee@clinic.example", clock.instant()).getFirst();
        Optional<QueuedMessage> found = spool.find(id);
        assertEquals(1, AskLetters.Waiting.of(row, found, POLICY).orElseThrow().holds().size());
        assertEquals(
                root,
                found.orElseThrow().review(SampleMail.PARTNER).orElseThrow().agreed(),
                "a word that was given stays");
    }
}
