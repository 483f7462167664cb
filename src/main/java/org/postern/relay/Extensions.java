package org.postern.relay;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a server offers in its answer to EHLO: RFC 5321 §4.1.1.1.
record Extensions(Map<String, String> offered) {
    /// What an answer to HELO offers.
    static final Extensions NONE = new Extensions(Map.of());

    Extensions {
        offered = Map.copyOf(offered);
    }

    /// @param lines of the reply; the first is the greeting and offers nothing
    static Extensions of(List<String> lines) {
        Map<String, String> offered = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.strip().split("\\s+", 2);
            offered.put(
                    words[0].toUpperCase(Locale.ROOT),
                    words.length > 1 ? words[1].toUpperCase(Locale.ROOT) : "");
        }
        return new Extensions(offered);
    }

    /// RFC 2920.
    boolean pipelining() {
        return offered.containsKey("PIPELINING");
    }

    /// RFC 6152.
    boolean eightBit() {
        return offered.containsKey("8BITMIME");
    }

    /// RFC 3207.
    boolean startTls() {
        return offered.containsKey("STARTTLS");
    }

    /// RFC 1870.
    boolean size() {
        return offered.containsKey("SIZE");
    }

    /// The largest message that the server says it takes; RFC 1870 §4: none or 0 sets no limit.
    long sizeMax() {
        String limit = offered.getOrDefault("SIZE", "");
        if (!limit.matches("[0-9]{1,18}") || Long.parseLong(limit) == 0) {
            return Long.MAX_VALUE;
        }
        return Long.parseLong(limit);
    }

    /// RFC 4954 §3.
    boolean authPlain() {
        return List.of(offered.getOrDefault("AUTH", "").split(" ")).contains("PLAIN");
    }
}
