package org.postern.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.policy.Hearing;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.Spool;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleHolds;

class HeldRequestsTest {
    private static final QueueId ALONE = SampleHolds.id(1);
    private static final QueueId TWICE = SampleHolds.id(2);
    private static final QueueId SPREAD = SampleHolds.id(3);
    private static final QueueId BOOKS = SampleHolds.id(4);

    private final List<QueueId> decided = new ArrayList<>();
    private Optional<Domain> domain = Optional.empty();

    /// Held by these rules, each for another recipient.
    private static QueuedMessage held(QueueId id, String... rules) {
        return held(id, List.of("homemail.example"), rules);
    }

    /// @param domains of the recipients; the last one of all that follow
    private static QueuedMessage held(QueueId id, List<String> domains, String... rules) {
        Map<Address, RecipientState> states = new LinkedHashMap<>();
        for (String rule : rules) {
            int number = states.size();
            String domain = domains.get(Math.min(number, domains.size() - 1));
            states.put(
                    Address.of("p" + number + "@" + domain),
                    SampleHolds.held("because of " + rule, rule, Hearing.OPEN));
        }
        return SampleHolds.of(id, states);
    }

    private static final class Two implements QueueRequests.Queue {
        private final List<HeldRequests.Part> acted = new ArrayList<>();
        private final List<QueuedMessage> all =
                List.of(
                        held(ALONE, "strangers"),
                        held(TWICE, "strangers", "many patients"),
                        held(
                                SPREAD,
                                List.of("one.example", "two.example"),
                                "strangers",
                                "many patients"),
                        held(
                                BOOKS,
                                List.of("xn--bcher-kva.example", "two.example"),
                                "strangers",
                                "many patients"));

        @Override
        public void forEach(Spool.Visitor visitor) throws IOException {
            for (QueuedMessage each : all) {
                visitor.visit(each);
            }
        }

        @Override
        public Optional<QueuedMessage> find(QueueId id) {
            return all.stream().filter(it -> it.id().equals(id)).findFirst();
        }

        @Override
        public Set<String> lists() {
            return Set.of();
        }

        @Override
        public PickupRequests.What act(
                QueueRequests.Act act, HeldRequests.Part part, String operator) {
            acted.add(part);
            return new PickupRequests.What(true, "done");
        }
    }

    /// What it says of each message.
    private List<ObjectNode> release(List<QueueId> ids, @Nullable String rule) throws Exception {
        return releaseAll(ids, new QueueFilter(null, null, "held", null, null, rule, null));
    }

    private List<ObjectNode> releaseAll(List<QueueId> ids, QueueFilter filter) throws Exception {
        return released(ids, filter, null);
    }

    /// What is held by a rule for recipients in a domain, as somebody spells it.
    private List<ObjectNode> releaseIn(String spelling, List<QueueId> ids, @Nullable String rule)
            throws Exception {
        return released(ids, new QueueFilter(null, null, "held", null, null, rule, null), spelling);
    }

    private List<ObjectNode> released(
            List<QueueId> ids, QueueFilter filter, @Nullable String spelling) throws Exception {
        HeldRequests.Wish wish = new HeldRequests.Wish(HeldRequests.Act.RELEASE, "", List.of());
        HeldRequests requests =
                new HeldRequests(
                        new QueueRequests(new Two(), ManualClock.atNoon()),
                        (_, part, _) -> {
                            decided.add(part.id());
                            domain = part.domain();
                            return new PickupRequests.What(true, "released");
                        });
        ObjectNode request = HeldRequests.request(wish, ids, filter);
        if (spelling != null) {
            request.withObject("filter").put("domain", spelling);
        }
        List<ObjectNode> lines = new ArrayList<>();
        requests.answer(new ControlServer.Request(request, "root"), lines::add);
        return lines;
    }

    @Test
    void aRuleThatIsNamedDecidesNothingThatAnotherHolds() throws Exception {
        List<ObjectNode> lines = release(List.of(), "Strangers");
        assertEquals(List.of(ALONE), decided);
        assertEquals(4, lines.size());
        assertTrue(lines.getLast().path("what").asText().contains("\"many patients\""));
        assertEquals(false, lines.getLast().path("done").asBoolean());
    }

    @Test
    void aReasonThatIsNamedDecidesNothingThatIsHeldForAnother() throws Exception {
        releaseAll(
                List.of(),
                new QueueFilter(null, null, "held", null, "because of strangers", null, null));
        assertEquals(List.of(ALONE), decided);
    }

    /// What another rule holds is for somebody in another domain.
    @Test
    void aDomainThatIsNamedIsAllThatADecisionIsAbout() throws Exception {
        releaseIn("One.example", List.of(), "strangers");
        assertEquals(List.of(SPREAD), decided);
        assertEquals(Domain.parse("one.example"), domain);
        for (String none : List.of("-", "", "one.example..")) {
            RequestException refused =
                    assertThrows(
                            RequestException.class, () -> releaseIn(none, List.of(SPREAD), null));
            assertEquals("\"" + none + "\" is no domain", refused.getMessage());
        }
        assertEquals(List.of(SPREAD), decided);
    }

    /// A spelling must neither let anything go that another rule holds, nor find nothing.
    @Test
    void aDomainIsTheSameInAnySpelling() throws Exception {
        for (String spelling : List.of("one.example.", "ONE.example", "one.example")) {
            List<ObjectNode> other = releaseIn(spelling, List.of(SPREAD), "many patients");
            assertEquals(List.of(), decided, spelling);
            assertTrue(other.getFirst().path("what").asText().contains("\"strangers\""), spelling);
            releaseIn(spelling, List.of(), "strangers");
            assertEquals(List.of(SPREAD), decided, spelling);
            decided.clear();
        }
        for (String spelling : List.of("b\u00FCcher.example", "xn--bcher-kva.example.")) {
            releaseIn(spelling, List.of(BOOKS), "many patients");
            assertEquals(List.of(), decided, spelling);
            releaseIn(spelling, List.of(), "strangers");
            assertEquals(List.of(BOOKS), decided, spelling);
            decided.clear();
        }
    }

    @Test
    void withoutARuleAllOfItIsMeant() throws Exception {
        release(List.of(TWICE), null);
        assertEquals(List.of(TWICE), decided);
        release(List.of(TWICE), "strangers");
        assertEquals(List.of(TWICE), decided, "a rule counts beside a number as well");
    }

    /// What the queue's command is about, by a filter of these members.
    private static List<HeldRequests.Part> queue(
            String command, List<QueueId> ids, Map<String, String> filter) throws Exception {
        Two two = new Two();
        ObjectNode request = QueueRequests.request(command, ids, QueueFilter.ALL);
        filter.forEach((name, value) -> request.withObject("filter").put(name, value));
        new QueueRequests(two, ManualClock.atNoon())
                .answer(new ControlServer.Request(request, "root"), _ -> {});
        return two.acted;
    }

    /// Both commands let go the same: nobody's part whom the filter does not name.
    @Test
    void aReleaseByTheQueueIsAboutNothingElse() throws Exception {
        Map<String, String> one = Map.of("domain", "ONE.example");
        QueueFilter there =
                new QueueFilter(new Domain("one.example"), null, null, null, null, null, null);
        HeldRequests.Part part = new HeldRequests.Part(SPREAD, there);
        assertEquals(List.of(part), queue("release", List.of(), one));
        assertEquals(List.of(part), queue("release", List.of(SPREAD), one));
        Map<String, String> because = Map.of("reason", "because of strangers");
        assertEquals(
                List.of(
                        new HeldRequests.Part(
                                ALONE,
                                new QueueFilter(
                                        null,
                                        null,
                                        null,
                                        null,
                                        "because of strangers",
                                        null,
                                        null))),
                queue("release", List.of(), because));
        assertEquals(
                List.of(new HeldRequests.Part(SPREAD, QueueFilter.ALL)),
                queue("release", List.of(SPREAD), Map.of()));
        assertEquals(4, queue("retry", List.of(), because).size(), "of the whole message");
    }

    /// What it does not understand could be all that keeps a decision from everything.
    @Test
    void aFilterThatIsNotUnderstoodDecidesNothing() throws Exception {
        for (String filter :
                List.of(
                        "{\"state\":\"held\",\"later\":\"x\"}",
                        "{\"state\":\"held\",\"rule\":5}",
                        "{\"state\":\"held\",\"asked\":null}",
                        "{\"state\":\"held\",\"rule\":\" \"}",
                        "{\"reason\":\"\"}",
                        "{\"asked\":\"\"}",
                        "[\"rule\"]")) {
            JsonNode said = new ObjectMapper().readTree(filter);
            ObjectNode request = QueueRequests.request("release", List.of(ALONE), QueueFilter.ALL);
            request.set("filter", said);
            QueueRequests requests = new QueueRequests(new Two(), ManualClock.atNoon());
            assertThrows(
                    RequestException.class,
                    () -> requests.answer(new ControlServer.Request(request, "root"), _ -> {}),
                    filter);
            assertThrows(RequestException.class, () -> QueueFilter.of(said), filter);
        }
    }

    /// A gateway that was started before an update would pass over what it does not know.
    @Test
    void aDecisionAboutAPartIsAnotherWord() {
        HeldRequests.Wish wish = new HeldRequests.Wish(HeldRequests.Act.REJECT, "x", List.of());
        QueueFilter asked = new QueueFilter(null, null, "held", null, null, null, "privacy");
        QueueFilter there =
                new QueueFilter(new Domain("x.example"), null, null, null, null, null, null);
        assertEquals("reject-part", word(HeldRequests.request(wish, List.of(), asked), "act"));
        assertEquals("reject", word(HeldRequests.request(wish, List.of(), QueueFilter.ALL), "act"));
        for (QueueFilter each : List.of(asked, there)) {
            assertEquals(
                    "release-part",
                    word(QueueRequests.request("release", List.of(), each), "command"));
        }
        assertEquals("list", word(QueueRequests.request("list", List.of(), asked), "command"));
    }

    /// What would not count must not look as if it did.
    @Test
    void whatCannotCountIsRefused() throws Exception {
        for (Map<String, String> filter :
                List.of(
                        Map.of("sender", "x.example"),
                        Map.of("olderThan", "PT1H"),
                        Map.of("state", "waiting"),
                        Map.of("state", "held"))) {
            for (String whole : List.of("retry", "hold", "delete")) {
                assertRefused(whole, List.of(ALONE), filter);
            }
            if (!filter.containsValue("held")) {
                assertRefused("release", List.of(ALONE), filter);
            }
        }
        for (String state : List.of("waiting", "done")) {
            assertRefused("release", List.of(), Map.of("state", state, "domain", "one.example"));
            QueueFilter other = new QueueFilter(null, null, state, null, null, "strangers", null);
            assertThrows(RequestException.class, () -> releaseAll(List.of(), other));
        }
        assertRefused("delete", List.of(ALONE), Map.of("reason", "strangers"));
        assertRefused("release", List.of(), Map.of());
        QueueFilter old =
                new QueueFilter(null, null, "held", Duration.ofHours(1), null, null, null);
        assertThrows(RequestException.class, () -> releaseAll(List.of(ALONE), old));
        assertEquals(List.of(), decided);
        releaseAll(List.of(ALONE), QueueFilter.ALL.held());
        assertEquals(List.of(ALONE), decided, "of held mail is always said");
        assertEquals(1, queue("release", List.of(ALONE), Map.of("state", "held")).size());
    }

    private static void assertRefused(
            String command, List<QueueId> ids, Map<String, String> filter) {
        assertThrows(RequestException.class, () -> queue(command, ids, filter), command + filter);
    }

    private static String word(ObjectNode request, String member) {
        return request.path(member).asText();
    }
}
