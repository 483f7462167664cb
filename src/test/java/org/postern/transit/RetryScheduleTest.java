package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
    private static final Instant ARRIVED = Instant.parse("2026-03-02T12:00:00Z");

    private final RetrySchedule schedule = new RetrySchedule(new SplittableRandom(5321));

    /// RFC 5321 §4.5.4.1: the first retry within 30 minutes, given up after four to five days.
    @Test
    void aDelayedMessageIsTriedForFiveDays() {
        Instant now = ARRIVED;
        int attempts = 1;
        Optional<Instant> next = schedule.next(attempts, ARRIVED, now);
        assertTrue(next.orElseThrow().isBefore(ARRIVED.plus(Duration.ofMinutes(30))), "first");
        while (next.isPresent()) {
            assertTrue(next.get().isAfter(now), "time goes on");
            Duration step = Duration.between(now, next.get());
            assertTrue(step.compareTo(RetrySchedule.longestStep()) < 0, "a bounded step");
            now = next.get();
            attempts++;
            next = schedule.next(attempts, ARRIVED, now);
        }
        Duration tried = Duration.between(ARRIVED, now);
        assertTrue(tried.toDays() >= 5, "not before five days: " + tried);
        assertTrue(tried.toHours() <= 5 * 24 + 3, "and soon after: " + tried);
        assertTrue(attempts < 100, "no storm: " + attempts);
    }

    /// A clock that jumps ten years ahead must not bounce what was just delayed.
    @Test
    void aJumpOfTheClockGivesNothingUp() {
        Instant ahead = ARRIVED.plus(Duration.ofDays(3_650));
        assertTrue(schedule.next(1, ARRIVED, ahead).isPresent());
        assertEquals(Optional.empty(), schedule.next(80, ARRIVED, ahead));
    }
}
