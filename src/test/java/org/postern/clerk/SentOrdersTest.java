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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.bridge.Orders.Result;
import org.postern.follow.FollowWorld;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.sent.SentOrder;

/// Orders by keyword over the real commands: what is done, for whom, and what is written down.
class SentOrdersTest {
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
        assertEquals(1, world.queued("reminder").size());
        world.clock().advance(Duration.ofHours(1));
        assertTrue(orders.give(ANNA, stored.key(), SentOrder.REMIND).done());
        assertEquals(2, world.queued("reminder").size());
        assertEquals(2, audited("reminded").size());
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
        assertEquals(2, audited("command-refused by " + SAM).size());
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
