package org.postern.sasl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.mail.Address;
import org.postern.sasl.Logins.Attempted;
import org.postern.testkit.ManualClock;

/// S25: what a refusal tells by its time.
@Timeout(60)
class SlowLoginsTest {
    private static final Duration STEP = Duration.ofSeconds(1);

    /// What the check took, how many failures it doubles for, and when the answer comes, all in
    /// milliseconds from the question.
    @ParameterizedTest
    @CsvSource({
        "0, 0, 1000",
        "1, 0, 1000",
        "300, 0, 1000",
        "999, 0, 1000",
        "1000, 0, 1000",
        "1001, 0, 2000",
        "2100, 0, 3000",
        "2900, 0, 3000",
        "300, 1, 2000",
        "2100, 1, 3000",
        "300, 5, 32000",
        "15000, 5, 32000",
    })
    void aRefusalComesAtTheEndOfAStepHoweverLongTheCheckTook(long took, int doublings, long at) {
        Duration left = SlowLogins.untilAnswer(Duration.ofMillis(took), STEP, doublings);
        assertEquals(at, took + left.toMillis());
    }

    @Test
    void withoutAPauseNothingWaits() {
        Duration took = Duration.ofMillis(700);
        assertEquals(Duration.ZERO, SlowLogins.untilAnswer(took, Duration.ZERO, 3));
    }

    /// A server that knows at once whom it does not know, and computes for nearly a step where it
    /// knows somebody: both refusals come when the step is over, so the second has hardly to wait.
    @Test
    void theTimeOfTheCheckIsPartOfThePause() {
        AtomicLong time = new AtomicLong();
        Duration step = Duration.ofSeconds(20);
        Authenticator slow =
                (user, _) -> {
                    time.addAndGet(step.minusMillis(1).toNanos());
                    return Optional.empty();
                };
        SlowLogins logins =
                new SlowLogins(
                        new Logins(slow, ManualClock.atNoon()),
                        step,
                        new CountDownLatch(1),
                        time::get);
        long begin = System.nanoTime();
        Attempted attempted = logins.check("192.0.2.1", octets("anna"), octets("wrong"));
        assertInstanceOf(Attempted.Denied.class, attempted);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        assertTrue(seconds < step.toSeconds() / 2, "waited " + seconds + " s more");
    }

    @Test
    void whoIsRightWaitsForNothing() {
        Address anna = Address.of("anna@clinic.example");
        Authenticator right = (_, _) -> Optional.of(new Authenticator.Account(anna, Set.of()));
        SlowLogins logins =
                new SlowLogins(
                        new Logins(right, ManualClock.atNoon()),
                        Duration.ofMinutes(5),
                        new CountDownLatch(1));
        assertInstanceOf(
                Attempted.LoggedIn.class,
                logins.check("192.0.2.1", octets("anna"), octets("right")));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
