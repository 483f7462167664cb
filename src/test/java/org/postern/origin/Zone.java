package org.postern.origin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A small world of names, as text: `name KIND value`, one record a line; `name FAILS` for one
/// whose servers do not answer. It counts what it is asked.
public final class Zone implements OriginDns {
    private final Map<String, List<String>> records = new HashMap<>();
    private int asked;

    public static Zone of(String text) {
        Zone zone = new Zone();
        text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(zone::add);
        return zone;
    }

    public Zone add(String line) {
        String[] words = line.split("\\s+", 3);
        String value = words.length < 3 ? "" : words[2];
        records.computeIfAbsent(key(words[0], words[1]), _ -> new ArrayList<>()).add(value);
        return this;
    }

    @Override
    public List<String> look(String name, Kind kind) throws IOException {
        asked++;
        if (records.containsKey(key(name, "FAILS"))) {
            throw new IOException("SERVFAIL");
        }
        return records.getOrDefault(key(name, kind.name()), List.of());
    }

    int asked() {
        return asked;
    }

    private static String key(String name, String kind) {
        return name.toLowerCase(Locale.ROOT) + " " + kind;
    }
}
