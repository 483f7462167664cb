package org.postern.reach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.PolicyText;
import org.postern.facts.Facts;
import org.postern.facts.Reach.Answer;
import org.postern.facts.Reach.Means;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.pki.PartnerDirectory;
import org.postern.policy.Policy;
import org.postern.route.Way;
import org.postern.testkit.FakeWays;
import org.postern.testkit.FakeZone.Trouble;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleFacts;
import org.postern.testkit.TestAuthority;

/// What is asked for a message, once, and not for longer than it may wait.
class ReachAskingTest {
    private static final Address PROVED = Address.of("a@proved.example");
    private static final Address ALSO = Address.of("b@proved.example");
    private static final Address OPEN = Address.of("a@open.example");
    private static final Address MUTE = Address.of("a@mute.example");
    private static final Address QUIET = Address.of("a@quiet.example");
    private static final Address BROKEN = Address.of("a@broken.example");

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private final FakeWays ways =
            new FakeWays(clock)
                    .enforcing("proved.example")
                    .open("open.example")
                    .promising("broken.example");

    private ReachAsking asking(Function<Address, Optional<Way>> provable, Duration deadline) {
        ways.zone().trouble("mute.example", Trouble.FAILS).nullMx("quiet.example");
        return new ReachAsking(
                new Possibilities(
                        PartnerDirectory.load(home),
                        provable,
                        ways.prospects(home.resolve("none")),
                        Possibilities.Pickup.OFFERED,
                        clock),
                deadline);
    }

    private static Optional<Way> byMx(Address to) {
        return Optional.of(new Way.ByMx(to.domain()));
    }

    private static Policy policy(String means) {
        return PolicyText.policy(
                "rules:\n  - { name: one, when: { recipient-can: %s }, then: { protect: tls } }\n"
                                .formatted(means)
                        + "  - { name: rest, then: { protect: pickup } }\n");
    }

    private static Facts facts(Address... to) {
        return SampleFacts.of(
                SampleFacts.entry(Listener.SUBMISSION, Address.of("ann@clinic.example")),
                List.of(to),
                Subject.of("x"),
                Facts.Fields.of(List.of()));
    }

    @Test
    void everyAnswerIsAFact() {
        try (ReachAsking asking = asking(ReachAskingTest::byMx, ReachAsking.DEADLINE)) {
            Facts known = asking.in(policy("tls"), facts(PROVED, ALSO, OPEN, MUTE, QUIET, BROKEN));
            assertEquals(Answer.CAN, known.reach().of(Means.TLS, PROVED));
            assertEquals(Answer.CAN, known.reach().of(Means.TLS, ALSO));
            assertEquals(Answer.CANNOT, known.reach().of(Means.TLS, OPEN));
            assertEquals(Answer.UNKNOWN, known.reach().of(Means.TLS, MUTE));
            assertEquals(Answer.CANNOT, known.reach().of(Means.TLS, QUIET));
            assertEquals(Answer.SEEMS_NOT, known.reach().of(Means.TLS, BROKEN));
            assertEquals(Answer.NOT_ASKED, known.reach().of(Means.SMIME, PROVED));
            String trouble = known.reach().trouble().orElseThrow();
            assertTrue(trouble.startsWith("The way to mute.example is not known: "), trouble);
            Facts smime = asking.in(policy("smime"), facts(OPEN));
            assertEquals(Answer.CANNOT, smime.reach().of(Means.SMIME, OPEN));
            assertEquals(Optional.empty(), smime.reach().trouble());
        }
    }

    @Test
    void whereNoRuleAsksNobodyIsAsked() {
        AtomicInteger asked = new AtomicInteger();
        Function<Address, Optional<Way>> counting =
                to -> {
                    asked.incrementAndGet();
                    return byMx(to);
                };
        try (ReachAsking asking = asking(counting, ReachAsking.DEADLINE)) {
            Facts facts = facts(PROVED, ALSO);
            Policy other = PolicyText.policy("rules: [ { name: one, then: { hold: no } } ]\n");
            assertSame(facts, asking.in(other, facts));
            assertEquals(0, asked.get());
            asking.in(policy("tls"), facts);
            assertEquals(1, asked.get(), "people of a domain share its way");
        }
    }

    /// The others have their answers; this one is not a no.
    @Test
    void whoeverTakesTooLongIsNotWaitedFor() {
        CountDownLatch end = new CountDownLatch(1);
        Function<Address, Optional<Way>> slow =
                to -> {
                    if (to.equals(OPEN)) {
                        awaitEnd(end);
                    }
                    return Optional.empty();
                };
        try (ReachAsking asking = asking(slow, Duration.ofSeconds(1))) {
            Facts known = asking.in(policy("tls"), facts(OPEN, PROVED));
            assertEquals(Answer.UNKNOWN, known.reach().of(Means.TLS, OPEN));
            assertEquals(Answer.CANNOT, known.reach().of(Means.TLS, PROVED));
            assertEquals(
                    Optional.of("It takes longer than 1 s to find out."), known.reach().trouble());
        } finally {
            end.countDown();
        }
    }

    /// Whoever writes to others is not kept waiting for it.
    @Test
    void aSlowDomainHasItsShareOfTheTurns() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch slow = new CountDownLatch(ReachAsking.OF_DOMAIN_AT_ONCE);
        AtomicInteger busy = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Function<Address, Optional<Way>> provable =
                to -> {
                    if (to.equals(OPEN)) {
                        most.accumulateAndGet(busy.incrementAndGet(), Math::max);
                        slow.countDown();
                        awaitEnd(end);
                        busy.decrementAndGet();
                    }
                    return Optional.empty();
                };
        try (ReachAsking asking = asking(provable, ReachAsking.DEADLINE);
                ExecutorService messages = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 0; i < 2 * ReachAsking.AT_ONCE; i++) {
                    messages.execute(() -> asking.in(policy("tls"), facts(OPEN)));
                }
                slow.await();
                Facts known = asking.in(policy("tls"), facts(PROVED));
                assertEquals(Answer.CANNOT, known.reach().of(Means.TLS, PROVED));
            } finally {
                end.countDown();
            }
        }
        assertEquals(ReachAsking.OF_DOMAIN_AT_ONCE, most.get());
    }

    @Test
    void aFaultOfOursIsNotANo() {
        Function<Address, Optional<Way>> faulty =
                _ -> {
                    throw new IllegalStateException("a@open.example");
                };
        try (ReachAsking asking = asking(faulty, ReachAsking.DEADLINE)) {
            Facts known = asking.in(policy("tls"), facts(OPEN));
            assertEquals(Answer.UNKNOWN, known.reach().of(Means.TLS, OPEN));
            assertEquals(
                    Optional.of("A fault of the gateway: IllegalStateException."),
                    known.reach().trouble());
        }
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
