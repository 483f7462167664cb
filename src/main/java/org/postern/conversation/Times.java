package org.postern.conversation;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import org.postern.language.Texts;

/// Days and times of day as a reader says them, in the clinic's zone.
///
/// @param now for "today" and "yesterday"
record Times(Texts texts, ZoneId zone, Instant now) {
    LocalDate day(Instant at) {
        return at.atZone(zone).toLocalDate();
    }

    /// Such as "Today", "Monday, November 23", or with its year if that is another one.
    String dayName(Instant at) {
        LocalDate day = day(at);
        LocalDate today = day(now);
        if (day.equals(today)) {
            return texts.say("day.today");
        }
        if (day.equals(today.minusDays(1))) {
            return texts.say("day.yesterday");
        }
        boolean thisYear = day.getYear() == today.getYear();
        String pattern = thisYear ? texts.say("day.pattern") : texts.say("day.pattern.year");
        String name = DateTimeFormatter.ofPattern(pattern, texts.language().locale()).format(day);
        return name.substring(0, 1).toUpperCase(texts.language().locale()) + name.substring(1);
    }

    String time(Instant at) {
        return DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT)
                .withLocale(texts.language().locale())
                .withZone(zone)
                .format(at);
    }
}
