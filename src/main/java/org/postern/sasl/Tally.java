package org.postern.sasl;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Counts that fade: a half-life after a count nobody added to, it is half of what it was. Bounded:
/// the counts that were not touched for the longest time are forgotten first. Not safe for use by
/// several threads at once.
final class Tally {
    private record Count(double value, Instant at) {}

    private final Duration halfLife;
    private final Map<String, Count> counts;

    /// @param entriesMax counts that are remembered
    Tally(Duration halfLife, int entriesMax) {
        this.halfLife = halfLife;
        this.counts =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
                        return size() > entriesMax;
                    }
                };
    }

    void add(String key, Instant now) {
        counts.put(key, new Count(value(key, now) + 1, now));
    }

    /// A clock that was set back fades nothing.
    double value(String key, Instant now) {
        Count count = counts.get(key);
        if (count == null) {
            return 0;
        }
        double elapsed = Math.max(0, Duration.between(count.at(), now).toMillis());
        return count.value() * Math.pow(2, -elapsed / halfLife.toMillis());
    }

    void forget(String key) {
        counts.remove(key);
    }
}
