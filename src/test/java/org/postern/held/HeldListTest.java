package org.postern.held;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.held.HeldList.Page;
import org.postern.held.HeldList.Wanted;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Review;
import org.postern.testkit.SampleMail;

class HeldListTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Address LEE = Address.of("lee@clinic.example");
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final Decider.Approver SHE = new Decider.Approver(LEE, Set.of());
    private static final Decider.Approver AUTHOR = new Decider.Approver(ANNA, Set.of());

    /// The lists she is on.
    private static final Set<String> HERS = Set.of("privacy", "lab");

    private final Docket docket = new Docket();
    private final Map<QueueId, QueuedMessage> spool = new HashMap<>();
    private int reads;
    private @Nullable QueueId bad;

    private final HeldList list =
            new HeldList(
                    docket,
                    id -> {
                        reads++;
                        if (id.equals(bad)) {
                            throw new IOException("a bad sector");
                        }
                        return Optional.ofNullable(spool.get(id));
                    },
                    (who, review) ->
                            who.name().equals("lee@clinic.example")
                                    && HERS.contains(review.hearing().asked().orElse("")));

    private static QueueId id(int number) {
        return new QueueId("%016d".formatted(number));
    }

    private void hold(int number, String from, String reason) {
        hold(number, new Arrival(Listener.INBOUND, "192.0.2.1", null, null), from, reason);
    }

    private void hold(int number, Arrival arrival, String from, String reason) {
        Hearing hearing = new Hearing("privacy", null, Hearing.AtEnd.REJECT, false);
        Review review = Review.of("rule", hearing, NOON, Set.of());
        note(number, arrival, from, new Held(reason, review));
    }

    private static Held held(String rule, String list, String reason) {
        Hearing hearing = new Hearing(list, null, Hearing.AtEnd.REJECT, false);
        return new Held(reason, Review.of(rule, hearing, NOON, Set.of()));
    }

    /// Held for one recipient by each of these.
    private void holds(int number, Held... states) {
        Map<Address, RecipientState> all = new LinkedHashMap<>();
        for (Held state : states) {
            all.put(Address.of("p" + all.size() + "@homemail.example"), state);
        }
        QueuedMessage message =
                new QueuedMessage(
                        id(number),
                        NOON,
                        SampleMail.envelope(all.keySet().toArray(Address[]::new)),
                        new Ruling(List.of()),
                        10,
                        all);
        spool.put(message.id(), message);
        docket.accept(message);
    }

    private void note(int number, Arrival arrival, String from, RecipientState state) {
        QueuedMessage message =
                new QueuedMessage(
                        id(number),
                        NOON,
                        new Envelope(arrival, Address.of(from), List.of(SampleMail.PATIENT)),
                        new Ruling(
                                List.of(
                                        new Ruling.ForRecipient(
                                                SampleMail.PATIENT,
                                                new Decision.Hold("why"),
                                                "rule"))),
                        10,
                        Map.of(SampleMail.PATIENT, state));
        spool.put(message.id(), message);
        docket.accept(message);
    }

    private List<Integer> numbers(Page page) {
        return page.messages().stream().map(it -> Integer.parseInt(it.id().value())).toList();
    }

    @Test
    void thousandsAreShownPageByPageAndCountedExactly() {
        for (int i = 0; i < 3_120; i++) {
            hold(i, i % 2 == 0 ? "a@one.example" : "b@two.example", i < 60 ? "Old." : "New.");
        }
        Page first = list.page(SHE, Wanted.ALL, "");
        assertEquals(3_120, first.count());
        assertEquals(Optional.empty(), first.previous());
        assertEquals(Optional.of(id(49).value()), first.next());
        assertEquals(50, first.messages().size());
        assertEquals(0, numbers(first).getFirst());
        assertEquals(50, reads, "no message is read that is not shown");
        Page last = list.page(SHE, Wanted.ALL, id(3_099).value());
        assertEquals(3_100, last.first());
        assertEquals(List.of(3_119), numbers(last).subList(19, 20));
        assertEquals(Optional.empty(), last.next());
        assertEquals(Optional.of(id(3_049).value()), last.previous());
        assertEquals(3_119, numbers(list.page(SHE, Wanted.ALL, "9".repeat(16))).getLast());
        assertEquals(List.of("New.", "Old."), last.choices().reasons());

        Page old = list.page(SHE, new Wanted(HeldList.code("Old."), "", "", "TWO.example"), "");
        assertEquals(30, old.count());
        assertEquals(3_120, old.waiting());
        assertEquals(1, numbers(old).getFirst());
        assertEquals(0, list.page(SHE, new Wanted("", "", "", "three"), "").count());
        assertEquals(0, list.page(SHE, new Wanted("", "", "", "three"), id(7).value()).first());
        assertEquals(0, list.page(AUTHOR, Wanted.ALL, "").waiting(), "nobody asks her");
    }

    /// One hold has to fit in all that is chosen; who is on two lists can choose one.
    @Test
    void rulesAndListsAreChosenFrom() {
        holds(1, held("a", "privacy", "Old."));
        holds(2, held("b", "privacy", "Old."), held("a", "lab", "New."));
        holds(3, held("b", "others", "Old."));
        Page all = list.page(SHE, Wanted.ALL, "");
        assertEquals(List.of("a", "b"), all.choices().rules());
        assertEquals(List.of("lab", "privacy"), all.choices().lists());
        assertEquals(List.of(1, 2), numbers(list.page(SHE, wanted("", "a", ""), "")));
        assertEquals(List.of(2), numbers(list.page(SHE, wanted("", "b", ""), "")));
        assertEquals(List.of(1), numbers(list.page(SHE, wanted("Old.", "a", ""), "")));
        assertEquals(List.of(2), numbers(list.page(SHE, wanted("", "a", "lab"), "")));
        assertEquals(List.of(), numbers(list.page(SHE, wanted("", "b", "lab"), "")));
        assertEquals(List.of(), numbers(list.page(SHE, wanted("", "", "others"), "")));
    }

    private static Wanted wanted(String reason, String rule, String asked) {
        return new Wanted(named(reason), named(rule), named(asked), "");
    }

    private static String named(String words) {
        return words.isEmpty() ? "" : HeldList.code(words);
    }

    /// What is decided while a page is made does not stand on it, and is not counted.
    @Test
    void whatIsDecidedIsNotCounted() {
        for (int i = 0; i < 60; i++) {
            hold(i, "a@one.example", "Old.");
        }
        // The docket has not heard of it yet.
        spool.remove(id(3));
        Page page = list.page(SHE, Wanted.ALL, "");
        assertEquals(59, page.count());
        assertEquals(50, page.messages().size());
        note(
                4,
                new Arrival(Listener.INBOUND, "192.0.2.1", null, null),
                "a@one.example",
                new RecipientState.Waiting(0, NOON, ""));
        assertEquals(58, list.page(SHE, Wanted.ALL, "").count());
    }

    /// Whoever decides about a page and turns it sees what stood behind it.
    @Test
    void whatIsDecidedMovesNothingPastWhoTurnsThePage() {
        for (int i = 0; i < 120; i++) {
            hold(i, "a@one.example", "Old.");
        }
        Page first = list.page(SHE, Wanted.ALL, "");
        for (int i = 0; i < 50; i++) {
            spool.remove(id(i));
        }
        Page second = list.page(SHE, Wanted.ALL, first.next().orElseThrow());
        assertEquals(50, numbers(second).getFirst());
        Page third = list.page(SHE, Wanted.ALL, second.next().orElseThrow());
        assertEquals(100, numbers(third).getFirst());
        assertEquals(Optional.empty(), third.next());
    }

    /// Thousands of rows of a folder are compared: what is known needs no look at the disk.
    @Test
    void whatWasLookedUpAndIsNewToNobodyIsSurelyOpen() throws IOException {
        hold(1, "a@one.example", "Old.");
        assertFalse(docket.isSurelyOpen(id(1)), "it was heard of, and not looked up");
        docket.verify(id -> Optional.ofNullable(spool.get(id)));
        assertTrue(docket.isSurelyOpen(id(1)));
        hold(1, "a@one.example", "New.");
        assertFalse(docket.isSurelyOpen(id(1)));
        docket.verify(_ -> Optional.empty());
        assertFalse(docket.isSurelyOpen(id(1)));
    }

    /// Telling of thousands takes minutes, and a time may end meanwhile.
    @Test
    void aFloodIsToldOfBitByBitTheOldestFirst() {
        int most = Docket.TOLD_AT_ONCE_MAX;
        for (int i = 2 * most; i >= 0; i--) {
            hold(i, "a@one.example", "Old.");
        }
        List<QueuedMessage> first = docket.takeUntold(NOON);
        assertEquals(most, first.size());
        assertEquals(id(0), first.getFirst().id());
        assertEquals(id(most), docket.takeUntold(NOON).getFirst().id());
        docket.tellLater(first.getFirst(), NOON);
        assertEquals(id(2 * most), docket.takeUntold(NOON).getFirst().id(), "it waits");
        assertEquals(List.of(), docket.takeUntold(NOON));
        assertEquals(first.subList(0, 1), docket.takeUntold(NOON.plusSeconds(60)));
    }

    /// Two threads tell the docket of one message in the wrong order.
    @Test
    void whatIsHeardInTheWrongOrderIsLookedUp() {
        hold(1, "a@one.example", "Old.");
        spool.clear();
        docket.verify(id -> Optional.ofNullable(spool.get(id)));
        assertEquals(0, docket.glances().size());
    }

    @Test
    void whatCannotBeReadIsCountedAndNotShown() {
        hold(1, "a@one.example", "Old.");
        hold(2, "a@one.example", "Old.");
        bad = id(1);
        Page page = list.page(SHE, Wanted.ALL, "");
        assertEquals(List.of(2), numbers(page));
        assertEquals(2, page.count());
    }

    @Test
    void anAuthorSeesHerOwnAndNobodyWhatTheWorldSaysIsHers() {
        hold(1, new Arrival(Listener.SUBMISSION, "127.0.0.1", ANNA, null), "a@x.example", "Old.");
        hold(2, ANNA.toString(), "Old.");
        assertEquals(
                List.of(id(1)), list.seenBy(AUTHOR, 10).stream().map(HeldList.Seen::id).toList());
        assertEquals(2, list.seenBy(SHE, 10).size());
        assertEquals(1, list.seenBy(SHE, 1).size());
        assertEquals(0, reads);
        assertTrue(
                list.seenBy(new Decider.Approver(Address.of("x@y.example"), Set.of()), 10)
                        .isEmpty());
    }
}
