package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.policy.AskPace.Past;
import org.postern.policy.AskPace.Step;
import org.postern.policy.AskPace.Untold;

class AskPaceTest {
    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final Instant NOON = Instant.parse("2026-03-02T17:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 3, 2);
    private static final AskPace PACE = new AskPace(Duration.ofMinutes(15), 3, true);

    private static Step next(Past past, Untold untold, Instant now) {
        return PACE.next(past, untold, now.atZone(ZONE));
    }

    private static Past past(Instant last, int sent) {
        return past(last, sent, 0);
    }

    private static Past past(Instant last, int sent, int urgent) {
        return new Past(last, last.atZone(ZONE).toLocalDate(), sent, urgent, 0);
    }

    private static Untold untold(@Nullable Instant end) {
        return new Untold(1, end, null);
    }

    private static Instant at(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    @Test
    void theFirstIsToldAtOnceAndTheNextOnesTogether() {
        assertEquals(new Step.Nothing(), next(Past.NONE, new Untold(0, null, null), NOON));
        Past first = new Past(NOON, TODAY, 1, 0, 0);
        assertEquals(new Step.Write(first), next(Past.NONE, untold(null), NOON));
        assertEquals(new Step.Later(at(15)), next(first, untold(null), at(1)));
        assertEquals(new Step.Later(at(15)), next(first, untold(at(600)), at(14)));
        Past second = new Past(at(15), TODAY, 2, 0, 0);
        assertEquals(new Step.Write(second), next(first, untold(null), at(15)));
        // Quiet since: the next one is told at once again.
        assertEquals(
                new Step.Write(new Past(at(375), TODAY, 3, 0, 0)),
                next(second, untold(null), at(375)));
    }

    @Test
    void whatEndsSoonDoesNotWaitForTheOthers() {
        Past first = past(NOON, 1);
        // The digest comes at 15; what ends before 30 has less than a quarter of an hour then.
        assertEquals(new Step.Write(past(at(2), 1, 1)), next(first, untold(at(29)), at(2)));
        assertEquals(new Step.Later(at(15)), next(first, untold(at(30)), at(2)));
        assertEquals(new Step.Later(at(1)), next(first, untold(at(20)), NOON), "a minute apart");
    }

    @Test
    void aDayHasItsMostAndAnotherDayBeginsAnew() {
        Past full = past(NOON, 3);
        Instant midnight = Instant.parse("2026-03-03T05:00:00Z");
        assertTrue(PACE.isLast(full));
        assertFalse(PACE.isLast(past(NOON, 2)));
        assertEquals(new Step.Later(midnight), next(full, untold(null), at(300)));
        assertEquals(new Step.Later(midnight), next(past(NOON, 3, 3), untold(at(5)), at(300)));
        assertEquals(
                new Step.Write(new Past(midnight, TODAY.plusDays(1), 1, 0, 0)),
                next(full, untold(null), midnight));
    }

    /// At noon, with twelve hours to go: one is left of three.
    @Test
    void whereHalfIsGoneTheOthersLieEvenlyInTheDay() {
        assertEquals(new Step.Later(at(360)), next(past(NOON, 2, 0), untold(null), at(20)));
        assertEquals(new Step.Write(past(at(360), 3)), next(past(NOON, 2), untold(null), at(360)));
        // What ends before the next ordinary mail and a quarter of an hour has mails of its own.
        assertEquals(
                new Step.Write(past(at(20), 2, 1)), next(past(NOON, 2), untold(at(374)), at(20)));
        assertEquals(new Step.Later(at(360)), next(past(NOON, 2, 2), untold(at(100)), at(20)));
    }

    /// Strangers who make a mail a minute, each about what ends soon, silence nobody: hours later
    /// what has two hours is told before its end.
    @Test
    void nobodyCanUseADayUp() {
        AskPace pace = new AskPace(Duration.ofMinutes(15), 30, true);
        Instant morning = LocalDate.of(2026, 3, 2).atStartOfDay(ZONE).toInstant();
        Past past = Past.NONE;
        Instant last = morning;
        Duration longest = Duration.ZERO;
        for (int minute = 0; minute < 24 * 60; minute++) {
            Instant now = morning.plus(Duration.ofMinutes(minute));
            Untold untold = untold(now.plus(Duration.ofMinutes(20)));
            if (pace.next(past, untold, now.atZone(ZONE)) instanceof Step.Write(Past after)) {
                Duration silent = Duration.between(last, now);
                longest = silent.compareTo(longest) > 0 ? silent : longest;
                last = now;
                past = after;
            }
        }
        assertTrue(longest.compareTo(Duration.ofMinutes(105)) < 0, longest + " of silence");
    }

    /// What comes first has used all mails of the day up: of what she is reminded of she hears all
    /// the same, before its end, and that may not take more than its own mails.
    @Test
    void firstAskingsLeaveRemindersTheirOwn() {
        Past full = past(NOON, 3, 3);
        Untold reminded = new Untold(9, at(5), at(60));
        assertEquals(new Step.Write(new Past(at(2), TODAY, 3, 3, 1)), next(full, reminded, at(2)));
        Instant midnight = Instant.parse("2026-03-03T05:00:00Z");
        Past none = new Past(NOON, TODAY, 3, 3, AskPace.RESERVE);
        assertEquals(new Step.Later(midnight), next(none, reminded, at(2)));
        assertEquals(
                new Step.Later(midnight),
                next(full, new Untold(9, at(5), at(1_000)), at(2)),
                "the first mail of tomorrow is early enough");
        assertEquals(
                new Step.Later(at(15)),
                next(past(NOON, 1), new Untold(9, at(40), at(40)), at(2)),
                "an ordinary mail is early enough");
    }

    /// A clock that was a year ahead must not keep anybody from hearing for a year.
    @Test
    void aClockThatWasSetBackSilencesNobody() {
        Past ahead = past(NOON.plus(Duration.ofDays(365)), 3);
        assertEquals(
                new Step.Write(new Past(NOON, TODAY, 1, 0, 0)), next(ahead, untold(null), NOON));
    }

    @Test
    void aReminderComesInTheLastQuarterAndNotBehindTheFirstMail() {
        reminded(Duration.ofHours(48), Optional.of(Duration.ofHours(36)));
        reminded(Duration.ofDays(8), Optional.of(Duration.ofDays(7)));
        reminded(Duration.ofHours(1), Optional.of(Duration.ofMinutes(45)));
        reminded(Duration.ofMinutes(59), Optional.empty());
        assertEquals(
                Optional.empty(),
                new AskPace(Duration.ofMinutes(15), 3, false).reminder(NOON, at(10_000)));
    }

    private static void reminded(Duration limit, Optional<Duration> after) {
        assertEquals(after.map(NOON::plus), PACE.reminder(NOON, NOON.plus(limit)));
    }

    /// Whatever comes: never more than the most of a day, never two within a minute, and nothing
    /// waits longer than the time of a digest while the day has half of its mails left.
    @Test
    void noFloodMakesMoreMailsThanThat() {
        SplittableRandom random = new SplittableRandom(7);
        AskPace pace = new AskPace(Duration.ofMinutes(15), 30, true);
        for (int round = 0; round < 200; round++) {
            List<Instant> written = new ArrayList<>();
            Past past = Past.NONE;
            int waiting = 0;
            Instant since = NOON;
            for (int second = 0; second < 6 * 3_600; second += 20) {
                Instant now = NOON.plusSeconds(second);
                if (random.nextInt(10) < round % 10) {
                    since = waiting == 0 ? now : since;
                    waiting++;
                }
                @Nullable Instant end = random.nextBoolean() ? now.plusSeconds(600) : null;
                Step step = pace.next(past, new Untold(waiting, end, null), now.atZone(ZONE));
                if (step instanceof Step.Write(Past after)) {
                    written.add(now);
                    assertFalse(
                            past.sent() < 15 && now.isAfter(since.plus(Duration.ofMinutes(16))));
                    past = after;
                    waiting = 0;
                }
            }
            assertTrue(written.size() <= 60, () -> written.size() + " mails");
            for (int i = 1; i < written.size(); i++) {
                assertFalse(written.get(i).isBefore(written.get(i - 1).plusSeconds(60)));
            }
        }
    }
}
