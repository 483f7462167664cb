package org.postern.control;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.mail.QueueId;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.Spool;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleHolds;
import org.postern.testkit.SampleMail;

/// Which lists a word of `--asked` means, where several are called alike.
class AskedListTest {
    private static final String HERE = "lists/privacy.txt";
    private static final String NORTH = "north/privacy.txt";

    /// What is held, in the order of the ids.
    private final Map<QueueId, QueuedMessage> all = new LinkedHashMap<>();

    /// The lists that the policy names.
    private final Set<String> rules = new HashSet<>();

    private final List<QueueId> decided = new ArrayList<>();

    private QueueId held(String list) {
        QueueId id = SampleHolds.id(all.size());
        RecipientState held = SampleHolds.held("W.", "rule", SampleHolds.asking(list));
        all.put(id, SampleHolds.of(id, Map.of(SampleMail.PATIENT, held)));
        return id;
    }

    private final QueueRequests.Queue queue =
            new QueueRequests.Queue() {
                @Override
                public void forEach(Spool.Visitor visitor) throws IOException {
                    for (QueuedMessage each : all.values()) {
                        visitor.visit(each);
                    }
                }

                @Override
                public Optional<QueuedMessage> find(QueueId id) {
                    return Optional.ofNullable(all.get(id));
                }

                @Override
                public Set<String> lists() {
                    return rules;
                }

                @Override
                public PickupRequests.What act(
                        QueueRequests.Act act, HeldRequests.Part part, String operator) {
                    decided.add(part.id());
                    return new PickupRequests.What(true, "done");
                }
            };

    private static QueueFilter asked(String list) {
        return new QueueFilter(null, null, "held", null, null, null, list);
    }

    private List<QueueId> decide(String act, List<QueueId> ids, String list) throws Exception {
        decided.clear();
        HeldRequests.Act each = HeldRequests.Act.valueOf(act);
        HeldRequests.Wish wish = new HeldRequests.Wish(each, "x", List.of());
        ObjectNode request = HeldRequests.request(wish, ids, asked(list));
        QueueRequests requests = new QueueRequests(queue, ManualClock.atNoon());
        new HeldRequests(
                        requests,
                        (_, part, _) -> {
                            decided.add(part.id());
                            // As where the decision is made: still about this list alone.
                            assertEquals(
                                    Optional.empty(), part.filter().leftOut(message(part.id())));
                            all.keySet().stream()
                                    .filter(other -> !list(other).equals(list(part.id())))
                                    .forEach(other ->
                                            assertTrue(
                                                    part.filter()
                                                            .leftOut(message(other))
                                                            .isPresent()));
                            return new PickupRequests.What(true, "done");
                        })
                .answer(new ControlServer.Request(request, "root"), _ -> {});
        return List.copyOf(decided);
    }

    private QueuedMessage message(QueueId id) {
        return requireNonNull(all.get(id));
    }

    private String list(QueueId id) {
        Review review = message(id).review(SampleMail.PATIENT).orElseThrow();
        return review.hearing().asked().orElseThrow();
    }

    private List<String> answer(String command, List<QueueId> ids, String list) throws Exception {
        ObjectNode request = QueueRequests.request(command, ids, asked(list));
        List<String> shown = new ArrayList<>();
        new QueueRequests(queue, ManualClock.atNoon())
                .answer(
                        new ControlServer.Request(request, "root"),
                        line -> shown.add(line.path("id").asText()));
        return shown;
    }

    @ParameterizedTest
    @CsvSource({"RELEASE", "REJECT", "FORWARD"})
    void aWordThatFitsSeveralListsDecidesNothing(String act) throws Exception {
        List<QueueId> ids = List.of(held(HERE), held(NORTH), held("lists/others.txt"));
        for (List<QueueId> named : List.of(List.<QueueId>of(), ids)) {
            RequestException not =
                    assertThrows(RequestException.class, () -> decide(act, named, "Privacy"));
            assertEquals(
                    "\"Privacy\" fits several lists; say which: " + HERE + " or " + NORTH,
                    not.getMessage());
            assertEquals(List.of(), decided);
        }
        assertEquals(List.of(ids.get(1)), decide(act, List.of(), NORTH));
        assertEquals(List.of(ids.get(0)), decide(act, ids, "LISTS/privacy.txt"));
        assertThrows(RequestException.class, () -> decide(act, List.of(ids.get(1)), "privacy"));
        assertEquals(List.of(), decided);
    }

    /// What somebody said yesterday means the same today.
    @ParameterizedTest
    @CsvSource({"RELEASE", "REJECT", "FORWARD"})
    void aListOfWhichNothingIsHeldCountsAsWell(String act) throws Exception {
        QueueId here = held(HERE);
        rules.add(HERE);
        assertEquals(List.of(here), decide(act, List.of(), "privacy"));
        rules.add(NORTH);
        for (List<QueueId> named : List.of(List.<QueueId>of(), List.of(here))) {
            assertThrows(RequestException.class, () -> decide(act, named, "privacy"));
            assertEquals(List.of(), decided);
        }
        assertEquals(List.of(here), decide(act, List.of(), HERE));
        assertEquals(List.of(), decide(act, List.of(), NORTH));
        assertEquals(List.of(), decide(act, List.of(here), NORTH));
        rules.add("privacy");
        assertEquals(List.of(), decide(act, List.of(), "privacy"));
        assertEquals(List.of(), decide(act, List.of(here), "Privacy"));
        rules.add("Lists/Privacy.txt");
        assertEquals(List.of(), decide(act, List.of(), "Lists/Privacy.txt"));
        assertEquals(List.of(here), decide(act, List.of(), HERE));
        assertEquals(List.of(), decide(act, List.of(), "nobody"));
    }

    /// A rule that is gone has left mail behind, and not what is selected alone counts.
    @Test
    void aListThatNoRuleNamesAnyMoreCountsWhileMailOfItIsHeld() throws Exception {
        rules.add(NORTH);
        QueueId here = held(HERE);
        assertThrows(RequestException.class, () -> decide("RELEASE", List.of(), "privacy"));
        all.remove(here);
        QueueId north = held(NORTH);
        assertEquals(List.of(north), decide("RELEASE", List.of(), "privacy"));
    }

    @Test
    void aReleaseByTheQueueAsksAsWell() throws Exception {
        List<QueueId> ids = List.of(held(HERE), held(NORTH));
        assertThrows(RequestException.class, () -> answer("release", List.of(), "privacy"));
        assertThrows(RequestException.class, () -> answer("release", ids, "privacy"));
        assertEquals(List.of(), decided);
        answer("release", List.of(), HERE);
        assertEquals(List.of(ids.getFirst()), decided);
    }

    @Test
    void whatIsShownIsAllThatTheWordFits() throws Exception {
        QueueId here = held(HERE);
        QueueId north = held(NORTH);
        held("lists/others.txt");
        assertEquals(List.of(here.value(), north.value()), answer("list", List.of(), "privacy"));
        List<QueueId> both = List.of(here, north);
        assertEquals(2, answer("show", both, "privacy").size());
    }

    /// Its name could not be said otherwise.
    @Test
    void aListOfExactlyThisNameIsMeantAlone() throws Exception {
        QueueId whole = held("privacy");
        QueueId here = held(HERE);
        QueueId upper = held("lists/Privacy.txt");
        assertEquals(List.of(whole), decide("RELEASE", List.of(), "privacy"));
        assertEquals(List.of(whole), decide("RELEASE", List.of(), "PRIVACY"));
        assertEquals(List.of(here), decide("RELEASE", List.of(), HERE));
        assertEquals(List.of(upper), decide("RELEASE", List.of(), "lists/Privacy.txt"));
        assertThrows(
                RequestException.class, () -> decide("RELEASE", List.of(), "lists/PRIVACY.txt"));
    }
}
