package org.postern.phi;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.facts.PhiKind.Role;

/// Counts different values of each kind. A value is kept as a hash, and no longer than the scan.
final class Tally {
    /// More of the same kind do not make it more certain that it is about somebody's health.
    private static final int HEALTH_VALUES_MAX = 5;

    /// A text of so few words speaks of one matter: whoever is named in it is named because of it.
    private static final int NOTE_WORDS_MAX = 90;

    /// What is counted of one kind.
    private static final int VALUES_MAX = 10_000;

    private final Map<PhiKind, Set<Long>> values = new EnumMap<>(PhiKind.class);

    void add(PhiKind kind, long value) {
        Set<Long> seen = values.computeIfAbsent(kind, _ -> new HashSet<>());
        if (seen.size() < VALUES_MAX) {
            seen.add(value);
        }
    }

    /// @param words of all texts
    /// @param inspected whether the whole text was seen
    Phi result(int words, boolean inspected) {
        Map<PhiKind, Integer> counts = new EnumMap<>(PhiKind.class);
        values.forEach((kind, seen) -> counts.put(kind, seen.size()));
        boolean clear = has(counts, Role.IDENTIFIER);
        boolean health = has(counts, Role.HEALTH);
        boolean weakHealth = has(counts, Role.WEAK_HEALTH);
        boolean together =
                (clear && (health || weakHealth))
                        || (has(counts, Role.WEAK_IDENTIFIER)
                                && (health || (words <= NOTE_WORDS_MAX && weakHealth)));
        return new Phi(together ? score(counts) : 0, patients(counts), counts, inspected);
    }

    private static boolean has(Map<PhiKind, Integer> counts, Role role) {
        return counts.keySet().stream().anyMatch(kind -> kind.role() == role);
    }

    private static int score(Map<PhiKind, Integer> counts) {
        int score = 0;
        for (Map.Entry<PhiKind, Integer> each : counts.entrySet()) {
            PhiKind kind = each.getKey();
            boolean health = kind.role() == Role.HEALTH || kind.role() == Role.WEAK_HEALTH;
            int counted = health ? Math.min(each.getValue(), HEALTH_VALUES_MAX) : each.getValue();
            score += kind.weight() * counted;
        }
        return score;
    }

    private static int patients(Map<PhiKind, Integer> counts) {
        return counts.entrySet().stream()
                .filter(each -> each.getKey().role() == Role.IDENTIFIER)
                .mapToInt(Map.Entry::getValue)
                .max()
                .orElse(0);
    }
}
