package org.postern.follow;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.postern.calendar.WorkingDays;

/// When the clinic may disturb people, and when its own people work.
///
/// @param quietFrom the hour at which the quiet of the night begins
/// @param quietUntil the hour at which it ends, on the next day if it is not later
/// @param days on which its people work
public record ClinicHours(ZoneId zone, int quietFrom, int quietUntil, WorkingDays days) {
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
        return morning(days.after(instant.atZone(zone).toLocalDate()));
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
