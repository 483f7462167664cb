package org.postern.clerk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.follow.FollowWorld.ANNA;
import static org.postern.follow.FollowWorld.MARIA;
import static org.postern.follow.FollowWorld.SAM;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.bridge.Orders.Result;
import org.postern.follow.FollowWorld;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.StoredMessage;
import org.postern.sent.SentOrder;

/// Orders by keyword over the real commands: what is done, for whom, and what is written down.
class SentOrdersTest {
    /// As long as the world of these tests keeps messages.
    private static final Duration KEEP = Duration.ofDays(90);

    @TempDir Path data;
    private FollowWorld world;
    private SentOrders orders;

    @BeforeEach
    void open() throws IOException {
        world = new FollowWorld(data);
        orders = new SentOrders(world.mailbox(), world.followUp(), world.clock());
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private List<String> audited(String word) throws IOException {
        return world.audited().stream().filter(it -> it.contains(word)).toList();
    }

    @Test
    void whatIsTakenBackIsGone() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        assertEquals(
                new Result(true, "it is taken back"),
                orders.give(ANNA, stored.key(), SentOrder.RECALL));
        assertTrue(world.now(stored.key()).recalled().isPresent());
        assertTrue(audited("recalled").getFirst().endsWith("by " + ANNA), audited("").toString());
        assertEquals(
                new Result(false, "it was taken back before"),
                orders.give(ANNA, stored.key(), SentOrder.RECALL));
        assertEquals(
                new Result(false, "it was taken back before"),
                orders.give(ANNA, stored.key(), SentOrder.REMIND));
        assertEquals(1, audited("recalled").size());
        assertEquals(List.of("confirmation", "confirmation", "confirmation"), world.kinds());
    }

    @Test
    void aReminderGoesOutOnceAnHour() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.REMIND).done());
        assertEquals(
                new Result(false, "a reminder went out within the last hour"),
                orders.give(ANNA, stored.key(), SentOrder.REMIND));
        assertRefused("remind-refused by " + ANNA, "a reminder went out within the last hour");
        assertEquals(1, world.queued("reminder").size());
        world.clock().advance(Duration.ofHours(1));
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.REMIND).done());
        assertEquals(2, world.queued("reminder").size());
        assertEquals(2, audited("reminded").size());
    }

    /// The link that the patient has goes on working: no other one is sent.
    @Test
    void aLinkLivesItsWholeTimeAgain() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        PickupToken link = world.mailbox().grant(stored.key(), in(Duration.ofDays(14)));
        world.clock().advance(Duration.ofDays(13));
        assertEquals(
                new Result(true, "its link lives longer"),
                orders.give(ANNA, stored.key(), SentOrder.EXTEND));
        assertTrue(audited("extended").getFirst().endsWith("by " + ANNA), audited("").toString());
        world.clock().advance(Duration.ofDays(2));
        Instant now = world.clock().instant();
        MailboxStore.Grant grant = world.mailbox().grant(link, now).orElseThrow();
        assertEquals(in(Duration.ofDays(28)), grant.expires());
        assertEquals(List.of(), world.queued("reminder"));
        assertEquals(List.of("confirmation"), world.kinds());
    }

    @Test
    void aLinkIsExtendedOnceAnHour() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.mailbox().grant(stored.key(), in(Duration.ofDays(14)));
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
        assertEquals(
                new Result(false, "its link was given more time within the last hour"),
                orders.give(ANNA, stored.key(), SentOrder.EXTEND));
        world.clock().advance(Duration.ofHours(1));
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
        assertEquals(2, audited("extended").size());
    }

    /// However often: the message is kept no longer for it.
    @Test
    void noLinkLivesLongerThanItsMessage() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        PickupToken link = world.mailbox().grant(stored.key(), in(Duration.ofDays(14)));
        Instant end = stored.message().arrived().plus(KEEP);
        Result last = new Result(true, "");
        while (world.clock().instant().isBefore(end)) {
            last = orders.give(ANNA, stored.key(), SentOrder.EXTEND);
            assertTrue(last.done(), last.words());
            world.clock().advance(Duration.ofDays(10));
        }
        assertEquals(
                Optional.empty(), world.mailbox().grant(link, world.clock().instant()), "over");
        assertEquals(
                new Result(false, "the link of this message is over"),
                orders.give(ANNA, stored.key(), SentOrder.EXTEND));
    }

    /// Nor where the clock was ahead once, and the mailbox counts time from there.
    @Test
    void aClockThatWasAheadGivesALinkNoMoreTime() throws IOException {
        world.setClock(Duration.ofDays(-1_000));
        StoredMessage stored = world.notified(ANNA, MARIA);
        PickupToken link = world.mailbox().grant(stored.key(), in(KEEP));
        world.clock().advance(KEEP.minusDays(10));
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
        assertEquals(
                in(Duration.ofDays(10)),
                world.mailbox().grant(link, in(Duration.ZERO)).orElseThrow().expires());
    }

    /// The clinic gave its links less time since, or retention has not come to the message yet.
    @Test
    void noLinkEndsEarlierForIt() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        PickupToken link = world.mailbox().grant(stored.key(), in(KEEP.plusDays(5)));
        Instant end = in(KEEP.plusDays(5));
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
        assertEquals(end, world.mailbox().grant(link, in(KEEP)).orElseThrow().expires());
        world.clock().advance(KEEP.plusHours(1));
        assertFalse(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
        assertEquals(1, audited("extended").size(), "nothing was done");
        assertEquals(end, world.mailbox().grant(link, in(Duration.ZERO)).orElseThrow().expires());
    }

    /// It is refused with its own reason each time, and not with an hour that never began.
    @Test
    void whatWasNotDoneIsNotSaidToBeDone() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.mailbox().grant(stored.key(), in(Duration.ofDays(14)));
        world.clock().advance(Duration.ofDays(15));
        Result over = new Result(false, "the link of this message is over");
        assertEquals(over, orders.give(ANNA, stored.key(), SentOrder.EXTEND));
        assertEquals(over, orders.give(ANNA, stored.key(), SentOrder.EXTEND));
        assertEquals(1, confirmations(), "one mail says so");
        assertEquals(List.of(), audited("extended"), "nothing was done");
        world.mailbox().grant(stored.key(), in(Duration.ofDays(1)));
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done(), "by another link");
        assertEquals(2, confirmations());
        assertFalse(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
        assertEquals(2, confirmations());
    }

    private long confirmations() throws IOException {
        return world.kinds().stream().filter("confirmation"::equals).count();
    }

    /// The hour of an extension is that of the links that she had.
    @Test
    void aNewLinkMayBeExtendedAtOnce() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.mailbox().grant(stored.key(), in(Duration.ofDays(14)));
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
        assertFalse(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.REMIND).done());
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
    }

    /// A later message leads to the whole conversation, so that this one is still waited for; but
    /// the link in its own mail is over, and that is what the answer says.
    @Test
    void theLinkOfAnotherMessageIsNotExtended() throws IOException {
        StoredMessage first = world.notified(ANNA, MARIA);
        world.mailbox().grant(first.key(), in(Duration.ofDays(1)));
        StoredMessage second = world.notified(ANNA, MARIA);
        PickupToken link = world.mailbox().grant(second.key(), in(Duration.ofDays(14)));
        Instant end = in(Duration.ofDays(14));
        world.clock().advance(Duration.ofDays(2));
        assertEquals(
                new Result(false, "the link of this message is over"),
                orders.give(ANNA, first.key(), SentOrder.EXTEND));
        Instant now = world.clock().instant();
        assertEquals(end, world.mailbox().grant(link, now).orElseThrow().expires());
    }

    /// Wrong answers paused it: more time would help nobody, and nobody is told of any.
    @Test
    void aLinkThatOpensNothingIsNotExtended() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.mailbox().pauseGrant(world.mailbox().grant(stored.key(), in(Duration.ofDays(14))));
        assertFalse(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
        assertEquals(List.of(), audited("extended"));
        assertRefused("extend-refused by " + ANNA, "the link of this message is over");
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.REMIND).done());
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.EXTEND).done());
    }

    private Instant in(Duration time) {
        return world.clock().instant().plus(time);
    }

    @Test
    void nobodyElseGivesOrders() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        for (SentOrder order : SentOrder.values()) {
            Result result = orders.give(SAM, stored.key(), order);
            assertEquals(new Result(false, "somebody else wrote it"), result);
        }
        assertFalse(world.now(stored.key()).recalled().isPresent());
        assertEquals(List.of(), world.kinds());
        for (String order : List.of("recall", "remind", "extend")) {
            assertRefused(order + "-refused by " + SAM, "somebody else wrote it");
        }
        assertEquals(SentOrder.values().length, audited("-refused").size());
    }

    /// In the audit stands who wanted what, and why it was not done.
    private void assertRefused(String who, String why) throws IOException {
        List<String> lines = audited(who);
        assertEquals(1, lines.size(), audited("").toString());
        assertTrue(lines.getFirst().contains(why), lines.toString());
    }

    @Test
    void whatAPatientWroteIsNotTakenBack() throws IOException {
        StoredMessage stored =
                world.mailbox()
                        .store(
                                new NewMessage(
                                        QueueId.next(world.clock().instant(), new SecureRandom()),
                                        Direction.FROM_PATIENT,
                                        ANNA,
                                        MARIA,
                                        "",
                                        List.of(),
                                        world.clock().instant()),
                                Content.of("\r\nHello".getBytes(StandardCharsets.US_ASCII)));
        Result result = orders.give(ANNA, stored.key(), SentOrder.RECALL);
        assertEquals(new Result(false, "this is no message to a patient"), result);
        assertRefused("recall-refused by " + ANNA, "this is no message to a patient");
        assertFalse(world.now(stored.key()).recalled().isPresent());
    }

    /// An order for too many messages is refused before any of them is looked at.
    @Test
    void whatIsRefusedAsAWholeIsInTheAudit() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        orders.noteRefused(ANNA, stored.key(), SentOrder.RECALL, "one order for at most 20");
        assertRefused("recall-refused by " + ANNA, "one order for at most 20");
        assertFalse(world.now(stored.key()).recalled().isPresent());
    }

    /// A failure leaves nothing that keeps the next try from being made.
    @Test
    void aReminderThatFailedMayBeAskedForAgain() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.close();
        try {
            orders.give(ANNA, stored.key(), SentOrder.REMIND);
            throw new AssertionError("there is no store");
        } catch (IOException expected) {
            assertFalse(String.valueOf(expected.getMessage()).contains("Knee"));
        }
        world = new FollowWorld(data);
        orders = new SentOrders(world.mailbox(), world.followUp(), world.clock());
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.REMIND).done());
    }
}
