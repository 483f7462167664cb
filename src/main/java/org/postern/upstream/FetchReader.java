package org.postern.upstream;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postern.entrance.Response.Item;
import org.postern.entrance.UpstreamException;

/// What a FETCH response says: RFC 9051 §7.5.2. What was not asked for and is short is passed over.
final class FetchReader {
    static final String HEADER = "BODY[HEADER]<0>";
    static final String LETTER = "BODY[]";

    /// RFC 9051 §9, `date-time`.
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("d-MMM-yyyy HH:mm:ss Z", Locale.ENGLISH);

    private static final int YEAR_MAX = 9_999;
    private static final int DIGITS_MAX = 18;

    /// Of one message; those of a whole folder can still be added up.
    private static final long OCTETS_MAX = 1L << 40;

    private static final int FLAGS_MAX = 200;

    /// A longer one is passed over.
    private static final int FLAG_OCTETS_MAX = 200;

    private FetchReader() {}

    static Fetched read(int number, List<Item> items) throws UpstreamException {
        List<Item> pairs = pairs(items);
        Integer uid = null;
        List<String> flags = null;
        Long octets = null;
        Instant arrived = null;
        String header = null;
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            Item value = pairs.get(i + 1);
            switch (name(pairs.get(i))) {
                case "UID" -> uid = uid(number(value));
                case "FLAGS" -> flags = flags(value);
                case "RFC822.SIZE" -> octets = octets(number(value));
                case "INTERNALDATE" -> arrived = date(text(value));
                case HEADER -> header = text(value);
                default -> {
                    // Such as MODSEQ.
                }
            }
        }
        return new Fetched(number, uid, flags, octets, arrived, header);
    }

    /// Whether it holds the octets of a message, which went where they were wanted.
    ///
    /// @throws UpstreamException if it holds some that did not, because others had come before
    static boolean holdsLetter(List<Item> items) throws UpstreamException {
        List<Item> pairs = pairs(items);
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            if (name(pairs.get(i)).equals(LETTER)) {
                if (pairs.get(i + 1) instanceof Item.Text) {
                    throw new UpstreamException("it sends what was not asked for");
                }
                return pairs.get(i + 1) instanceof Item.Taken;
            }
        }
        return false;
    }

    private static List<Item> pairs(List<Item> items) throws UpstreamException {
        if (items.size() == 1 && items.getFirst() instanceof Item.Group(List<Item> pairs)) {
            return pairs;
        }
        throw new UpstreamException("it says what is no message");
    }

    private static String name(Item item) {
        return item instanceof Item.Word(String word) ? word.toUpperCase(Locale.ROOT) : "";
    }

    private static int uid(long number) throws UpstreamException {
        if (number < 1 || number >= Integer.MAX_VALUE) {
            throw new UpstreamException("a UID of the folder is higher than can be shown");
        }
        return (int) number;
    }

    private static long octets(long number) throws UpstreamException {
        if (number > OCTETS_MAX) {
            throw new UpstreamException("a message is larger than any can be");
        }
        return number;
    }

    static long number(Item item) throws UpstreamException {
        String digits = item instanceof Item.Word(String word) ? word : "";
        if (digits.isEmpty()
                || digits.length() > DIGITS_MAX
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new UpstreamException("it says what is no number");
        }
        return Long.parseLong(digits);
    }

    private static @Nullable String text(Item item) {
        return item instanceof Item.Text(String octets) ? octets : null;
    }

    private static List<String> flags(Item value) throws UpstreamException {
        if (!(value instanceof Item.Group(List<Item> items)) || items.size() > FLAGS_MAX) {
            throw new UpstreamException("it says what are no flags");
        }
        List<String> flags = new ArrayList<>();
        for (Item each : items) {
            if (each instanceof Item.Word(String word) && word.length() <= FLAG_OCTETS_MAX) {
                flags.add(word);
            }
        }
        return flags;
    }

    /// Of no year that can be told again: RFC 9051 §9, `date-year`.
    private static @Nullable Instant date(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            OffsetDateTime date =
                    OffsetDateTime.parse(text.strip(), DATE_TIME)
                            .withOffsetSameInstant(ZoneOffset.UTC);
            return date.getYear() < 1 || date.getYear() > YEAR_MAX ? null : date.toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
