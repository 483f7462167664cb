package org.postern.held;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.PolicyText;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.policy.Hearing;
import org.postern.policy.Policy;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.RecipientState.Waiting;
import org.postern.testkit.ManualClock;
import org.postern.testkit.NursesDirectory;
import org.postern.testkit.SampleMail;

/// The end of a hold's time while others do not answer of whom the rules that are left have to know
/// something.
class EndingsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /// Whoever is no nurse's patient needs no directory.
    private static final String RULES =
            """
            rules:
              - { name: lab, when: { subject: { tag: lab } }, then: { hold: Lab. } }
              - { name: known, when: { recipient: { address: known@patient.example } },
                  then: { protect: [tls] } }
              - { name: nurses, when: { originator: { group: nurses } },
                  then: { protect: [pickup] } }
              - { name: rest, then: { protect: [smime] } }
            """;

    private static final Address KNOWN = Address.of("known@patient.example");
    private static final String TEXT =
            "From: %s\r\nSubject: [lab] x\r\n\r\nx\r\n".formatted(SampleMail.DOCTOR);

    private final ManualClock clock = ManualClock.atNoon();
    private final Docket docket = new Docket();
    private final Policy policy = PolicyText.policy(RULES);

    /// It does not answer at first.
    private final NursesDirectory directory = new NursesDirectory();

    @TempDir private Path data;
    private HeldStage stage;
    private HeldDesk desk;

    @BeforeEach
    void open() throws IOException {
        stage = HeldStage.in(data, clock);
        directory.saysNothing();
        desk = stage.desk(stage.spool, () -> policy, directory.memberships(clock));
    }

    @AfterEach
    void close() throws IOException {
        stage.close();
    }

    private QueuedMessage hold(Hearing.AtEnd then, Address... to) throws IOException {
        Hearing hour = new Hearing("privacy", HOUR, then, false);
        Review review = Review.of("lab", hour, clock.instant(), Set.of());
        return stage.hold(SampleMail.envelope(to), TEXT, review);
    }

    private RecipientState state(QueueId id, Address to) throws IOException {
        return Objects.requireNonNull(stage.spool.find(id).orElseThrow().states().get(to));
    }

    private Review review(QueueId id) throws IOException {
        return assertInstanceOf(Held.class, state(id, SampleMail.PATIENT)).review().orElseThrow();
    }

    private static String rule(RecipientState state) {
        return assertInstanceOf(Waiting.class, state).afresh().orElseThrow().rule();
    }

    /// Otherwise a bad minute of the directory would hold it for good, and ask nobody.
    @Test
    void whatHangsOnASilentDirectoryStaysHeldAsItIsAndIsDecidedWhenItAnswers() throws IOException {
        QueuedMessage held = hold(Hearing.AtEnd.RELEASE_PROTECTED, SampleMail.PATIENT);
        Review before = held.review(SampleMail.PATIENT).orElseThrow();
        for (int look = 0; look < 5; look++) {
            clock.advance(HOUR);
            desk.look(() -> true);
            Review after = review(held.id());
            assertEquals("lab", after.rule());
            assertEquals(before.end(), after.end());
            assertEquals(before.hearing(), after.hearing());
        }
        directory.says(true);
        clock.advance(Endings.AGAIN);
        desk.look(() -> true);
        assertEquals("nurses", rule(state(held.id(), SampleMail.PATIENT)));
    }

    /// A silence that lasts is for people.
    @Test
    void afterADayItIsDecidedByWhatIsKnown() throws IOException {
        QueuedMessage held = hold(Hearing.AtEnd.RELEASE_PROTECTED, SampleMail.PATIENT);
        clock.advance(HOUR);
        desk.look(() -> true);
        clock.advance(Endings.SILENCE_MAX.minusMillis(1));
        desk.look(() -> true);
        assertEquals("lab", review(held.id()).rule());
        clock.advance(Endings.AGAIN);
        desk.look(() -> true);
        assertEquals("nurses", review(held.id()).rule());
    }

    @Test
    void whoDoesNotHangOnItDoesNotWait() throws IOException {
        QueuedMessage held = hold(Hearing.AtEnd.RELEASE_PROTECTED, SampleMail.PATIENT, KNOWN);
        clock.advance(HOUR);
        desk.look(() -> true);
        assertEquals("lab", review(held.id()).rule());
        assertEquals("known", rule(state(held.id(), KNOWN)));
    }

    @Test
    void whatComesBackAtItsEndAsksNobody() throws IOException {
        QueuedMessage held = hold(Hearing.AtEnd.REJECT, SampleMail.PATIENT);
        clock.advance(HOUR);
        desk.look(() -> true);
        assertInstanceOf(Waiting.class, state(held.id(), SampleMail.PATIENT));
    }

    /// Mail that was taken before the door asked for one author has to meet its other rules, and
    /// not to pass them because it would be refused now.
    @Test
    void whatTheDoorWouldRefuseNowMeetsItsOtherRules() throws IOException {
        Envelope outside =
                new Envelope(
                        new Arrival(Listener.INBOUND, "192.0.2.7", null, null),
                        Address.of("a@far.example"),
                        List.of(KNOWN));
        for (String from : List.of("", "From: a\r\n", "From: a@far.example\r\n".repeat(2))) {
            Hearing hour = new Hearing("privacy", HOUR, Hearing.AtEnd.RELEASE_PROTECTED, false);
            Review review = Review.of("lab", hour, clock.instant(), Set.of());
            String text = from + "Subject: [lab] x\r\n\r\nx\r\n";
            QueuedMessage held = stage.hold(outside, text, review);
            clock.advance(HOUR);
            desk.look(() -> true);
            assertEquals("known", rule(state(held.id(), KNOWN)), from);
        }
    }

    private static QueueId id(int number) {
        return new QueueId("%016d".formatted(number));
    }

    /// Each takes as long as others may take, and none is left out or done twice.
    @Test
    void aLookEndsHoweverLongOthersTakeAndTheNextOneGoesOn() {
        List<QueueId> done = new ArrayList<>();
        Endings.Ending slow =
                (id, _) -> {
                    clock.advance(Duration.ofSeconds(15));
                    return done.add(id);
                };
        Endings endings = new Endings(docket, slow, clock);
        IntStream.range(0, 5).forEach(it -> docket.giveBack(id(it), clock.instant()));
        look(endings);
        assertEquals(List.of(id(0), id(1)), done);
        look(endings);
        assertEquals(List.of(id(0), id(1), id(2), id(3)), done);
        look(endings);
        look(endings);
        assertEquals(IntStream.range(0, 5).mapToObj(EndingsTest::id).toList(), done);
    }

    /// Those that wait for others come after those that nobody has tried.
    @Test
    void whatWaitsKeepsNoOtherWaiting() {
        List<QueueId> tried = new ArrayList<>();
        Endings.Ending silent =
                (id, _) -> {
                    clock.advance(Endings.LOOK_MAX);
                    tried.add(id);
                    return false;
                };
        Endings endings = new Endings(docket, silent, clock);
        IntStream.range(0, 3).forEach(it -> docket.giveBack(id(it), clock.instant()));
        IntStream.range(0, 4).forEach(_ -> look(endings));
        assertEquals(List.of(id(0), id(1), id(2)), tried);
        clock.advance(Endings.AGAIN);
        look(endings);
        assertEquals(List.of(id(0), id(1), id(2), id(0)), tried);
    }

    /// A flood of letters, each of which takes its time, is told of before.
    @Test
    void aLookThatBeganLongAgoEndsOneAllTheSame() {
        List<QueueId> done = new ArrayList<>();
        Endings endings = new Endings(docket, (id, _) -> done.add(id), clock);
        IntStream.range(0, 3).forEach(it -> docket.giveBack(id(it), clock.instant()));
        Instant over = clock.instant();
        for (int part = 1; part <= 3; part++) {
            endings.look(over, () -> true);
            assertEquals(part, done.size());
        }
        endings.look(over, () -> true);
        assertEquals(IntStream.range(0, 3).mapToObj(EndingsTest::id).toList(), done);
    }

    private void look(Endings endings) {
        Instant until = clock.instant().plus(Endings.LOOK_MAX);
        endings.look(until, () -> true);
    }
}
