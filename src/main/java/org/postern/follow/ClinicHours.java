package org.postern.follow;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/// When the clinic may disturb people, and when its own people work: Monday to Friday; it knows no
/// holidays.
///
/// @param quietFrom the hour at which the quiet of the night begins
/// @param quietUntil the hour at which it ends, on the next day if it is not later
public record ClinicHours(ZoneId zone, int quietFrom, int quietUntil) {
    /// The first instant from this one on that is not in the quiet of the night.
    Instant awake(Instant instant) {
        ZonedDateTime there = instant.atZone(zone);
        int hour = there.getHour();
        if (quietFrom == quietUntil) {
            return instant;
        }
        if (quietFrom < quietUntil) {
            boolean quiet = hour >= quietFrom && hour < quietUntil;
            return quiet ? morning(there.toLocalDate()) : instant;
        }
        if (hour < quietUntil) {
            return morning(there.toLocalDate());
        }
        return hour >= quietFrom ? morning(there.toLocalDate().plusDays(1)) : instant;
    }

    /// The morning of the first working day behind the day of an instant.
    Instant nextWorkingDay(Instant instant) {
        LocalDate day = instant.atZone(zone).toLocalDate().plusDays(1);
        while (day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY) {
            day = day.plusDays(1);
        }
        return morning(day);
    }

    /// The last morning that is not behind an instant.
    Instant lastMorning(Instant instant) {
        Instant today = morning(instant.atZone(zone).toLocalDate());
        return today.isAfter(instant)
                ? morning(instant.minus(Duration.ofDays(1)).atZone(zone).toLocalDate())
                : today;
    }

    /// The end of the quiet; a time that the change to summer time leaves out is an hour later.
    private Instant morning(LocalDate day) {
        return day.atTime(LocalTime.of(quietUntil, 0)).atZone(zone).toInstant();
    }
}
