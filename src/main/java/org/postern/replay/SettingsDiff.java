package org.postern.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.condition.Who;
import org.postern.policy.Policy;
import org.postern.policy.Settings.Setting;

/// What became of the settings of one policy in another. A setting is known by its words; what
/// stands in the lists that it names is compared as well. Pure.
///
/// @param removed in words, in their order
/// @param added the same
/// @param otherEntries those that say the same, for people who are others now
record SettingsDiff(List<String> removed, List<String> added, List<String> otherEntries) {
    SettingsDiff {
        removed = List.copyOf(removed);
        added = List.copyOf(added);
        otherEntries = List.copyOf(otherEntries);
    }

    static SettingsDiff of(Policy old, Policy fresh) {
        List<String> before = words(old);
        List<String> after = words(fresh);
        Map<String, Who> was = byWords(old);
        Map<String, Who> now = byWords(fresh);
        return new SettingsDiff(
                before.stream().filter(each -> !after.contains(each)).toList(),
                after.stream().filter(each -> !before.contains(each)).toList(),
                after.stream()
                        .distinct()
                        .filter(each -> {
                            @Nullable Who who = was.get(each);
                            return who != null && !who.equals(now.get(each));
                        })
                        .toList());
    }

    /// The forms of record numbers hold for the whole clinic as well.
    private static List<String> words(Policy policy) {
        return Stream.concat(
                        policy.settings().words().stream(),
                        policy.recordForms().expressions().stream()
                                .map(each -> "phi: record numbers of the form " + each))
                .toList();
    }

    /// Of two settings that say the same for the same the first counts.
    private static Map<String, Who> byWords(Policy policy) {
        Map<String, Who> byWords = new HashMap<>();
        for (Setting each : policy.settings().all()) {
            byWords.putIfAbsent(each.scopedWords(), each.who());
        }
        return byWords;
    }
}
