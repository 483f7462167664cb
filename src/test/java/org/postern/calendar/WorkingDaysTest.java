package org.postern.calendar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkingDaysTest {
    /// Thanksgiving and the day behind it; a holiday on a Saturday.
    private static final WorkingDays DAYS =
            new WorkingDays(
                    Set.of(
                            LocalDate.parse("2026-11-26"),
                            LocalDate.parse("2026-11-27"),
                            LocalDate.parse("2026-12-26")),
                    17);

    @ParameterizedTest
    @CsvSource({
        "2026-11-24T09:00, 0, 2026-11-24", // a Tuesday
        "2026-11-24T16:59, 0, 2026-11-24",
        "2026-11-24T17:00, 0, 2026-11-25", // it is closed by then
        "2026-11-24T09:00, 2, 2026-11-30", // Wednesday, then the holidays and a weekend
        "2026-11-26T09:00, 0, 2026-11-30", // on a holiday
        "2026-11-26T09:00, 1, 2026-12-01",
        "2026-11-28T23:00, 1, 2026-12-01", // on a Saturday
        "2026-12-25T09:00, 1, 2026-12-28"
    })
    void anAnswerComesBy(LocalDateTime now, int days, LocalDate wanted) {
        assertEquals(wanted, DAYS.answered(now, days));
    }
}
