package org.postern.check;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A fact that the clinic knows of a patient for the check, and how it is written. To a birth date
/// and to a PIN she knows the answer; to a mobile number a code is sent.
public enum PatientCheck {
    BIRTH_DATE("birth-date"),
    PIN("pin"),
    MOBILE("mobile");

    /// As many as one answer can have: day and month, month and day.
    static final int READINGS_MAX = 2;

    private static final Pattern YEAR_FIRST =
            Pattern.compile("([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})");
    private static final Pattern YEAR_LAST =
            Pattern.compile("([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})");
    private static final Pattern YEAR_FIRST_DIGITS =
            Pattern.compile("([0-9]{4})([0-9]{2})([0-9]{2})");
    private static final Pattern YEAR_LAST_DIGITS =
            Pattern.compile("([0-9]{2})([0-9]{2})([0-9]{4})");
    private static final int YEAR_MIN = 1880;
    private static final int YEAR_MAX = 2100;

    private static final Pattern PIN_DIGITS = Pattern.compile("[0-9]{4,12}");

    /// ITU-T E.164: the country's code first, fifteen digits at most.
    private static final Pattern MOBILE_DIGITS = Pattern.compile("\\+[1-9][0-9]{6,14}");

    private static final int ANSWER_CHARS_MAX = 40;

    private final String word;

    PatientCheck(String word) {
        this.word = word;
    }

    /// Its name in the patients file, on the command line and in the count of tries.
    public String word() {
        return word;
    }

    static Optional<PatientCheck> of(String word) {
        return Arrays.stream(values()).filter(check -> check.word.equals(word)).findFirst();
    }

    /// What an answer can mean, in the form that is hashed: nothing if it makes no sense.
    ///
    /// A birth date is taken as `04/09/1972`, `4-9-1972`, `04091972` or `1972-04-09`. Where day and
    /// month can be either, both are meant: it is one try, and so no language has to be known.
    List<String> readings(String answer) {
        if (answer.length() > ANSWER_CHARS_MAX) {
            return List.of();
        }
        return switch (this) {
            case BIRTH_DATE -> birthDates(answer.strip());
            case PIN -> pins(answer.replaceAll("[ -]", ""));
            case MOBILE -> mobiles(answer.replaceAll("[ ().-]", ""));
        };
    }

    private static List<String> pins(String answer) {
        return PIN_DIGITS.matcher(answer).matches() ? List.of(answer) : List.of();
    }

    private static List<String> mobiles(String answer) {
        return MOBILE_DIGITS.matcher(answer).matches() ? List.of(answer) : List.of();
    }

    private static List<String> birthDates(String answer) {
        for (Pattern yearFirst : List.of(YEAR_FIRST, YEAR_FIRST_DIGITS)) {
            Matcher matcher = yearFirst.matcher(answer);
            if (matcher.matches()) {
                List<String> read =
                        date(matcher.group(1), matcher.group(2), matcher.group(3)).stream()
                                .toList();
                if (!read.isEmpty()) {
                    return read;
                }
            }
        }
        for (Pattern yearLast : List.of(YEAR_LAST, YEAR_LAST_DIGITS)) {
            Matcher matcher = yearLast.matcher(answer);
            if (matcher.matches()) {
                return eitherWay(matcher.group(1), matcher.group(2), matcher.group(3));
            }
        }
        return List.of();
    }

    private static List<String> eitherWay(String one, String two, String year) {
        List<String> read = new ArrayList<>();
        date(year, one, two).ifPresent(read::add);
        date(year, two, one).filter(date -> !read.contains(date)).ifPresent(read::add);
        return read;
    }

    private static Optional<String> date(String year, String month, String day) {
        try {
            LocalDate date =
                    LocalDate.of(
                            Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day));
            return date.getYear() >= YEAR_MIN && date.getYear() <= YEAR_MAX
                    ? Optional.of(date.toString())
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
