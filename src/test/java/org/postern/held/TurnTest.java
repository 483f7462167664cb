package org.postern.held;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.config.PolicyText;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.Makeup;
import org.postern.facts.Phi;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.held.Decider.Approver;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Hearing.AtEnd;
import org.postern.policy.Policy;
import org.postern.policy.Protection;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Afresh;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.RecipientState.Waiting;

/// What each decision makes of each hold, by the rules that are left.
class TurnTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final QueueId ID = new QueueId("0123456789ABCDEF");
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final Approver SAM = approver("sam@clinic.example");
    private static final Approver LEE = approver("lee@clinic.example");
    private static final Ask.Way RELEASE = new Ask.Way.Release();

    private static final Hearing ONE =
            new Hearing("privacy", Duration.ofHours(1), AtEnd.RELEASE_PROTECTED, false);
    private static final Hearing BACK =
            new Hearing("privacy", Duration.ofHours(1), AtEnd.REJECT, false);
    private static final Hearing TWO = new Hearing("privacy", null, AtEnd.REJECT, true);

    private static final Turn.Scope EVERYBODY =
            new Turn.Scope((_, _) -> true, (_, _) -> true, _ -> true, List.of());

    private static Approver approver(String address) {
        return new Approver(Address.of(address), Set.of());
    }

    private static Held held(Hearing hearing) {
        return new Held("why", Review.of("first", hearing, NOON, Set.of()));
    }

    private static QueuedMessage message(RecipientState state, Hearing hearing) {
        return new QueuedMessage(
                ID,
                NOON,
                new Envelope(
                        new Arrival(
                                Listener.SUBMISSION,
                                "127.0.0.1",
                                ANNA,
                                new Arrival.Tls("TLSv1.3", "TLS_X")),
                        ANNA,
                        List.of(MARIA)),
                new Ruling(
                        List.of(
                                new Ruling.ForRecipient(
                                        MARIA, new Decision.Hold("why", hearing), "first"))),
                10,
                Map.of(MARIA, state));
    }

    private static SecondLook.Seen seen(String rules) {
        Policy policy =
                PolicyText.policy("rules:\n  - { name: first, then: { hold: why } }\n")
                        .without(Set.of("first"));
        if (!rules.isEmpty()) {
            policy = PolicyText.policy("rules:\n" + rules);
        }
        Facts facts =
                new Facts(
                        new Entry(
                                Listener.SUBMISSION,
                                ANNA,
                                ANNA,
                                LocalDateTime.of(2026, 3, 2, 12, 0),
                                Optional.empty()),
                        List.of(MARIA),
                        Subject.of("x"),
                        Facts.Fields.of(List.of()),
                        new Makeup(10, SmimeLabel.NONE, List.of(), true),
                        new Phi(0, 0, Map.of(), true),
                        Set.of(new Domain("clinic.example")));
        return new SecondLook.Seen(Optional.of(facts), policy, _ -> false);
    }

    /// A copy for an archive is fetched from a page by nobody.
    @Test
    void aCopyIsNeverLetGoToAPage() {
        SecondLook.Seen none = seen("");
        SecondLook.Seen copy = new SecondLook.Seen(none.facts(), none.policy(), MARIA::equals);
        Ask ask = new Ask(ID, SAM, RELEASE, Optional.empty());
        QueuedMessage held = message(held(ONE), ONE);
        assertEquals(
                QueuedMessage.RELEASED,
                decision(new Turn(ask, none, EVERYBODY, NOON).of(held).get(MARIA)));
        assertEquals(
                QueuedMessage.RELEASED_COPY,
                decision(new Turn(ask, copy, EVERYBODY, NOON).of(held).get(MARIA)));
    }

    private static final Address KEPT = Address.of("kept@archive.example");
    private static final Address PABLO = Address.of("pablo@practice.example");

    /// To Maria and Pablo, with a copy that waits with Maria's.
    private static QueuedMessage copied(Map<Address, RecipientState> states) {
        Decision hold = new Decision.Hold("why", ONE);
        return new QueuedMessage(
                ID,
                NOON,
                new Envelope(
                        message(held(ONE), ONE).envelope().arrival(),
                        ANNA,
                        states.keySet().stream()
                                .sorted(Comparator.comparing(KEPT::equals))
                                .toList()),
                new Ruling(
                        states.keySet().stream()
                                .filter(it -> !it.equals(KEPT))
                                .map(it -> new Ruling.ForRecipient(it, hold, "first"))
                                .toList(),
                        List.of(new Ruling.ForRecipient(KEPT, hold, "first")),
                        ""),
                10,
                states);
    }

    private static Map<Address, RecipientState> copyTurn(
            Ask.Way way, String rules, Map<Address, RecipientState> states) {
        SecondLook.Seen all = seen(rules);
        SecondLook.Seen seen = new SecondLook.Seen(all.facts(), all.policy(), KEPT::equals);
        Turn.Scope first =
                new Turn.Scope(
                        (_, review) -> review.rule().equals("first"),
                        (_, _) -> true,
                        _ -> true,
                        List.of());
        Ask ask = new Ask(ID, SAM, way, Optional.empty());
        return new Turn(ask, seen, first, NOON).of(copied(states));
    }

    private static final String ARCHIVED =
            """
              - name: archive
                when: { recipient: { domain: archive.example } }
                then: { protect: tls }
            """;

    /// On a page the author of a message sees who else gets it.
    @Test
    void aCopyIsNeverSentToAPage() {
        Map<Address, RecipientState> both = Map.of(MARIA, held(ONE), KEPT, held(ONE));
        Ask.Way pickup = new Ask.Way.Send(List.of(new Protection.Pickup()));
        Ask.Way any = new Ask.Way.Send(List.of(new Protection.Smime(), new Protection.Pickup()));
        Map<Address, RecipientState> sent = copyTurn(pickup, ARCHIVED, both);
        assertTrue(decision(sent.get(MARIA)).words().startsWith("protect: [pickup]"));
        assertEquals("protect: [tls], otherwise: hold", decision(sent.get(KEPT)).words());
        assertEquals(QueuedMessage.RELEASED_COPY, decision(copyTurn(pickup, "", both).get(KEPT)));
        assertEquals(
                "protect: [smime], otherwise: hold",
                decision(copyTurn(any, "", both).get(KEPT)).words(),
                "where the rules say nothing, as she chose");
        Map<Address, RecipientState> alone = Map.of(MARIA, gone(), KEPT, new Held("not taken"));
        SecondLook.Seen none = seen(ARCHIVED);
        SecondLook.Seen seen = new SecondLook.Seen(none.facts(), none.policy(), KEPT::equals);
        Ask ask = new Ask(ID, new Decider.Operator("root"), pickup, Optional.empty());
        assertEquals(
                "protect: [tls], otherwise: hold",
                decision(new Turn(ask, seen, EVERYBODY, NOON).of(copied(alone)).get(KEPT)).words());
    }

    private static RecipientState gone() {
        return new RecipientState.Done(new DeliveryOutcome.Delivered());
    }

    /// Two rules hold one message. What comes back from one of them takes the copy from nobody.
    @Test
    void aCopyComesBackWithTheLastOfItsMessageAlone() {
        Ask.Way back = new Ask.Way.Reject("No.");
        Held other = new Held("other", Review.of("second", TWO, NOON, Set.of()));
        Map<Address, RecipientState> waits =
                copyTurn(back, ARCHIVED, Map.of(MARIA, held(ONE), PABLO, other, KEPT, held(ONE)));
        assertEquals(new Decision.Return("No."), decision(waits.get(MARIA)));
        assertEquals(other, waits.get(KEPT), "with Pablo's now");

        Map<Address, RecipientState> goes =
                copyTurn(back, ARCHIVED, Map.of(MARIA, held(ONE), PABLO, gone(), KEPT, held(ONE)));
        assertEquals("protect: [tls], otherwise: hold", decision(goes.get(KEPT)).words());

        for (Map<Address, RecipientState> none :
                List.<Map<Address, RecipientState>>of(
                        Map.of(MARIA, held(ONE), KEPT, held(ONE)),
                        Map.of(MARIA, held(ONE), PABLO, held(ONE), KEPT, held(ONE)),
                        Map.of(MARIA, gone(), KEPT, held(ONE)))) {
            assertEquals(
                    new Decision.Return("No."),
                    decision(copyTurn(back, ARCHIVED, none).get(KEPT)),
                    "nobody else's, or about the copy alone");
        }
    }

    /// Beside mail that all get in clear a copy leaves in clear as well, and else it waits.
    @Test
    void aCopyGoesInClearBesideMailInClearAlone() {
        String clear = "  - { name: rest, then: { deliver: unprotected } }\n";
        Map<Address, RecipientState> both = Map.of(MARIA, held(ONE), KEPT, held(ONE));
        assertEquals(
                new Decision.Deliver(Decision.Route.UNPROTECTED),
                decision(copyTurn(RELEASE, clear, both).get(KEPT)));
        String some =
                """
                  - name: patients
                    when: { recipient: { domain: patients.example } }
                    then: { protect: pickup }
                """;
        assertInstanceOf(Held.class, copyTurn(RELEASE, some + clear, both).get(KEPT));
        Held other = new Held("other", Review.of("second", TWO, NOON, Set.of()));
        Map<Address, RecipientState> three =
                Map.of(MARIA, held(ONE), PABLO, other, KEPT, held(ONE));
        assertInstanceOf(
                Held.class,
                copyTurn(RELEASE, clear, three).get(KEPT),
                "nobody knows how Pablo's will go");
    }

    /// A person chooses the way, and takes nothing from what the clinic set for the patient.
    @Test
    void settingsHoldForWhatAPersonDecides() {
        Policy policy =
                PolicyText.policy(
                        """
                        settings: [{ level: sensitive, expiry: 3 days, language: es, note: x }]
                        rules: [{ name: first, then: { hold: why } }]
                        """);
        SecondLook.Seen seen = new SecondLook.Seen(seen("").facts(), policy, _ -> false);
        SecondLook.Seen blind = new SecondLook.Seen(Optional.empty(), policy, _ -> false);
        Ask.Way pickup = new Ask.Way.Send(List.of(new Protection.Pickup()));
        for (Decider by : List.of(SAM, new Decider.Time())) {
            for (Ask.Way way : List.of(pickup, RELEASE)) {
                Ask ask = new Ask(ID, by, way, Optional.empty());
                QueuedMessage held = message(held(ONE), ONE);
                String said =
                        decision(new Turn(ask, seen, EVERYBODY, NOON).of(held).get(MARIA)).words();
                assertTrue(
                        said.endsWith(
                                ", level: sensitive, expiry: 3 days, language: es, note: \"x\""),
                        said);
                String unknown =
                        decision(new Turn(ask, blind, EVERYBODY, NOON).of(held).get(MARIA)).words();
                assertTrue(unknown.endsWith(", level: sensitive"), unknown);
            }
        }
    }

    private static Decision decision(@Nullable RecipientState state) {
        return assertInstanceOf(Waiting.class, state).afresh().orElseThrow().decision();
    }

    private static Turn turn(Decider by, Ask.Way way, String rules) {
        return new Turn(new Ask(ID, by, way, Optional.empty()), seen(rules), EVERYBODY, NOON);
    }

    private static Decision decision(Hearing hearing, Decider by, Ask.Way way, String rules) {
        RecipientState after = turn(by, way, rules).of(message(held(hearing), hearing)).get(MARIA);
        return assertInstanceOf(Waiting.class, after).afresh().orElseThrow().decision();
    }

    @Test
    void aReleaseAsksTheRulesThatAreLeft() {
        assertEquals(QueuedMessage.RELEASED, decision(ONE, SAM, RELEASE, ""), "no rule");
        assertEquals(
                new Decision.Protect(List.of(new Protection.Tls()), Decision.LastResort.HOLD),
                decision(ONE, SAM, RELEASE, "  - { name: rest, then: { protect: tls } }\n"));
        assertEquals(
                new Decision.Deliver(Decision.Route.UNPROTECTED),
                decision(ONE, SAM, RELEASE, "  - { name: rest, then: { deliver: unprotected } }\n"),
                "the rest of the policy says so itself");
    }

    /// One reason holds it for two practices, and the operator names one of them.
    @Test
    void aDecisionForOneDomainLeavesTheOthersHeld() {
        Address pablo = Address.of("pablo@practice.example");
        QueuedMessage one = message(held(ONE), ONE);
        Envelope usual = one.envelope();
        QueuedMessage both =
                new QueuedMessage(
                        ID,
                        NOON,
                        new Envelope(usual.arrival(), ANNA, List.of(MARIA, pablo)),
                        one.ruling(),
                        10,
                        Map.of(MARIA, held(ONE), pablo, held(ONE)));
        Decider root = new Decider.Operator("root");
        for (Ask.Way way : List.of(RELEASE, new Ask.Way.Reject("No."))) {
            Turn turn = about("practice.example", root, way);
            assertEquals(Set.of(pablo), turn.of(both).keySet());
            Answer answer = turn.answer().orElseThrow();
            assertInstanceOf(Answer.StillHeld.class, answer);
            String done = way.equals(RELEASE) ? "released" : "rejected";
            String said = "1 recipient in practice.example " + done + ", 1 recipient held still";
            assertEquals(said, answer.words());
            assertTrue(turn.events().toString().contains(said), "nobody else could tell whom");
            assertTrue(turn.verdict().contains(" in practice.example by root at "), turn.verdict());
        }
        Turn nobody = about("other.example", root, RELEASE);
        assertEquals(Map.of(), nobody.of(both));
        assertEquals(Optional.empty(), nobody.answer());
    }

    private static Turn about(String domain, Decider by, Ask.Way way) {
        Optional<Domain> there = Optional.of(new Domain(domain));
        Ask ask = new Ask(ID, by, way, Optional.empty(), there, Ask.Filter.NONE);
        return new Turn(ask, seen(""), EVERYBODY, NOON);
    }

    @Test
    void anotherRuleMayHoldItAndARefusalIsNotOverruled() {
        Turn again = turn(SAM, RELEASE, "  - { name: second, then: { hold: Again. } }\n");
        RecipientState state = again.of(message(held(ONE), ONE)).get(MARIA);
        Held held = assertInstanceOf(Held.class, state);
        assertEquals("second", held.review().orElseThrow().rule());
        assertEquals(Set.of("first"), held.review().orElseThrow().passed());
        Answer answer = again.answer().orElseThrow();
        assertInstanceOf(Answer.StillHeld.class, answer, "it did not go");
        assertTrue(answer.words().contains("held by another rule"), answer.words());
        assertEquals("", again.verdict(), "nothing is decided yet");

        Turn refused = turn(SAM, RELEASE, "  - { name: no, then: { refuse: No. } }\n");
        assertEquals(Map.of(), refused.of(message(held(ONE), ONE)));
        assertEquals(
                Answer.Why.POLICY,
                assertInstanceOf(Answer.Refused.class, refused.answer().orElseThrow()).why());
    }

    @Test
    void nothingGoesOutInClearByTheClock() {
        Decider time = new Decider.Time();
        String clear = "  - { name: rest, then: { deliver: unprotected } }\n";
        assertEquals(QueuedMessage.RELEASED, decision(ONE, time, RELEASE, clear));
        assertEquals(
                new Decision.Return("Nobody decided about it in time."),
                decision(BACK, time, RELEASE, clear));
        assertEquals(
                new Decision.Return("No."),
                decision(ONE, time, RELEASE, "  - { name: no, then: { refuse: No. } }\n"));
    }

    /// Neither an address behind a plus sign nor one in From alone makes its author another person.
    @Test
    void anAuthorIsKnownByAllThatNamesHer() {
        Envelope envelope = message(held(TWO), TWO).envelope();
        Address lee = Address.of("lee@clinic.example");
        assertTrue(approver("anna@clinic.example").isAuthor(envelope, List.of()));
        assertTrue(approver("anna+desk@clinic.example").isAuthor(envelope, List.of()));
        assertTrue(LEE.isAuthor(envelope, List.of(Address.of("LEE+x@clinic.example"))));
        assertTrue(
                new Approver(SAM.address(), Set.of(lee)).isAuthor(envelope, List.of(lee)),
                "another address of hers");
        assertFalse(LEE.isAuthor(envelope, List.of(Address.of("lee.b@clinic.example"))));
        assertFalse(approver("+anna@clinic.example").isAuthor(envelope, List.of()));
    }

    @Test
    void twoPeopleAgreeOnOneWayAndOneGivesBack() {
        Map<String, String> sam = Map.of("sam@clinic.example", "release");
        Held agreed = new Held("why", Review.of("first", TWO, NOON, Set.of()).with(sam));
        RecipientState first = turn(SAM, RELEASE, "").of(message(held(TWO), TWO)).get(MARIA);
        assertEquals(agreed, first);
        assertEquals(
                Map.of(MARIA, agreed),
                turn(SAM, RELEASE, "").of(message(agreed, TWO)),
                "the same person once more");
        Turn other = turn(LEE, new Ask.Way.Send(List.of(new Protection.Pickup())), "");
        assertInstanceOf(Held.class, other.of(message(agreed, TWO)).get(MARIA));
        assertInstanceOf(Answer.Noted.class, other.answer().orElseThrow());
        assertInstanceOf(Waiting.class, turn(LEE, RELEASE, "").of(message(agreed, TWO)).get(MARIA));
        assertEquals(
                new Decision.Return("Not so."),
                decision(TWO, SAM, new Ask.Way.Reject("Not so."), ""));
        Turn own = turn(new Approver(ANNA, Set.of()), RELEASE, "");
        assertEquals(Map.of(), own.of(message(agreed, TWO)));
        assertInstanceOf(Answer.Refused.class, own.answer().orElseThrow());
    }

    /// Of two recipients one needs a second person: whoever let it go must not think that it went.
    @Test
    void whatGoesInPartIsHeldStill() {
        Address other = Address.of("other@patients.example");
        QueuedMessage one = message(held(ONE), ONE);
        Envelope both = new Envelope(one.envelope().arrival(), ANNA, List.of(MARIA, other));
        Map<Address, RecipientState> states = Map.of(MARIA, held(ONE), other, held(TWO));
        QueuedMessage message = new QueuedMessage(ID, NOON, both, one.ruling(), one.size(), states);
        Turn part = turn(SAM, RELEASE, "");
        assertEquals(Set.of(MARIA, other), part.of(message).keySet());
        Answer answer = part.answer().orElseThrow();
        assertInstanceOf(Answer.StillHeld.class, answer);
        assertEquals(
                "1 recipient released, 1 recipient agreed to,"
                        + " another person has to agree (release)",
                answer.words());
        Turn all = turn(SAM, RELEASE, "");
        all.of(one);
        assertInstanceOf(Answer.Done.class, all.answer().orElseThrow());
    }

    /// She let go what was held at noon; what is held since then she has not seen, and what others
    /// decide about stays in the sight of its author.
    @Test
    void whatADecisionIsNotAboutIsHeldStill() {
        Address other = Address.of("other@patients.example");
        Hearing others = new Hearing("others", null, AtEnd.REJECT, false);
        QueuedMessage one = message(held(ONE), ONE);
        Envelope both = new Envelope(one.envelope().arrival(), ANNA, List.of(MARIA, other));
        Held later = new Held("why", Review.of("second", ONE, NOON.plusSeconds(1), Set.of()));
        Turn.Scope privacy =
                new Turn.Scope(
                        (_, review) -> review.hearing().equals(ONE),
                        (_, _) -> true,
                        _ -> true,
                        List.of());
        Approver anna = new Approver(ANNA, Set.of());
        Map<Approver, Held> stays = Map.of(SAM, later, anna, held(others));
        stays.forEach((by, state) -> {
            Map<Address, RecipientState> states = Map.of(MARIA, held(ONE), other, state);
            Turn turn =
                    new Turn(new Ask(ID, by, RELEASE, Optional.of(NOON)), seen(""), privacy, NOON);
            assertEquals(
                    Set.of(MARIA),
                    turn.of(new QueuedMessage(ID, NOON, both, one.ruling(), one.size(), states))
                            .keySet());
            Answer answer = turn.answer().orElseThrow();
            assertInstanceOf(Answer.StillHeld.class, answer);
            assertEquals("1 recipient released, 1 recipient held still", answer.words());
        });
        Turn of = new Turn(new Ask(ID, SAM, RELEASE, Optional.of(NOON)), seen(""), privacy, NOON);
        of.of(message(held(others), others));
        assertTrue(of.answer().isEmpty(), "nothing of it was hers");
    }

    /// A patient's answer, or mail from outside of which nobody would hear: it waits for people,
    /// and what an earlier version sent on its way back goes by the rules once somebody lets it go.
    @Test
    void theClockGivesNothingBackOfWhichNobodyWouldHear() {
        Turn.Scope silent = new Turn.Scope((_, _) -> true, (_, _) -> true, _ -> false, List.of());
        Ask ask = new Ask(ID, new Decider.Time(), RELEASE, Optional.empty());
        for (String rules : List.of("", "  - { name: no, then: { refuse: No. } }\n")) {
            Hearing hearing = rules.isEmpty() ? BACK : ONE;
            Turn turn = new Turn(ask, seen(rules), silent, NOON);
            RecipientState state = turn.of(message(held(hearing), hearing)).get(MARIA);
            Review review = assertInstanceOf(Held.class, state).review().orElseThrow();
            assertEquals(Optional.empty(), review.end());
            assertEquals(NOON, review.since(), "forms that are open stay good");
            assertTrue(turn.events().toString().contains("1 recipient kept"));
            assertEquals("", turn.verdict());
            assertTrue(turn.answer().isPresent());
        }
        Turn given = new Turn(ask, seen(""), silent, NOON);
        assertInstanceOf(Waiting.class, given.of(message(held(ONE), ONE)).get(MARIA));

        Afresh back =
                new Afresh(
                        new Decision.Return("No."), "", Afresh.TIME, BACK, Set.of("first"), true);
        Held stuck = new Held("nobody could be told", Optional.empty(), Optional.of(back));
        RecipientState gone =
                turn(new Decider.Operator("root"), RELEASE, "").of(message(stuck, BACK)).get(MARIA);
        assertEquals(
                QueuedMessage.RELEASED,
                assertInstanceOf(Waiting.class, gone).afresh().orElseThrow().decision());
    }

    @Test
    void whoIsNotAskedAnyMoreHasNoVote() {
        Map<String, String> sam = Map.of("sam@clinic.example", "release");
        Held agreed = new Held("why", Review.of("first", TWO, NOON, Set.of()).with(sam));
        Turn.Scope withoutSam =
                new Turn.Scope(
                        (_, _) -> true, (_, it) -> !it.startsWith("sam@"), _ -> true, List.of());
        Turn turn =
                new Turn(new Ask(ID, LEE, RELEASE, Optional.empty()), seen(""), withoutSam, NOON);
        Held still = assertInstanceOf(Held.class, turn.of(message(agreed, TWO)).get(MARIA));
        assertEquals(
                Map.of("lee@clinic.example", "release"), still.review().orElseThrow().agreed());
    }

    /// An operator is on no list, and nobody can be taken off one in her place.
    @Test
    void anOperatorWhoAgreesFirstIsOneOfTwo() {
        Address pablo = Address.of("pablo@practice.example");
        QueuedMessage one = message(held(TWO), TWO);
        Envelope both = new Envelope(one.envelope().arrival(), ANNA, List.of(MARIA, pablo));
        QueuedMessage held =
                new QueuedMessage(
                        ID,
                        NOON,
                        both,
                        one.ruling(),
                        10,
                        Map.of(MARIA, held(TWO), pablo, held(TWO)));
        Turn first = about("practice.example", new Decider.Operator("root"), RELEASE);
        Held agreed = assertInstanceOf(Held.class, first.of(held).get(pablo));
        assertInstanceOf(Answer.Noted.class, first.answer().orElseThrow());
        Turn.Scope people =
                new Turn.Scope(
                        (_, _) -> true,
                        (_, it) -> it.contains("@clinic.example"),
                        _ -> true,
                        List.of());
        Turn second = new Turn(new Ask(ID, SAM, RELEASE, Optional.empty()), seen(""), people, NOON);
        Map<Address, RecipientState> after =
                second.of(
                        new QueuedMessage(
                                ID,
                                NOON,
                                both,
                                one.ruling(),
                                10,
                                Map.of(MARIA, held(TWO), pablo, agreed)));
        assertInstanceOf(Waiting.class, after.get(pablo), "both have agreed about him");
        Held still = assertInstanceOf(Held.class, after.get(MARIA));
        assertEquals(Set.of("sam@clinic.example"), still.review().orElseThrow().agreed().keySet());
    }

    /// How a message stands when these have let it go one after the other; asked are those of the
    /// clinic.
    private static RecipientState letGoBy(Decider... people) {
        Turn.Scope asked =
                new Turn.Scope(
                        (_, _) -> true,
                        (_, it) -> it.endsWith("@clinic.example"),
                        _ -> true,
                        List.of());
        RecipientState state = held(TWO);
        for (Decider each : people) {
            Ask ask = new Ask(ID, each, RELEASE, Optional.empty());
            QueuedMessage message = message(state, TWO);
            state = new Turn(ask, seen(""), asked, NOON).of(message).getOrDefault(MARIA, state);
        }
        return state;
    }

    /// Users of a directory have such names. She is one of two, whoever comes first, and never two.
    @Test
    void anOperatorMayHaveANameLikeAnAddress() {
        Decider it = new Decider.Operator("it@ad.example");
        assertInstanceOf(Waiting.class, letGoBy(it, SAM));
        assertInstanceOf(Waiting.class, letGoBy(SAM, it));
        assertInstanceOf(Waiting.class, letGoBy(it, new Decider.Operator("root")));
        assertInstanceOf(Held.class, letGoBy(it, it));
        Decider same = new Decider.Operator("Sam@clinic.example");
        assertInstanceOf(Held.class, letGoBy(same, SAM));
        assertInstanceOf(Held.class, letGoBy(SAM, same));
        Held first = assertInstanceOf(Held.class, letGoBy(it));
        assertEquals(
                Map.of("it@ad.example (command)", "release"),
                first.review().orElseThrow().agreed());
    }

    @Test
    void whatIsDecidedOrHeldAgainIsNotMeant() {
        Turn late = turn(SAM, RELEASE, "");
        assertEquals(Map.of(), late.of(message(new Waiting(0, NOON, ""), ONE)));
        assertTrue(late.answer().isEmpty());
        Turn old =
                new Turn(
                        new Ask(ID, SAM, RELEASE, Optional.of(NOON.minusSeconds(1))),
                        seen(""),
                        EVERYBODY,
                        NOON);
        assertEquals(Map.of(), old.of(message(held(ONE), ONE)));
    }

    @Test
    void anAuditOfARejectionHasNotItsWords() {
        Turn turn = turn(SAM, new Ask.Way.Reject("canary"), "");
        turn.of(message(held(ONE), ONE));
        assertTrue(turn.events().toString().contains("1 recipient rejected"));
        assertTrue(turn.events().stream().noneMatch(it -> it.toString().contains("canary")));
    }

    /// Some were told already when telling fails, and will hear it again: so the pauses grow.
    @Test
    void whoCouldNotBeToldIsToldEverMoreRarely() {
        Docket docket = new Docket();
        QueuedMessage untold = message(held(BACK), BACK);
        docket.accept(untold);
        Instant now = NOON;
        for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertEquals(List.of(untold), docket.takeUntold(now));
            docket.tellLater(untold, now);
            Instant next = now.plus(Duration.ofMinutes(minutes));
            assertEquals(List.of(), docket.takeUntold(next.minusSeconds(1)));
            now = next;
        }
        docket.told(ID);
        docket.accept(untold);
        assertEquals(List.of(untold), docket.takeUntold(NOON));
    }
}
