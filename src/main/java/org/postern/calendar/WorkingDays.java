package org.postern.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Set;

/// The days on which the clinic works: Monday to Friday, without its holidays.
///
/// @param holidays on which nobody answers; those on a weekend change nothing
/// @param closes the hour at which a working day is over, 1 to 24: what is written later counts as
///   written on the next one
public record WorkingDays(Set<LocalDate> holidays, int closes) {
    /// Every Monday to Friday, until five in the afternoon.
    public static final WorkingDays USUAL = new WorkingDays(Set.of(), 17);

    /// So that a search for the next working day ends soon.
    public static final int HOLIDAYS_MAX = 200;

    public WorkingDays {
        holidays = Set.copyOf(holidays);
        if (closes < 1 || closes > 24 || holidays.size() > HOLIDAYS_MAX) {
            throw new IllegalArgumentException("no working days");
        }
    }

    public boolean isWorking(LocalDate day) {
        return day.getDayOfWeek() != DayOfWeek.SATURDAY
                && day.getDayOfWeek() != DayOfWeek.SUNDAY
                && !holidays.contains(day);
    }

    /// The first working day behind a day.
    public LocalDate after(LocalDate day) {
        LocalDate next = day.plusDays(1);
        while (!isWorking(next)) {
            next = next.plusDays(1);
        }
        return next;
    }

    /// The day by which an answer comes to what is written now.
    ///
    /// @param days working days that an answer takes; 0 for the same day
    public LocalDate answered(LocalDateTime now, int days) {
        LocalDate today = now.toLocalDate();
        LocalDate day = isWorking(today) && now.getHour() < closes ? today : after(today);
        for (int i = 0; i < days; i++) {
            day = after(day);
        }
        return day;
    }
}
