package org.postern.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.calendar.WorkingDays;

class ClinicHoursTest {
    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final ClinicHours HOURS = new ClinicHours(ZONE, 20, 8, WorkingDays.USUAL);

    private static Instant at(String local) {
        return LocalDateTime.parse(local).atZone(ZONE).toInstant();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T12:00, 2026-03-02T12:00",
        "2026-03-02T08:00, 2026-03-02T08:00",
        "2026-03-02T07:59, 2026-03-02T08:00",
        "2026-03-02T19:59, 2026-03-02T19:59",
        "2026-03-02T20:00, 2026-03-03T08:00",
        "2026-03-02T23:30, 2026-03-03T08:00",
        "2026-03-03T00:00, 2026-03-03T08:00",
        // The night of summer time is an hour shorter.
        "2026-03-07T22:00, 2026-03-08T08:00",
        "2026-03-08T01:59, 2026-03-08T08:00",
    })
    void theNightEndsInTheMorning(String instant, String awake) {
        assertEquals(at(awake), HOURS.awake(at(instant)));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T12:00, 2026-03-03T08:00",
        "2026-03-02T00:10, 2026-03-03T08:00",
        "2026-03-05T20:00, 2026-03-06T08:00",
        "2026-03-06T12:00, 2026-03-09T08:00",
        "2026-03-07T12:00, 2026-03-09T08:00",
        "2026-03-08T12:00, 2026-03-09T08:00",
    })
    void theNextWorkingDay(String instant, String morning) {
        assertEquals(at(morning), HOURS.nextWorkingDay(at(instant)));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T12:00, 2026-03-02T08:00",
        "2026-03-02T08:00, 2026-03-02T08:00",
        "2026-03-02T07:59, 2026-03-01T08:00",
    })
    void theLastMorning(String instant, String morning) {
        assertEquals(at(morning), HOURS.lastMorning(at(instant)));
    }

    @Test
    void aClinicMayBeQuietByDayOrNever() {
        ClinicHours siesta = new ClinicHours(ZONE, 13, 16, WorkingDays.USUAL);
        assertEquals(at("2026-03-02T16:00"), siesta.awake(at("2026-03-02T14:00")));
        assertEquals(at("2026-03-02T16:00"), siesta.awake(at("2026-03-02T16:00")));
        ClinicHours never = new ClinicHours(ZONE, 8, 8, WorkingDays.USUAL);
        assertEquals(at("2026-03-02T03:00"), never.awake(at("2026-03-02T03:00")));
    }
}
