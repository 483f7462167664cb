package org.postern.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.postern.condition.Reading;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Policy;
import org.postern.policy.Rule;

/// What became of the rules of one policy in another. A rule is known by its name. Pure.
final class RuleDiff {
    private final Policy old;
    private final Policy fresh;

    private RuleDiff(Policy old, Policy fresh) {
        this.old = old;
        this.fresh = fresh;
    }

    /// One rule that is not what or where it was. Places are counted from 0.
    sealed interface Change {
        record Added(int now) implements Change {}

        record Removed(int was) implements Change {}

        /// @param parts which say something else
        record Changed(int was, int now, List<Part> parts) implements Change {
            public Changed {
                parts = List.copyOf(parts);
            }
        }

        /// It stands above or below others than before.
        record Moved(int now) implements Change {}
    }

    /// A part of a rule in both policies, in words.
    record Part(String name, String was, String now) {}

    /// All changes: what is removed first, then by the order of the new policy.
    static List<Change> of(Policy old, Policy fresh) {
        return new RuleDiff(old, fresh).changes();
    }

    private List<Change> changes() {
        Map<String, Integer> before = new HashMap<>();
        for (int i = 0; i < old.rules().size(); i++) {
            before.put(key(old.rules().get(i)), i);
        }
        List<Change> changes = new ArrayList<>();
        Set<String> kept = new HashSet<>();
        fresh.rules().forEach(rule -> kept.add(key(rule)));
        for (int i = 0; i < old.rules().size(); i++) {
            if (!kept.contains(key(old.rules().get(i)))) {
                changes.add(new Change.Removed(i));
            }
        }
        Set<Integer> moved = moved(before);
        for (int i = 0; i < fresh.rules().size(); i++) {
            Integer was = before.get(key(fresh.rules().get(i)));
            if (was == null) {
                changes.add(new Change.Added(i));
                continue;
            }
            List<Part> parts = parts(old.rules().get(was), fresh.rules().get(i));
            if (!parts.isEmpty()) {
                changes.add(new Change.Changed(was, i, parts));
            }
            if (moved.contains(i)) {
                changes.add(new Change.Moved(i));
            }
        }
        return changes;
    }

    private static String key(Rule rule) {
        return rule.name().toLowerCase(Locale.ROOT);
    }

    /// The fewest rules that have to be put elsewhere: all but a longest run that kept its order.
    private Set<Integer> moved(Map<String, Integer> before) {
        List<Integer> common = new ArrayList<>();
        for (int i = 0; i < fresh.rules().size(); i++) {
            if (before.containsKey(key(fresh.rules().get(i)))) {
                common.add(i);
            }
        }
        int[] was = common.stream().mapToInt(i -> wasAt(before, i)).toArray();
        int[] length = new int[was.length];
        int[] previous = new int[was.length];
        Arrays.fill(previous, -1);
        int last = -1;
        for (int i = 0; i < was.length; i++) {
            length[i] = 1;
            for (int j = 0; j < i; j++) {
                if (was[j] < was[i] && length[j] + 1 > length[i]) {
                    length[i] = length[j] + 1;
                    previous[i] = j;
                }
            }
            last = last < 0 || length[i] > length[last] ? i : last;
        }
        Set<Integer> moved = new HashSet<>(common);
        for (int i = last; i >= 0; i = previous[i]) {
            moved.remove(common.get(i));
        }
        return moved;
    }

    private int wasAt(Map<String, Integer> before, int now) {
        return Objects.requireNonNull(before.get(key(fresh.rules().get(now))));
    }

    private List<Part> parts(Rule was, Rule now) {
        List<Part> parts = new ArrayList<>();
        String asked = Reading.words(was.when());
        String asks = Reading.words(now.when());
        if (!asked.equals(asks)) {
            parts.add(new Part("when", asked, asks));
        } else if (!was.when().equals(now.when())) {
            parts.add(new Part("when", asked, "the same, with other entries in its lists"));
        }
        if (!was.then().equals(now.then())) {
            parts.add(new Part("then", was.then().words(), now.then().words()));
        }
        if (was.observed() != now.observed()) {
            parts.add(new Part("observe", was.observed() + "", now.observed() + ""));
        }
        if (!approvers(old, was).equals(approvers(fresh, now))) {
            parts.add(new Part("approvers", approvers(old, was), approvers(fresh, now)));
        }
        return parts;
    }

    private static String approvers(Policy policy, Rule rule) {
        Optional<String> list =
                rule.then() instanceof Decision.Hold(_, Hearing hearing)
                        ? hearing.asked()
                        : Optional.empty();
        return list
                .map(name -> policy.approvers().getOrDefault(name, List.of()))
                .orElse(List.of())
                .stream()
                .map(Object::toString)
                .sorted(Comparator.naturalOrder())
                .toList()
                .toString();
    }
}
