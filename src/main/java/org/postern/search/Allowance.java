package org.postern.search;

import java.util.HashMap;
import java.util.Map;

/// The memory that one SORT or THREAD may take, however many messages there are and whatever stands
/// in them: what strangers wrote must not stop the gateway. It is reckoned, from above.
final class Allowance {
    /// A string without its characters.
    private static final int TEXT_OCTETS = 56;

    /// What hangs on an id that is met for the first time: its places in tables, and its node.
    private static final int ID_OCTETS = 300;

    private static final int REFERENCE_OCTETS = 8;

    private final Map<String, String> ids = new HashMap<>();
    private long left;

    Allowance(long octets) {
        this.left = octets;
    }

    /// @throws LimitException if there is not so much left
    void take(long octets) throws LimitException {
        left -= octets;
        if (left < 0) {
            throw new LimitException();
        }
    }

    /// A text to sort by, as far as it counts.
    String text(String whole) throws LimitException {
        String text = cut(whole, SearchLimits.TEXT_CHARS_MAX);
        take(octets(text));
        return text;
    }

    /// A message-id, as far as it counts. Most stand in many messages, and are kept once.
    String id(String whole) throws LimitException {
        String id = cut(whole, SearchLimits.ID_CHARS_MAX);
        take(REFERENCE_OCTETS);
        String known = ids.putIfAbsent(id, id);
        if (known != null) {
            return known;
        }
        take(ID_OCTETS + octets(id));
        return id;
    }

    private static String cut(String whole, int most) {
        return whole.length() > most ? whole.substring(0, most) : whole;
    }

    private static long octets(String text) {
        boolean wide = text.chars().anyMatch(c -> c > 0xff);
        return TEXT_OCTETS + (wide ? 2L : 1L) * text.length();
    }
}
