package org.postern.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Gathers all errors of one run over all files, so that a person mends them in one go.
///
/// It also remembers which keys were asked for, and of those that take one of some words, which: a
/// test compares them with the documentation. For one thread.
public final class ConfigErrors {
    /// More errors than this help nobody.
    private static final int ERRORS_MAX = 200;

    private final List<ConfigError> errors = new ArrayList<>();
    private final Map<Place, String> origins = new HashMap<>();
    private final Set<Place> settled = new HashSet<>();
    private int found;
    private final SortedSet<String> askedKeys = new TreeSet<>();
    private final SortedMap<String, Set<String>> askedWords = new TreeMap<>();

    /// Notes an error.
    ///
    /// @param suggestion null if there is none
    public void add(Place place, String text, @Nullable String suggestion) {
        found++;
        if (settled.contains(place)) {
            return;
        }
        String origin = origins.get(place);
        String whole = origin == null ? text : text + " (" + origin + ")";
        ConfigError error = new ConfigError(place, whole, suggestion);
        // A folder's fault shows with every file in it; once is enough.
        if (errors.size() < ERRORS_MAX && !errors.contains(error)) {
            errors.add(error);
        }
    }

    /// Notes an error behind which none at the same place says anything new.
    ///
    /// @param suggestion null if there is none
    public void addLast(Place place, String text, @Nullable String suggestion) {
        add(place, text, suggestion);
        settle(place);
    }

    /// What is wrong at a place has been said elsewhere: it counts, and is not told again.
    public void settle(Place place) {
        settled.add(place);
    }

    /// What stands at a place comes from somewhere else, which errors there say as well.
    ///
    /// @param origin a clause for people; the first of a place counts
    public void origin(Place place, String origin) {
        origins.putIfAbsent(place, origin);
    }

    /// How many were found until now; one that was not told again counts too.
    public int count() {
        return found;
    }

    /// By file, line and column.
    public List<ConfigError> inOrder() {
        return errors.stream()
                .sorted(
                        Comparator.comparing(ConfigError::file)
                                .thenComparingInt(ConfigError::line)
                                .thenComparingInt(ConfigError::column))
                .toList();
    }

    /// Every key that a reader asked for, as `section.key`.
    public SortedSet<String> askedKeys() {
        return Collections.unmodifiableSortedSet(askedKeys);
    }

    /// The words that a key takes, by `section.key`; of others nothing.
    public SortedMap<String, Set<String>> askedWords() {
        return Collections.unmodifiableSortedMap(askedWords);
    }

    void asked(String section, String key, Set<String> words) {
        if (!words.isEmpty()) {
            askedWords.put(section + "." + key, Set.copyOf(words));
        }
    }

    void asked(String section, String key) {
        askedKeys.add(section + "." + key);
    }
}
