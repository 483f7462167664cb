package org.postern.mime;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The Date field, to be shown: RFC 5322 §3.3 with the old forms of §4.3. It says what the author's
/// clock said, and nothing is decided on it.
public final class MailDate {
    /// A longer text is no date.
    private static final int CHARS_MAX = 200;

    private static final List<String> MONTHS =
            List.of(
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec");

    private static final Pattern ZONE = Pattern.compile("[+-][0-9]{4}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}");

    private MailDate() {}

    /// Reads `Thu, 15 Jan 2026 09:00:00 +0100`; weekday, seconds and zone may be missing.
    ///
    /// @return empty for anything else
    public static Optional<OffsetDateTime> parse(String body) {
        if (body.length() > CHARS_MAX) {
            return Optional.empty();
        }
        List<String> words = words(body);
        if (words.size() < 4) {
            return Optional.empty();
        }
        int month = MONTHS.indexOf(words.get(1).substring(0, Math.min(3, words.get(1).length())));
        String[] time = words.get(3).split(":", -1);
        boolean numbers =
                NUMBER.matcher(words.get(0)).matches()
                        && NUMBER.matcher(words.get(2)).matches()
                        && List.of(time).stream().allMatch(t -> NUMBER.matcher(t).matches());
        if (month < 0 || time.length < 2 || time.length > 3 || !numbers) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    OffsetDateTime.of(
                            year(words.get(2)),
                            month + 1,
                            Integer.parseInt(words.get(0)),
                            Integer.parseInt(time[0]),
                            Integer.parseInt(time[1]),
                            // A leap second is shown as the one before it.
                            time.length < 3 ? 0 : Math.min(59, Integer.parseInt(time[2])),
                            0,
                            zone(words.size() > 4 ? words.get(4) : "")));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// In lower case, without comments, commas and a weekday in front.
    private static List<String> words(String body) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth = Math.max(0, depth - 1);
                text.append(' ');
            } else if (depth == 0) {
                text.append(c == ',' || c == '\t' ? ' ' : c);
            }
        }
        List<String> words = new ArrayList<>();
        for (String word : text.toString().toLowerCase(Locale.ROOT).split(" ", -1)) {
            if (!word.isEmpty() && (!words.isEmpty() || Character.isDigit(word.charAt(0)))) {
                words.add(word);
            }
        }
        return words;
    }

    /// RFC 5322 §4.3: two digits are of the years 1950 to 2049, three count from 1900.
    private static int year(String digits) {
        int year = Integer.parseInt(digits);
        return switch (digits.length()) {
            case 1, 2 -> year < 50 ? 2_000 + year : 1_900 + year;
            case 3 -> 1_900 + year;
            default -> year;
        };
    }

    /// RFC 5322 §4.3: named zones of North America; any other name means an unknown zone, shown as
    /// UTC.
    private static ZoneOffset zone(String zone) {
        if (ZONE.matcher(zone).matches()) {
            int hours = Integer.parseInt(zone.substring(1, 3));
            int minutes = Integer.parseInt(zone.substring(3));
            int sign = zone.charAt(0) == '-' ? -1 : 1;
            return ZoneOffset.ofHoursMinutes(sign * hours, sign * minutes);
        }
        return switch (zone) {
            case "edt" -> ZoneOffset.ofHours(-4);
            case "est", "cdt" -> ZoneOffset.ofHours(-5);
            case "cst", "mdt" -> ZoneOffset.ofHours(-6);
            case "mst", "pdt" -> ZoneOffset.ofHours(-7);
            case "pst" -> ZoneOffset.ofHours(-8);
            default -> ZoneOffset.UTC;
        };
    }
}
