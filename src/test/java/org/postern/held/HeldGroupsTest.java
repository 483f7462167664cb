package org.postern.held;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.PolicyText;
import org.postern.control.QueueFilter;
import org.postern.facts.Facts;
import org.postern.ldap.LdapDirectory.Answer.Unknown;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.membership.Memberships;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Policy;
import org.postern.policy.Rule;
import org.postern.policy.Ruling;
import org.postern.spool.FileSpool;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.Spool;
import org.postern.testkit.ManualClock;
import org.postern.testkit.NursesDirectory;
import org.postern.testkit.SampleFacts;
import org.postern.testkit.SampleMail;
import org.postern.transit.Inspection;

/// What becomes of held mail when somebody lets it go, where the rules that are left, or the one
/// that held it, ask for a group.
class HeldGroupsTest {
    private static final Domain CLINIC = SampleMail.DOCTOR.domain();
    private static final Address TO = SampleMail.PATIENT;
    private static final Hearing TWO =
            new Hearing("privacy", Duration.ofDays(2), Hearing.AtEnd.REJECT, true);

    private static final String TAGGED =
            "  - { name: lab, when: { subject: { tag: lab } }, then: { hold: Lab. } }\n";
    private static final String ADDRESSED =
            "  - { name: again, when: { recipient: { address: p@patient.example } },"
                    + " then: { hold: Again. } }\n";
    private static final String GROUP =
            "  - { name: nurses, when: { originator: { group: nurses } }, then: { %s } }\n";
    private static final String REST = "  - { name: rest, then: { deliver: unprotected } }\n";

    @TempDir private Path data;

    /// What was let go before, and what holds it since.
    private Set<String> passedBefore = Set.of();

    private Optional<String> heldBy = Optional.empty();

    /// Whose recipients alone are meant, and what whoever asked hears.
    private Optional<Domain> meant = Optional.empty();

    private Ask.Filter filter = Ask.Filter.NONE;

    /// Whether somebody else decides while the message is looked at.
    private boolean somebodyIsFirst;

    private final AtomicReference<@Nullable Callable<Answer>> between = new AtomicReference<>();

    private Answer answer = new Answer.Unknown();

    private final ManualClock clock = ManualClock.atNoon();

    private final NursesDirectory directory = new NursesDirectory();

    /// What it says; empty where it does not say it.
    private Optional<Boolean> says = Optional.of(true);

    @Test
    void theRulesThatAreLeftHearOfGroups() throws Exception {
        RecipientState state = released(policy(TAGGED + GROUP.formatted("hold: Two.") + REST));
        assertEquals("Two.", assertInstanceOf(Held.class, state).reason(), "it is known");
        Review review = held(state);
        assertEquals("nurses", review.rule());
        assertEquals(TWO, review.hearing());
        assertEquals(Set.of("lab"), review.passed());
    }

    /// Whoever waits for the message must not wait for the directory: it is asked before, also for
    /// rules that come into it when several holds were let go one after the other.
    @Test
    void nobodyIsAskedInsideTheSpool() throws Exception {
        Policy policy = policy(TAGGED + ADDRESSED + GROUP.formatted("hold: Two.") + REST);
        passedBefore = Set.of("lab");
        heldBy = Optional.of("again");
        RecipientState state = released(policy);
        assertEquals("Two.", assertInstanceOf(Held.class, state).reason(), "it is known");
        Review review = held(state);
        assertEquals("nurses", review.rule());
        assertEquals(TWO, review.hearing());
        assertEquals(Set.of("lab", "again"), review.passed());
    }

    /// That it was let go while nobody knew does not decide what the rule would have decided.
    @Test
    void whatIsKnownByNowDecides() throws Exception {
        says = Optional.empty();
        Policy protects = policy(GROUP.formatted("protect: [pickup]") + REST);
        RecipientState state = released(protects, Optional.of(true));
        RecipientState.Afresh afresh =
                assertInstanceOf(RecipientState.Waiting.class, state).afresh().orElseThrow();
        assertEquals("nurses", afresh.rule());
        assertInstanceOf(Decision.Protect.class, afresh.decision());
    }

    /// While it is not known whether two people are asked, one alone lets nothing go.
    @Test
    void whoWouldBeAskedIsAskedWhereItIsNotKnown() throws Exception {
        says = Optional.empty();
        Policy asks = policy(GROUP.formatted("hold: Two.") + REST);
        Review review = held(released(asks, Optional.of(true)));
        assertEquals(TWO, review.hearing());
        assertEquals(Set.of("it"), review.agreed().keySet());
    }

    /// It was let go for others, and the answer must not say that it was for these.
    @Test
    void whereNothingInADomainIsHeldItSaysSo() throws Exception {
        meant = Optional.of(new Domain("other.example"));
        released(policy(TAGGED + REST));
        assertInstanceOf(Answer.Late.class, answer);
        assertTrue(
                answer.words()
                        .startsWith(
                                "nothing in other.example is held; decided before: release by it"),
                answer.words());
    }

    /// Between the look at a message and the decision somebody lets it go, and another rule holds
    /// it: its people were not asked yet.
    @Test
    void whatAnotherRuleHoldsByThenIsNotMeant() throws Exception {
        somebodyIsFirst = true;
        filter = new QueueFilter(null, null, "held", null, null, "lab", null)::leftOut;
        RecipientState state = released(policy(TAGGED + ADDRESSED + REST));
        assertEquals("again", held(state).rule());
        assertInstanceOf(Answer.Late.class, answer);
        assertTrue(
                answer.words().startsWith("held by \"again\", which is not meant"), answer.words());
    }

    private static Review held(RecipientState state) {
        return assertInstanceOf(Held.class, state).review().orElseThrow();
    }

    /// The rule "nurses" asks two people, where it holds.
    private static Policy policy(String rules) {
        return new Policy(
                PolicyText.policy("rules:\n" + rules).rules().stream()
                        .map(rule ->
                                rule.name().equals("nurses")
                                                && rule.then() instanceof Decision.Hold(var why, _)
                                        ? new Rule(
                                                rule.name(),
                                                rule.when(),
                                                new Decision.Hold(why, TWO),
                                                rule.observed())
                                        : rule)
                        .toList(),
                Map.of("privacy", List.of(SampleMail.DOCTOR)));
    }

    /// How a message stands that the policy held when an operator has let it go.
    private RecipientState released(Policy policy) throws Exception {
        return released(policy, says);
    }

    /// @param later what the directory says when she does
    private RecipientState released(Policy policy, Optional<Boolean> later) throws Exception {
        try (HeldStage stage = HeldStage.in(data, clock)) {
            FileSpool spool = stage.spool;
            directory.troubledBy(new Unknown("Several entries.", false));
            tell(says);
            Memberships groups = directory.memberships(clock);
            HeldDesk desk = stage.desk(watched(spool), () -> policy, groups);
            QueueId id = hold(spool, policy, groups);
            clock.advance(Duration.ofMinutes(10));
            tell(later);
            if (somebodyIsFirst) {
                between.set(() -> desk.decide(letGo(id, Optional.empty(), Ask.Filter.NONE)));
            }
            answer = desk.decide(letGo(id, Optional.empty(), filter));
            if (meant.isPresent()) {
                answer = desk.decide(letGo(id, meant, filter));
            }
            return Objects.requireNonNull(spool.find(id).orElseThrow().states().get(TO));
        }
    }

    private static Ask letGo(QueueId id, Optional<Domain> domain, Ask.Filter filter) {
        Decider it = new Decider.Operator("it");
        return new Ask(id, it, new Ask.Way.Release(), Optional.empty(), domain, filter);
    }

    private Spool watched(Spool spool) {
        return (Spool)
                Proxy.newProxyInstance(
                        Spool.class.getClassLoader(),
                        new Class<?>[] {Spool.class},
                        (_, method, arguments) -> {
                            Callable<Answer> first =
                                    method.getName().equals("content")
                                            ? between.getAndSet(null)
                                            : null;
                            if (first != null) {
                                first.call();
                            }
                            int asked = directory.asked().size();
                            try {
                                return method.invoke(spool, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            } finally {
                                if (method.getName().equals("change")) {
                                    assertEquals(asked, directory.asked().size());
                                }
                            }
                        });
    }

    /// As the queue does with what a rule holds.
    private QueueId hold(FileSpool spool, Policy policy, Memberships groups) throws Exception {
        Envelope envelope = SampleMail.envelope(TO);
        String text = "From: %s\r\nSubject: [lab] x\r\n\r\nx\r\n".formatted(SampleMail.DOCTOR);
        byte[] octets = text.getBytes(US_ASCII);
        try (Draft draft = spool.open()) {
            draft.out().write(octets);
            Facts facts =
                    assertInstanceOf(
                                    Inspection.Acceptable.class,
                                    SampleFacts.inspection(Set.of(CLINIC), CLINIC)
                                            .inspect(envelope, Content.of(octets)))
                            .facts();
            QueuedMessage message =
                    spool.commit(draft, envelope, policy.rule(groups.in(policy, facts)));
            Ruling.ForRecipient ruled = message.ruling().of(TO);
            Decision.Hold hold = assertInstanceOf(Decision.Hold.class, ruled.decision());
            Review review =
                    Review.of(
                            heldBy.orElse(ruled.rule()),
                            hold.hearing(),
                            clock.instant(),
                            passedBefore);
            spool.record(message.id(), Map.of(TO, new Held(hold.reason(), review)));
            return message.id();
        }
    }

    private void tell(Optional<Boolean> said) {
        said.ifPresentOrElse(directory::says, directory::saysNothing);
    }
}
