package org.postern.held;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.policy.AskPace;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Policy;
import org.postern.policy.Ruling;
import org.postern.spool.FileSpool;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Review;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.InterposedDisk;
import org.postern.testkit.LogBook;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleMail;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.Tmpfs;
import org.postern.transit.OwnMail;

/// Those who decide hear of all that is held, together where much comes, and over a stop.
class AskingTest {
    private static final Address LEE = Address.of("Lee@clinic.example");
    private static final Address KIM = Address.of("kim@clinic.example");
    private static final String RULE = "what strangers send";
    private static final Hearing OPEN = hearing(null);

    @TempDir Path data;

    private final ManualClock clock = ManualClock.atNoon();
    private final Trap trap = new Trap();
    private Policy policy = people(LEE, KIM);
    private Fault fault = _ -> {};
    private HeldStage stage;
    private Database database;
    private String folder = "db";
    private FileSpool spool;
    private OwnMail ownMail;
    private HeldMail mail;
    private Docket docket;

    /// What the disk does not give to who goes through the spool.
    private @Nullable QueueId unread;

    /// Full for the database once the spool has synced something.
    private static final class Trap extends InterposedDisk {
        private boolean armed;
        private boolean sprung;

        /// Whether it says that there is room where there is none.
        private boolean roomy;

        /// Whether asking it meets a defect.
        private boolean broken;

        Trap() {
            super(new FileDisk());
        }

        @Override
        protected void pass(Call call) throws IOException {
            call.step().run();
            if (armed && call.act() == Act.SYNC && call.path().toString().contains("spool")) {
                sprung = true;
            }
        }

        @Override
        protected long free(long octets) {
            if (broken) {
                throw new IllegalStateException("canary");
            }
            return sprung ? 0 : roomy ? Long.MAX_VALUE : octets;
        }
    }

    private static Hearing hearing(@Nullable Duration limit) {
        return new Hearing("privacy", limit, Hearing.AtEnd.REJECT, false);
    }

    private static Policy people(Address... asked) {
        return new Policy(List.of(), Map.of("privacy", List.of(asked)));
    }

    @BeforeEach
    void open() throws IOException {
        database = TestDatabase.open(trap, data.resolve(folder), clock);
        stage =
                new HeldStage(
                        data,
                        database,
                        clock,
                        new HeldStage.Setting(
                                trap,
                                (method, _) -> fault.meet(method),
                                new AskPace(Duration.ofMinutes(15), 4, true),
                                URI.create("https://mail.clinic.example")));
        spool = stage.spool;
        ownMail = stage.ownMail;
        mail = stage.mail;
        docket = stage.docket;
    }

    @AfterEach
    void close() throws IOException {
        trap.armed = false;
        trap.sprung = false;
        stage.close();
    }

    private void restart() throws IOException {
        close();
        trap.armed = false;
        open();
        spool.recover(ownMail::recovered);
    }

    /// Holds a message that somebody outside sent, and has it told.
    private QueueId hold(Hearing hearing, String reason) throws IOException {
        return hold(hearing, reason, clock.instant());
    }

    private QueueId hold(Hearing hearing, String reason, Instant since) throws IOException {
        QueueId id = put(hearing, reason, since);
        mail.tell(spool.find(id).orElseThrow(), policy);
        return id;
    }

    private QueueId put(Hearing hearing, String reason, Instant since) throws IOException {
        Envelope envelope = SampleMail.envelope(SampleMail.PATIENT);
        Decision hold = new Decision.Hold(reason, hearing);
        Ruling ruling =
                new Ruling(List.of(new Ruling.ForRecipient(SampleMail.PATIENT, hold, RULE)));
        try (Draft draft = spool.open()) {
            draft.out().write("Subject: canary\r\n\r\ncanary\r\n".getBytes(StandardCharsets.UTF_8));
            draft.finish();
            QueueId id = spool.commit(draft, envelope, ruling).id();
            Review review = Review.of(RULE, hearing, since, Set.of());
            spool.record(id, Map.of(SampleMail.PATIENT, new Held(reason, review)));
            return id;
        }
    }

    /// Fails where a test says so.
    private interface Fault {
        void meet(String method) throws IOException;
    }

    private void look() {
        try {
            // Who decides and who delivers tell the docket of each change.
            spool.forEach(message -> {
                if (!message.id().equals(unread)) {
                    docket.accept(message);
                }
            });
            for (QueueId id : docket.open()) {
                docket.current(spool::find, id);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        mail.look(policy, docket, clock.instant());
    }

    private void after(Duration time) {
        clock.advance(time);
        look();
    }

    private void lose(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    private void release(QueueId id) throws IOException {
        spool.record(
                id,
                Map.of(
                        SampleMail.PATIENT,
                        new RecipientState.Done(new DeliveryOutcome.Delivered())));
        spool.retire(id);
    }

    private List<QueuedMessage> queued(Address to) throws IOException {
        List<QueuedMessage> found = new ArrayList<>();
        spool.forEach(message -> {
            if (message.envelope().recipients().contains(to)) {
                found.add(message);
            }
        });
        return found;
    }

    /// What was written to somebody, in the order in which it was written.
    private List<String> mails(Address to) throws IOException {
        List<String> mails = new ArrayList<>();
        for (QueuedMessage each : queued(to)) {
            byte[] octets = spool.content(each.id()).open().readAllBytes();
            String text = new String(octets, StandardCharsets.UTF_8);
            assertFalse(text.contains("canary"), text);
            mails.add(text.replace("=\r\n", "").replace("=C3=97", "×"));
        }
        return mails;
    }

    private String lastMail(Address to) throws IOException {
        return mails(to).getLast();
    }

    private static void assertSays(String mail, String... words) {
        Stream.of(words).forEach(word -> assertTrue(mail.contains(word), word + " in " + mail));
    }

    @Test
    void oneIsToldAtOnceAndAFloodInOneMail() throws IOException {
        QueueId first = hold(OPEN, "Strangers wait.");
        look();
        assertEquals(1, mails(LEE).size());
        assertSays(
                lastMail(LEE),
                "Subject: A message waits for your decision",
                "https://mail.clinic.example/held/" + first,
                "Strangers wait.");
        for (int i = 0; i < 300; i++) {
            hold(i % 3 == 0 ? hearing(Duration.ofHours(5)) : OPEN, i < 200 ? "A." : "B.");
        }
        after(Duration.ofMinutes(14));
        assertEquals(1, mails(LEE).size());
        after(Duration.ofMinutes(1));
        after(Duration.ofMinutes(20));
        assertEquals(2, mails(LEE).size());
        assertEquals(2, mails(KIM).size());
        assertSays(
                lastMail(LEE),
                "Subject: Messages wait for your decision",
                "somebody to look at them: 300",
                "200 × A. (rule: " + RULE + ")",
                "100 × B. (rule: " + RULE + ")",
                "The first time limit ends on Mar 2, 2026, 5:00 PM.",
                "https://mail.clinic.example/held\r\n");
        assertFalse(lastMail(LEE).contains(first.value()));
        assertFalse(lastMail(LEE).contains("{{"), lastMail(LEE));
    }

    @Test
    void whatIsDecidedMeanwhileAndWhoeverIsNotAskedAnyMoreIsLeftOut() throws IOException {
        hold(OPEN, "A.");
        look();
        QueueId gone = hold(OPEN, "A.");
        QueueId stays = hold(OPEN, "B.");
        release(gone);
        policy = people(LEE);
        after(Duration.ofMinutes(15));
        assertSays(lastMail(LEE), "A message waits", stays.value());
        assertEquals(1, mails(KIM).size(), "she is not asked any more");
        release(hold(OPEN, "A."));
        after(Duration.ofHours(1));
        assertEquals(2, mails(LEE).size(), "nothing is left to be told");
    }

    @Test
    void theLastMailOfADaySaysSo() throws IOException {
        for (int i = 0; i < 11; i++) {
            hold(OPEN, "A.");
            after(Duration.ofHours(1));
        }
        assertEquals(4, mails(LEE).size());
        for (int i = 0; i < 4; i++) {
            assertEquals(i == 3, mails(LEE).get(i).contains("you have had 4"), mails(LEE).get(i));
        }
        clock.advance(Duration.ofHours(12));
        restart();
        look();
        assertEquals(5, mails(LEE).size());
        assertSays(lastMail(LEE), "somebody to look at them: 2");
    }

    @Test
    void whatEndsSoonIsToldBeforeTheOthers() throws IOException {
        hold(OPEN, "A.");
        look();
        hold(OPEN, "A.");
        after(Duration.ofMinutes(2));
        assertEquals(1, mails(LEE).size());
        hold(hearing(Duration.ofMinutes(10)), "B.");
        look();
        assertEquals(2, mails(LEE).size());
        assertSays(lastMail(LEE), "look at them: 2", "ends on Mar 2, 2026, 12:12 PM.");
    }

    @Test
    void aReminderComesBeforeTheEndOnlyOfWhatStillWaits() throws IOException {
        QueueId decided = hold(hearing(Duration.ofHours(8)), "A.");
        hold(hearing(Duration.ofHours(8)), "B.");
        look();
        release(decided);
        after(Duration.ofMinutes(359));
        assertEquals(1, mails(LEE).size());
        after(Duration.ofMinutes(1));
        after(Duration.ofMinutes(30));
        assertEquals(2, mails(LEE).size());
        assertSays(
                lastMail(LEE),
                "with nobody having decided: 1",
                "1 × B. (rule: " + RULE + ")",
                "ends on Mar 2, 2026, 8:00 PM.");
        assertFalse(lastMail(LEE).contains("New messages"), lastMail(LEE));
    }

    /// The letter is in the spool, and the database could not say so.
    @Test
    void aStopBehindTheLetterRepeatsAndLosesNothing() throws IOException {
        hold(OPEN, "A.");
        look();
        for (int i = 0; i < 3; i++) {
            hold(OPEN, "B.");
        }
        trap.armed = true;
        after(Duration.ofMinutes(15));
        assertTrue(trap.sprung);
        assertEquals(3, queued(LEE).size() + queued(KIM).size(), "one digest is written");
        restart();
        QueueId later = hold(OPEN, "B.");
        look();
        assertEquals(2, mails(LEE).size());
        assertEquals(2, mails(KIM).size());
        assertSays(lastMail(KIM), "look at them: 3");
        restart();
        look();
        assertEquals(4, mails(LEE).size() + mails(KIM).size());
        // Half of the four mails of the day are gone.
        after(Duration.ofHours(4));
        assertSays(lastMail(KIM), later.value());
    }

    /// What was told was not marked as told, and is told again.
    @Test
    void aHoldThatIsToldTwiceIsAskedAboutOnce() throws IOException {
        QueueId id = hold(OPEN, "A.");
        look();
        mail.tell(spool.find(id).orElseThrow(), policy);
        after(Duration.ofHours(3));
        restart();
        mail.tell(spool.find(id).orElseThrow(), policy);
        after(Duration.ofHours(3));
        assertEquals(1, mails(LEE).size());
    }

    @Test
    void aLostDatabaseIsFilledFromTheSpool() throws IOException {
        QueueId id = hold(OPEN, "A.");
        close();
        try (Stream<Path> files = Files.list(data.resolve("db"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.writeString(file, "damaged");
            }
        }
        open();
        assertFalse(new AskBook(database).ids().contains(id));
        spool.recover(ownMail::recovered);
        look();
        assertEquals(1, mails(LEE).size());
        assertSays(lastMail(LEE), id.value());
    }

    /// What an older database does not know is asked again as well, and what it knows is not.
    @Test
    void aDeletedDatabaseIsFilledFromTheSpool() throws IOException {
        hold(OPEN, "A.");
        look();
        restart();
        look();
        assertEquals(1, mails(LEE).size(), "it is known that she has heard");
        close();
        lose(data.resolve("db"));
        open();
        spool.recover(_ -> {});
        look();
        assertEquals(2, mails(LEE).size());
    }

    /// It was told before, by a gateway whose database is lost, and the disk gives it late.
    @Test
    void whatCouldNotBeReadAtTheStartIsAskedAboutOnceItCan() throws IOException {
        QueueId late = hold(OPEN, "Late.");
        look();
        hold(OPEN, "Early.");
        tellAll();
        close();
        lose(data.resolve("db"));
        unread = late;
        open();
        spool.recover(ownMail::recovered);
        look();
        assertEquals(2, mails(LEE).size());
        after(Duration.ofMinutes(10));
        trap.sprung = true;
        unread = null;
        look();
        trap.sprung = false;
        after(Duration.ofMinutes(5));
        assertEquals(3, mails(LEE).size(), "tried again where it could not be written down");
        assertSays(lastMail(LEE), late.value(), "Late.");
        restart();
        after(Duration.ofHours(3));
        assertEquals(3, mails(LEE).size());
        assertEquals(3, mails(KIM).size());
    }

    /// The mail about the first lies in the spool, and its name must not stand for one about both.
    @Test
    void aLostDatabaseGivesNoMailTheNameOfAnOlderOne() throws IOException {
        policy = people(LEE);
        hold(OPEN, "A.");
        look();
        clock.advance(Duration.ofMinutes(1));
        hold(OPEN, "B.");
        close();
        lose(data.resolve("db"));
        open();
        spool.recover(ownMail::recovered);
        after(Duration.ofMinutes(1));
        assertEquals(2, mails(LEE).size());
        assertSays(lastMail(LEE), "look at them: 2", "1 × A.", "1 × B.");
    }

    /// As the desk marks it, behind the telling.
    private void tellAll() throws IOException {
        List<QueuedMessage> all = new ArrayList<>();
        spool.forEach(all::add);
        for (QueuedMessage each : all) {
            if (each.states().get(SampleMail.PATIENT) instanceof Held held) {
                Optional<Review> told = held.review().map(Review::whenTold);
                RecipientState state = new Held(held.reason(), told, held.afresh());
                spool.record(each.id(), Map.of(SampleMail.PATIENT, state));
            }
        }
    }

    @Test
    void whatCannotBeReadForAWhileIsToldWhenItCan() throws IOException {
        hold(OPEN, "A.");
        fault = method -> fail(method, "find");
        look();
        assertEquals(0, mails(LEE).size());
        after(Duration.ofMinutes(1));
        fault = _ -> {};
        after(Duration.ofSeconds(59));
        assertEquals(0, mails(LEE).size(), "a damaged disk is not asked at each look");
        after(Duration.ofSeconds(1));
        after(Duration.ofHours(2));
        assertEquals(1, mails(LEE).size());
        assertEquals(1, mails(KIM).size());
    }

    /// It could be read when the mail was begun, and not when it was written.
    @Test
    void whatCannotBeReadWhileAMailIsWrittenIsToldByTheNext() throws IOException {
        policy = people(LEE);
        hold(OPEN, "A.");
        hold(OPEN, "B.");
        int[] finds = {0};
        fault =
                method -> {
                    if (method.equals("find") && ++finds[0] == 4) {
                        throw new IOException("too many open files");
                    }
                };
        look();
        assertEquals(1, mails(LEE).size());
        after(Duration.ofHours(1));
        assertEquals(2, mails(LEE).size());
        assertTrue(lastMail(LEE).contains("A.") != mails(LEE).getFirst().contains("A."));
    }

    private static void fail(String method, String failing) throws IOException {
        if (method.equals(failing)) {
            throw new IOException("too many open files");
        }
    }

    @Test
    void whoComesBackToAListHearsOfWhatCameMeanwhile() throws IOException {
        hold(OPEN, "A.");
        look();
        hold(OPEN, "B.");
        policy = people(LEE);
        after(Duration.ofMinutes(15));
        assertEquals(1, mails(KIM).size());
        policy = people(LEE, KIM);
        after(Duration.ofHours(1));
        assertEquals(2, mails(KIM).size());
        assertSays(lastMail(KIM), "B.");
        assertEquals(2, mails(LEE).size());
    }

    @Test
    void whoIsPutOnAListHearsOfWhatWaitsAlready() throws IOException {
        policy = people(LEE);
        QueueId id = hold(OPEN, "A.");
        look();
        policy = people(KIM);
        after(Duration.ofSeconds(2));
        assertEquals(1, mails(KIM).size());
        assertSays(lastMail(KIM), id.value());
        policy = people(KIM, LEE);
        after(Duration.ofHours(1));
        assertEquals(1, mails(LEE).size(), "she has heard of it");
    }

    /// The list is tried again where it could not be written down.
    @Test
    void aNewListCountsAlsoIfTheDiskIsFullAtFirst() throws IOException {
        policy = people(LEE);
        hold(OPEN, "A.");
        look();
        policy = people(LEE, KIM);
        trap.sprung = true;
        look();
        trap.sprung = false;
        after(Duration.ofMinutes(2));
        assertEquals(1, mails(KIM).size());
    }

    @Test
    void aClockThatWasAheadDelaysNothing() throws IOException {
        clock.advance(Duration.ofHours(3));
        QueueId id = hold(OPEN, "A.", clock.instant().plus(Duration.ofHours(3)));
        look();
        assertSays(lastMail(LEE), id.value());
    }

    /// A reason that an older version took, with what some readers take for the end of a line.
    @Test
    void aReasonWithALineSeparatorIsOneLine() throws IOException {
        hold(OPEN, "A.\u2028B.\u2029\u0085C.");
        look();
        assertSays(lastMail(LEE), "A. B.  C.");
    }

    /// What must not happen, and must keep nobody else from hearing.
    @Test
    void oneMailThatFailsKeepsNobodyFromTheOthers() throws IOException {
        hold(OPEN, "A.");
        fault =
                method -> {
                    if (method.equals("openForHeldMail")) {
                        fault = _ -> {};
                        throw new IllegalStateException("canary");
                    }
                };
        look();
        assertEquals(1, mails(LEE).size() + mails(KIM).size());
        look();
        assertEquals(1, mails(LEE).size() + mails(KIM).size(), "it is not tried at each look");
        after(Duration.ofMinutes(1));
        assertEquals(1, mails(LEE).size());
        assertEquals(1, mails(KIM).size());
    }

    /// Two rules hold one message at the same time.
    private void holdTwice(Duration first, Duration second) throws IOException {
        Address one = SampleMail.PATIENT;
        Address two = Address.of("zoe@homemail.example");
        Envelope usual = SampleMail.envelope(one);
        Envelope envelope = new Envelope(usual.arrival(), usual.reversePath(), List.of(one, two));
        Ruling ruling =
                new Ruling(
                        List.of(
                                new Ruling.ForRecipient(
                                        one, new Decision.Hold("A.", hearing(first)), "one"),
                                new Ruling.ForRecipient(
                                        two, new Decision.Hold("B.", hearing(second)), "two")));
        try (Draft draft = spool.open()) {
            draft.out().write("Subject: canary\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            draft.finish();
            QueueId id = spool.commit(draft, envelope, ruling).id();
            Instant now = clock.instant();
            spool.record(
                    id,
                    Map.of(
                            one,
                            new Held("A.", Review.of("one", hearing(first), now, Set.of())),
                            two,
                            new Held("B.", Review.of("two", hearing(second), now, Set.of()))));
            mail.tell(spool.find(id).orElseThrow(), policy);
        }
    }

    @Test
    void theFirstEndOfTwoHoldsCounts() throws IOException {
        holdTwice(Duration.ofDays(5), Duration.ofHours(4));
        look();
        after(Duration.ofMinutes(179));
        assertEquals(1, mails(LEE).size());
        after(Duration.ofMinutes(1));
        assertEquals(2, mails(LEE).size());
        assertSays(lastMail(LEE), "with nobody having decided: 1");
    }

    @Test
    void aShortTimeBesideNoneIsToldBeforeItsEnd() throws IOException {
        hold(OPEN, "X.");
        look();
        clock.advance(Duration.ofMinutes(2));
        holdTwice(Duration.ofDays(5), Duration.ofMinutes(10));
        look();
        assertEquals(2, mails(LEE).size());
    }

    /// @param said who has said what, by the key of an address, or the name of an operator
    private void say(QueueId id, Map<String, String> said) throws IOException {
        Object state = spool.find(id).orElseThrow().states().get(SampleMail.PATIENT);
        Held held = assertInstanceOf(Held.class, state);
        Review agreed = held.review().orElseThrow().with(said);
        spool.record(id, Map.of(SampleMail.PATIENT, new Held("A.", agreed)));
    }

    /// She has said what she thinks; the others have not.
    @Test
    void whoHasAgreedIsNotReminded() throws IOException {
        Hearing both = new Hearing("privacy", Duration.ofHours(8), Hearing.AtEnd.REJECT, true);
        QueueId id = hold(both, "A.");
        look();
        say(id, Map.of(LEE.key(), "release"));
        after(Duration.ofHours(6));
        after(Duration.ofMinutes(30));
        assertEquals(1, mails(LEE).size());
        assertEquals(2, mails(KIM).size());
    }

    /// By whatever way she has said it, and in whatever spelling her name stands there.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "lee@clinic.example (command)",
                "LEE@Clinic.Example (command)",
                "\"lee\"@clinic.example. (command)"
            })
    void whoHasAgreedByCommandIsNotAsked(String voter) throws IOException {
        Hearing both = new Hearing("privacy", Duration.ofHours(8), Hearing.AtEnd.REJECT, true);
        QueueId id = hold(both, "A.");
        say(id, Map.of(voter, "release"));
        look();
        after(Duration.ofHours(6));
        after(Duration.ofMinutes(30));
        assertEquals(0, mails(LEE).size());
        assertEquals(2, mails(KIM).size());
    }

    /// Whose name on the machine is not the address is somebody else for all that is known.
    @ParameterizedTest
    @ValueSource(strings = {"lee", "lee@other.example (command)", "kim@clinic.example (command)"})
    void whoeverHasNotAgreedIsAsked(String voter) throws IOException {
        Hearing both = new Hearing("privacy", Duration.ofHours(8), Hearing.AtEnd.REJECT, true);
        say(hold(both, "A."), Map.of(voter, "release"));
        look();
        assertEquals(1, mails(LEE).size());
    }

    /// Two who want different things have to hear that nothing is decided.
    @Test
    void whoeverDisagreesIsReminded() throws IOException {
        Hearing both = new Hearing("privacy", Duration.ofHours(8), Hearing.AtEnd.REJECT, true);
        QueueId id = hold(both, "A.");
        look();
        say(id, Map.of(LEE.key(), "release", KIM.key(), "send by tls"));
        after(Duration.ofHours(6));
        after(Duration.ofMinutes(30));
        assertEquals(2, mails(LEE).size());
        assertEquals(2, mails(KIM).size());
    }

    /// A write that failed may look done until the database is mended. Who trusts what it shows
    /// meanwhile takes a mail for done that is not, and nobody looks for it again.
    @Test
    void whatTheDatabaseTakesBackIsNotTakenForDone() throws Exception {
        try (Tmpfs volume = Tmpfs.mount(data.resolve("volume"), 16)) {
            folder = "volume/db";
            trap.roomy = true;
            restart();
            policy = people(LEE);
            for (int i = 0; i < 40; i++) {
                hold(OPEN, "A.");
            }
            fault = method -> fail(method, "openForHeldMail");
            look();
            policy = people();
            fault =
                    method -> {
                        fault = _ -> {};
                        volume.fill(0);
                    };
            after(Duration.ofMinutes(1));
            assertTrue(volume.free() == 0, "the rows are put off, and that is not written");
            volume.empty();
            after(Duration.ofMinutes(1));
            policy = people(LEE);
            after(Duration.ofHours(1));
            assertEquals(1, mails(LEE).size());
            assertSays(lastMail(LEE), "look at them: 40");
            folder = "db";
            trap.roomy = false;
            restart();
        }
    }

    /// A mail out of turn is written because of what ends soon: it must be in it.
    @Test
    void aMailHoldsFirstWhatItIsWrittenFor() throws IOException {
        AskBook book = new AskBook(database);
        Instant now = clock.instant();
        Instant end = now.plus(Duration.ofHours(2));
        AskBook.Row open = row(new QueueId("0000000000000000"));
        List<AskBook.Row> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            all.add(ask(open, i, now.minusSeconds(10), null));
        }
        AskBook.Row soon = ask(open, 5_001, now, end);
        AskBook.Row reminder = ask(open, 5_002, now, end.plusSeconds(60)).reminder(now);
        AskBook.Row first = ask(open, 5_003, now, end).reminder(now);
        all.addAll(List.of(soon, reminder, first));
        book.add(all);
        List<AskBook.Row> due = book.due(LEE.key(), now);
        assertEquals(5_000, due.size());
        assertEquals(List.of(first, reminder, soon), due.subList(0, 3));
    }

    private static AskBook.Row ask(AskBook.Row like, int id, Instant due, @Nullable Instant end) {
        return new AskBook.Row(
                like.person(),
                new QueueId("%016d".formatted(id)),
                like.since(),
                like.kind(),
                due,
                end);
    }

    /// It was told before, by a gateway whose database is lost; and comparing it meets a defect.
    @Test
    void whatADefectKeptOutOfTheBookIsComparedAgain() throws IOException {
        QueueId late = hold(OPEN, "Late.");
        tellAll();
        close();
        lose(data.resolve("db"));
        unread = late;
        open();
        spool.recover(ownMail::recovered);
        look();
        unread = null;
        trap.broken = true;
        look();
        trap.broken = false;
        look();
        assertEquals(0, mails(LEE).size());
        clock.advance(Duration.ofMinutes(1));
        look();
        assertEquals(1, mails(LEE).size());
        assertSays(lastMail(LEE), late.value());
    }

    /// However many they are, and where each of them fails by itself: here when a list has changed.
    @Test
    void aDefectInTheComparisonIsOneLineOfTheLog() throws IOException {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(hold(OPEN, "A."));
            clock.advance(Duration.ofMillis(1));
        }
        look();
        policy = people(LEE);
        trap.broken = true;
        try (LogBook log = LogBook.of("org.postern.held.Teller")) {
            look();
            assertEquals(
                    List.of(
                            "20 of 20 held messages: nobody is told of them yet; the first is "
                                    + ids.getFirst()
                                    + ": java.lang.IllegalStateException"),
                    log.errors());
            assertEquals(log.errors(), log.lines());
        } finally {
            trap.broken = false;
        }
    }

    /// What stands there without having been noted is found a minute later, and a mail that was
    /// begun by nobody of this run at the next start.
    @Test
    void theBookIsNotGoneThroughAtEachLook() throws IOException {
        policy = people(LEE);
        QueueId id = put(OPEN, "A.", clock.instant());
        QueueId other = put(OPEN, "B.", clock.instant());
        AskBook book = new AskBook(database);
        AskBook.Row row = row(id);
        AskBook.Row begun = row(other);
        mail.look(policy, new Docket(), clock.instant());
        book.add(List.of(row));
        clock.advance(Duration.ofSeconds(2));
        mail.look(policy, new Docket(), clock.instant());
        assertEquals(0, mails(LEE).size());
        clock.advance(Duration.ofMinutes(1));
        mail.look(policy, new Docket(), clock.instant());
        assertEquals(1, mails(LEE).size());
        book.add(List.of(begun));
        book.gather(LEE.key(), List.of(begun), AskPace.Past.NONE);
        clock.advance(Duration.ofHours(1));
        mail.look(policy, new Docket(), clock.instant());
        assertEquals(1, mails(LEE).size());
        restart();
        mail.look(policy, new Docket(), clock.instant());
        assertEquals(2, mails(LEE).size());
        assertSays(lastMail(LEE), "B.");
    }

    /// More first askings than one mail tells of must not keep a reminder out of it.
    @Test
    void aReminderIsInTheNextMailWhateverElseWaits() throws IOException {
        List<AskBook.Row> rows = new ArrayList<>();
        for (int i = 0; i <= AskBook.TOGETHER_MAX; i++) {
            rows.add(row(new QueueId("%016d".formatted(i))));
        }
        clock.advance(Duration.ofHours(1));
        AskBook.Row reminder = row(new QueueId("0".repeat(16))).reminder(clock.instant());
        rows.add(reminder);
        AskBook book = new AskBook(database);
        book.add(rows);
        List<AskBook.Row> due = book.due(LEE.key(), clock.instant());
        assertEquals(AskBook.TOGETHER_MAX, due.size());
        assertEquals(reminder, due.getFirst());
        assertEquals(rows.getFirst(), due.get(1));
    }

    private AskBook.Row row(QueueId id) {
        Instant now = clock.instant();
        return new AskBook.Row(LEE.key(), id, now, AskBook.Kind.ASK, now, null);
    }

    /// The database could not say that the letter is there, and all of it is decided then.
    @Test
    void aLetterThatIsOnDiskGoesOutAlsoIfItsMailIsDecided() throws IOException {
        policy = people(LEE);
        QueueId id = hold(OPEN, "A.");
        trap.armed = true;
        look();
        assertTrue(trap.sprung);
        trap.armed = false;
        trap.sprung = false;
        QueuedMessage letter = queued(LEE).getFirst();
        AskBook.Batch batch = new AskBook(database).batches().getFirst();
        release(id);
        after(Duration.ofMinutes(1));
        assertEquals(List.of(), new AskBook(database).batches());
        assertFalse(
                ownMail.releaseKept(AskLetters.kind(batch), id, LEE),
                letter.id() + " is kept back no more");
    }

    @Test
    void rowsOfDecidedMailGo() throws IOException {
        QueueId id = hold(hearing(Duration.ofHours(8)), "A.");
        look();
        release(id);
        after(Duration.ofHours(1));
        assertEquals(List.of(), new AskBook(database).ids());
    }
}
