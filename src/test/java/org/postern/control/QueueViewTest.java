package org.postern.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.policy.Hearing;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;
import org.postern.testkit.SampleHolds;

/// What programs read of the queue is written down for who writes them.
class QueueViewTest {
    private static final Path DOCUMENT = Path.of("src/docs/queue.md");

    private static Set<String> members(JsonNode node) {
        Set<String> members = new TreeSet<>();
        node.properties()
                .forEach(each -> {
                    members.add(each.getKey());
                    if (!each.getKey().equals("agreed")) {
                        members.addAll(members(each.getValue()));
                    }
                });
        if (node.isArray()) {
            node.forEach(each -> members.addAll(members(each)));
        }
        return members;
    }

    private static void assertDocumented(Set<String> members) throws IOException {
        String page = Files.readString(DOCUMENT);
        String scripts = page.substring(page.indexOf("## For scripts"));
        for (String member : members) {
            assertTrue(scripts.contains("`" + member + "`"), member);
        }
    }

    @Test
    void eachMemberOfAMessageIsDocumented() throws IOException {
        Hearing hearing =
                new Hearing("lists/privacy.txt", Duration.ofDays(2), Hearing.AtEnd.REJECT, true);
        Review review =
                Review.of("many", hearing, Instant.EPOCH, Set.of())
                        .with(Map.of("sam@clinic.example (command)", "release"));
        Map<Address, RecipientState> states = new LinkedHashMap<>();
        states.put(Address.of("a@x.example"), new RecipientState.Held("why", review));
        states.put(Address.of("b@x.example"), new RecipientState.Waiting(2, Instant.EPOCH, "no"));
        Set<String> members = members(QueueView.of(SampleHolds.of(SampleHolds.id(1), states)));
        assertEquals(20, members.size(), members.toString());
        assertDocumented(members);
    }

    @Test
    void eachMemberOfAnActIsDocumented() throws IOException {
        Set<String> members =
                members(
                        QueueRequests.line(
                                SampleHolds.id(1), new PickupRequests.What(true, "done", true)));
        assertEquals(Set.of("id", "done", "what", "held"), members);
        assertDocumented(members);
    }
}
