package org.postern.held;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.membership.Memberships;
import org.postern.policy.Hearing;
import org.postern.policy.Policy;
import org.postern.spool.RecipientState.Review;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleMail;

/// One look at all that is held: who is told, who is written to, and whose time ends.
class HeldDeskTest {
    private static final Address LEE = Address.of("lee@clinic.example");
    private static final Policy POLICY = new Policy(List.of(), Map.of("privacy", List.of(LEE)));
    private static final Hearing OPEN = new Hearing("privacy", null, Hearing.AtEnd.REJECT, false);

    @TempDir private Path data;

    private final ManualClock clock = ManualClock.atNoon();
    private HeldStage stage;
    private HeldDesk desk;

    @BeforeEach
    void open() throws IOException {
        stage = HeldStage.in(data, clock);
        desk = stage.desk(stage.spool, () -> POLICY, Memberships.none());
    }

    @AfterEach
    void close() throws IOException {
        stage.close();
    }

    private QueueId hold(Hearing hearing, Instant since) throws IOException {
        Review review = Review.of("held", hearing, since, Set.of());
        Envelope envelope = SampleMail.envelope(SampleMail.PATIENT);
        QueueId id = stage.hold(envelope, "Subject: x\r\n\r\nx\r\n", review).id();
        clock.advance(Duration.ofMillis(1));
        return id;
    }

    /// One more than one part of it.
    private List<QueueId> flood() throws IOException {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i <= Docket.TOLD_AT_ONCE_MAX; i++) {
            ids.add(hold(OPEN, clock.instant()));
        }
        return ids;
    }

    private boolean isTold(QueueId id) throws IOException {
        return stage.spool.find(id).orElseThrow().review(SampleMail.PATIENT).orElseThrow().told();
    }

    private int mails(Address to) throws IOException {
        List<QueueId> mails = new ArrayList<>();
        stage.spool.forEach(message -> {
            if (message.envelope().recipients().contains(to)) {
                mails.add(message.id());
            }
        });
        return mails.size();
    }

    @Test
    void aFloodIsToldOfAtOneLook() throws IOException {
        List<QueueId> ids = flood();
        desk.look(() -> true);
        for (QueueId id : ids) {
            assertTrue(isTold(id), "more than one part of it");
        }
    }

    /// Where it is stopped behind the first part: the next start goes on.
    @Test
    void aStopBreaksALookOff() throws IOException {
        List<QueueId> ids = flood();
        desk.look(() -> false);
        assertFalse(isTold(ids.getFirst()));
        QueueId first = ids.getFirst();
        desk.look(() -> !isToldNow(first));
        assertTrue(isTold(first));
        assertFalse(isTold(ids.getLast()));
        desk.look(() -> true);
        assertTrue(isTold(ids.getLast()));
    }

    private boolean isToldNow(QueueId id) {
        try {
            return isTold(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What has ended and is left at a stop is not forgotten either.
    @Test
    void aTimeThatEndsAtAStopEndsAtTheNextLook() throws IOException {
        Duration limit = Duration.ofHours(1);
        Hearing hour = new Hearing("privacy", limit, Hearing.AtEnd.RELEASE_PROTECTED, false);
        QueueId first = hold(hour, clock.instant());
        QueueId second = hold(hour, clock.instant());
        desk.look(() -> true);
        clock.advance(Duration.ofHours(2));
        desk.look(() -> isHeld(first));
        assertFalse(isHeld(first));
        assertTrue(isHeld(second));
        clock.advance(Duration.ofMinutes(1));
        desk.look(() -> true);
        assertFalse(isHeld(second));
    }

    /// R18: a machine that starts with its clock years ahead lets nothing go for that.
    @Test
    void byAClockThatIsDoubtedNoTimeEnds() throws IOException {
        Hearing hour =
                new Hearing("privacy", Duration.ofHours(1), Hearing.AtEnd.RELEASE_PROTECTED, false);
        QueueId id = hold(hour, clock.instant());
        stage.believed.set(false);
        clock.advance(Duration.ofDays(3_650));
        desk.look(() -> true);
        assertTrue(isTold(id), "and its author hears that it waits");
        assertTrue(isHeld(id));
        stage.believed.set(true);
        desk.look(() -> true);
        assertFalse(isHeld(id));
    }

    private boolean isHeld(QueueId id) {
        try {
            return desk.isHeld(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The beginning of one is a time that the database cannot have. Nobody was compared with the
    /// book yet, as at each start.
    @Test
    void aHoldThatCannotBeNotedKeepsNobodyFromBeingWrittenTo() throws IOException {
        QueueId bad = hold(OPEN, Instant.MAX);
        QueueId good = hold(OPEN, clock.instant());
        desk.look(() -> true);
        assertTrue(isTold(good));
        assertFalse(isTold(bad));
        assertEquals(1, mails(LEE), "she hears of the other");
        assertEquals(Set.of(good), Set.copyOf(stage.book.ids()));
        clock.advance(Duration.ofMinutes(15));
        QueueId later = hold(OPEN, clock.instant());
        desk.look(() -> true);
        assertEquals(2, mails(LEE), "and of what comes later");
        assertEquals(new TreeSet<>(Set.of(good, later)), new TreeSet<>(stage.book.ids()));
    }

    /// Again and again, and before the others each time.
    @Test
    void anErrorAboutOneMessageKeepsNoOtherFromItsEndOrFromBeingAskedAbout() throws IOException {
        Duration limit = Duration.ofHours(1);
        Hearing hour = new Hearing("privacy", limit, Hearing.AtEnd.RELEASE_PROTECTED, false);
        QueueId bad = hold(hour, clock.instant());
        QueueId good = hold(hour, clock.instant());
        HeldStage.Meeting meeting =
                (method, arguments) -> {
                    if (method.equals("find") && arguments[0].equals(bad)) {
                        throw new AssertionError("whatever the message says");
                    }
                };
        desk = stage.desk(HeldStage.met(stage.spool, meeting), () -> POLICY, Memberships.none());
        desk.look(() -> true);
        assertTrue(isTold(good));
        assertFalse(isTold(bad));
        assertTrue(stage.book.ids().contains(good));
        clock.advance(Duration.ofHours(2));
        desk.look(() -> true);
        assertFalse(isHeld(good));
        assertTrue(stage.spool.find(bad).filter(Docket::isReviewed).isPresent());
    }
}
