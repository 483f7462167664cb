package org.postern.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.postern.queue.RetrySchedule.Next;
import org.postern.queue.RetrySchedule.Patience;
import org.postern.testkit.ManualClock;

/// R13 and R18 of the reliability goals, over six days of a virtual clock.
class RetryScheduleTest {
    private static final Duration SIX_DAYS = Duration.ofDays(6);

    private final ManualClock wall = ManualClock.atNoon();
    private final AtomicLong nanos = new AtomicLong();
    private final SteadyClock steady = new SteadyClock(wall, nanos::get);
    private final Instant arrived = wall.instant();

    /// Both clocks go on.
    private void pass(Duration time) {
        wall.advance(time);
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void aDelayedMessageIsTriedForFourToFiveDays() {
        for (int seed = 0; seed < 200; seed++) {
            RetrySchedule schedule = new RetrySchedule(new SplittableRandom(seed), steady);
            Instant begun = steady.instant();
            Patience patience = new Patience(0, begun, Duration.ZERO);
            Duration tellAt = null;
            boolean first = true;
            while (schedule.next(patience) instanceof Next.Wait(Patience next)) {
                Duration step = Duration.between(steady.instant(), next.due());
                assertTrue(step.isPositive(), "time goes on");
                assertTrue(step.compareTo(RetrySchedule.longestStep()) < 0, "a bounded step");
                assertTrue(!first || step.toMinutes() < 30, "RFC 5321 §4.5.4.1: " + step);
                first = false;
                patience = next;
                pass(step);
                if (tellAt == null && RetrySchedule.isToBeTold(patience.waited())) {
                    tellAt = Duration.between(begun, steady.instant());
                }
            }
            Duration tried = Duration.between(begun, steady.instant());
            assertTrue(tried.toDays() == 4, "given up in the fifth day: " + tried);
            assertEquals(RetrySchedule.TELL, tellAt, "the delay is told at four hours");
            assertTrue(patience.attempts() < 80, "no storm: " + patience.attempts());
        }
    }

    /// 40 minutes a try, as a tarpit makes of it: the attempts are fewer, the days the same.
    @Test
    void attemptsThatTakeLongCountAsWaiting() {
        RetrySchedule schedule = new RetrySchedule(new SplittableRandom(1), steady);
        Patience patience = new Patience(0, arrived, Duration.ZERO);
        pass(Duration.ofMinutes(40));
        while (schedule.next(patience) instanceof Next.Wait(Patience next)) {
            patience = next;
            pass(Duration.between(steady.instant(), next.due()).plusMinutes(40));
        }
        Duration tried = Duration.between(arrived, steady.instant());
        assertTrue(tried.compareTo(Duration.ofDays(4)) > 0, "not early: " + tried);
        assertTrue(tried.compareTo(Duration.ofHours(122)) < 0, "not late: " + tried);
    }

    /// A restart under a clock ten years ahead or behind, at every attempt of six days.
    @Test
    void aWrongClockAtARestartBouncesNothingEarly() {
        for (Duration jump : new Duration[] {Duration.ofDays(3_650), Duration.ofDays(-3_650)}) {
            RetrySchedule schedule = new RetrySchedule(new SplittableRandom(2), steady);
            Patience patience = new Patience(0, steady.instant(), Duration.ZERO);
            for (int i = 0; i < 5; i++) {
                Next next = schedule.next(patience);
                assertTrue(next instanceof Next.Wait, "attempt " + i);
                patience = ((Next.Wait) next).patience();
            }
            // What the file says was written before; now it is ten years later, or earlier.
            pass(jump);
            assertTrue(schedule.next(patience) instanceof Next.Wait, "after " + jump);
        }
    }

    @Test
    void aClockThatIsSetWhileTheGatewayRunsMovesNothing() {
        RetrySchedule schedule = new RetrySchedule(new SplittableRandom(3), steady);
        Patience patience = new Patience(0, arrived, Duration.ZERO);
        int attempts = 0;
        SplittableRandom dice = new SplittableRandom(4);
        Duration real = Duration.ZERO;
        while (schedule.next(patience) instanceof Next.Wait(Patience next)) {
            Duration step = Duration.between(steady.instant(), next.due());
            assertTrue(step.compareTo(RetrySchedule.longestStep()) < 0, "no wait for years");
            patience = next;
            pass(step);
            real = real.plus(step);
            wall.advance(Duration.ofHours(dice.nextInt(-87_600, 87_600)));
            attempts++;
        }
        assertEquals(4, real.toDays(), "given up after " + real);
        assertTrue(attempts < 80 && real.compareTo(SIX_DAYS) < 0, "no storm: " + attempts);
    }

    @Test
    void aJumpIsToldOnceAndSuspendsTheGivingUp() {
        RetrySchedule schedule = new RetrySchedule(new SplittableRandom(5), steady);
        StringBuilder alarms = new StringBuilder();
        ClockWatch watch =
                new ClockWatch(steady, schedule, moved -> alarms.append(moved).append(' '));
        Patience old = new Patience(60, arrived, Duration.ofDays(5));
        assertTrue(schedule.next(old) instanceof Next.GiveUp);
        watch.run();
        wall.advance(Duration.ofMinutes(59));
        watch.run();
        assertEquals("", alarms.toString(), "a correction is no jump");
        wall.advance(Duration.ofHours(2));
        watch.run();
        watch.run();
        assertEquals("PT2H59M ", alarms.toString());
        assertTrue(schedule.next(old) instanceof Next.Wait, "suspended");
        pass(RetrySchedule.SUSPENSION);
        assertTrue(schedule.next(old) instanceof Next.GiveUp, "a day later");
        wall.advance(Duration.ofHours(-3));
        watch.run();
        assertEquals("PT2H59M PT-3H ", alarms.toString(), "and back");
    }
}
