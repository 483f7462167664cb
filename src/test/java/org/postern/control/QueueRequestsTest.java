package org.postern.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.mail.QueueId;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleHolds;

class QueueRequestsTest {
    private static final int HELD = 120;

    private static QueuedMessage held(int number) {
        return SampleHolds.by(number % 3 == 0 ? "by thirds" : "others", SampleHolds.id(number));
    }

    /// A queue with so many held messages.
    private static final QueueRequests.Queue QUEUE =
            new QueueRequests.Queue() {
                @Override
                public void forEach(Spool.Visitor visitor) throws IOException {
                    for (int i = 0; i < HELD; i++) {
                        visitor.visit(held(i));
                    }
                }

                @Override
                public Optional<QueuedMessage> find(QueueId id) {
                    return Optional.empty();
                }

                @Override
                public Set<String> lists() {
                    return Set.of();
                }

                @Override
                public PickupRequests.What act(
                        QueueRequests.Act act, HeldRequests.Part part, String operator) {
                    return new PickupRequests.What(false, "it was decided before");
                }
            };

    private static List<String> list(int page, @Nullable String rule, long count) throws Exception {
        QueueFilter filter = new QueueFilter(null, null, "held", null, null, rule, null);
        ObjectNode request =
                QueueRequests.paged(QueueRequests.request("list", List.of(), filter), page);
        List<String> ids = new ArrayList<>();
        ObjectNode end =
                new QueueRequests(QUEUE, ManualClock.atNoon())
                        .answer(
                                new ControlServer.Request(request, "it"),
                                line -> ids.add(line.path("id").asText()));
        assertEquals(count, end.path("end").path("count").asLong());
        return ids;
    }

    @Test
    void aPageHasItsMessagesAndTheCountIsOfAll() throws Exception {
        assertEquals(HELD, list(0, null, HELD).size());
        assertEquals(50, list(1, null, HELD).size());
        assertEquals(SampleHolds.id(50).value(), list(2, null, HELD).getFirst());
        assertEquals(20, list(3, null, HELD).size());
        assertEquals(List.of(), list(4, null, HELD));
    }

    @Test
    void whyNothingWasDoneIsSaid() throws Exception {
        List<ObjectNode> lines = new ArrayList<>();
        ObjectNode end =
                new QueueRequests(QUEUE, ManualClock.atNoon())
                        .answer(
                                new ControlServer.Request(
                                        QueueRequests.request(
                                                "release",
                                                List.of(SampleHolds.id(1)),
                                                QueueFilter.ALL),
                                        "it"),
                                lines::add);
        assertEquals(0, end.path("end").path("count").asLong());
        assertEquals(false, lines.getFirst().path("done").asBoolean());
        assertEquals("it was decided before", lines.getFirst().path("what").asText());
    }

    @Test
    void aRuleIsMeantByItsWholeName() throws Exception {
        assertEquals(40, list(1, "By Thirds", 40).size());
        assertEquals(List.of(), list(1, "thirds", 0));
    }
}
