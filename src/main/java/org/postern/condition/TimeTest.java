package org.postern.condition;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Set;

/// Hours of the week, on the clinic's clock. Hours that pass midnight belong to the day on which
/// they begin.
///
/// @param days on which they begin; empty for every day
/// @param from the first minute
/// @param to the first minute that is not among them; the same as `from` for the whole day
public record TimeTest(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    public TimeTest {
        days = Set.copyOf(days);
    }

    boolean includes(LocalDateTime at) {
        LocalTime time = at.toLocalTime();
        if (from.isBefore(to)) {
            return isOn(at) && !time.isBefore(from) && time.isBefore(to);
        }
        boolean begunToday = isOn(at) && !time.isBefore(from);
        boolean begunYesterday = isOn(at.minusDays(1)) && time.isBefore(to);
        return begunToday || begunYesterday;
    }

    private boolean isOn(LocalDateTime at) {
        return days.isEmpty() || days.contains(at.getDayOfWeek());
    }

    String words() {
        String hours = from.equals(to) ? "" : " from " + from + " to " + to;
        return (days.isEmpty() ? "every day" : Words.or(days.stream().sorted().map(TimeTest::word)))
                + hours;
    }

    /// As a policy file says it: `mon`.
    public static String word(DayOfWeek day) {
        return day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH).toLowerCase(Locale.ROOT);
    }
}
