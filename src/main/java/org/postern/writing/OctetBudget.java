package org.postern.writing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// How many octets somebody may hand over in a span of time. Kept in memory; a restart forgets it.
///
/// What is counted for nobody any more is forgotten; if so many are counted that no other finds
/// place, the others wait, so that nobody can wash his own count out.
public final class OctetBudget {
    private static final int KEYS_MAX = 10_000;

    private final long octetsMax;
    private final Duration span;
    private final Map<String, Deque<Taken>> taken = new LinkedHashMap<>();

    /// @param octetsMax within the span
    public OctetBudget(long octetsMax, Duration span) {
        this.octetsMax = octetsMax;
        this.span = span;
    }

    private record Taken(long octets, Instant at) {}

    /// Counts octets, if there is room for all of them.
    ///
    /// @return false if there is not; then nothing is counted
    public synchronized boolean take(String key, long octets, Instant now) {
        forgetOld(now);
        Deque<Taken> before = taken.get(key);
        if (before == null) {
            if (taken.size() >= KEYS_MAX || octets > octetsMax) {
                return false;
            }
            before = new ArrayDeque<>();
            taken.put(key, before);
        } else if (before.stream().mapToLong(Taken::octets).sum() + octets > octetsMax) {
            return false;
        }
        before.addLast(new Taken(octets, now));
        return true;
    }

    /// Takes back what was counted last, because it was not handed over after all.
    public synchronized void giveBack(String key, long octets, Instant at) {
        Deque<Taken> before = taken.get(key);
        if (before != null) {
            before.removeLastOccurrence(new Taken(octets, at));
        }
    }

    private void forgetOld(Instant now) {
        Iterator<Deque<Taken>> all = taken.values().iterator();
        while (all.hasNext()) {
            Deque<Taken> one = all.next();
            while (!one.isEmpty() && !one.getFirst().at().plus(span).isAfter(now)) {
                one.removeFirst();
            }
            if (one.isEmpty()) {
                all.remove();
            }
        }
    }
}
