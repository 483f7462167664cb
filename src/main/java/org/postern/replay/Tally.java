package org.postern.replay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.policy.Policy;
import org.postern.replay.Replay.Missing;
import org.postern.replay.Replay.Verdict;

/// Counts what two policies decide about the same mail. It names messages by their queue ids, and
/// nobody. Its memory grows with the pairs of rules alone.
final class Tally {
    /// Queue ids that are shown of one pair; of more their number is.
    private static final int IDS_MAX = 20;

    private final Map<Pair, Group> groups = new LinkedHashMap<>();
    private int messages;
    private int recipients;
    private int unrecorded;
    private int incomparable;
    private final Map<Missing, Integer> missing = new EnumMap<>(Missing.class);

    /// By name, of how many recipients each rule that was only observed said something then.
    private final Map<String, Integer> observed = new TreeMap<>();

    /// What both say, in words.
    private record Pair(String was, String now) {}

    private static final class Group {
        int count;
        final List<String> ids = new ArrayList<>();

        void add(String id) {
            count++;
            if (ids.size() < IDS_MAX && !ids.contains(id)) {
                ids.add(id);
            }
        }
    }

    /// A message as the audit has it.
    ///
    /// @param observed rules that would have decided, were they not only observed, for each
    ///   recipient
    /// @param replay empty where it is not known what rules saw
    record Taken(String id, List<String> observed, Optional<Replay> replay) {
        Taken {
            observed = List.copyOf(observed);
        }
    }

    void add(Taken taken, Policy old, Policy fresh) {
        taken.observed().forEach(rule -> observed.merge(rule, 1, Integer::sum));
        taken.replay()
                .ifPresentOrElse(
                        message -> add(taken.id(), message, old, fresh), this::addUnrecorded);
    }

    private void add(String id, Replay message, Policy old, Policy fresh) {
        messages++;
        for (Address recipient : message.recipients()) {
            recipients++;
            Verdict was = message.by(old, recipient);
            Verdict now = message.by(fresh, recipient);
            countMissing(was, now);
            if (isDifferent(was, now)) {
                groups.computeIfAbsent(new Pair(words(was), words(now)), _ -> new Group()).add(id);
            }
        }
    }

    /// A decision that is not known by one of the two is compared with nothing.
    private void countMissing(Verdict was, Verdict now) {
        Set<Missing> both = EnumSet.noneOf(Missing.class);
        for (Verdict each : List.of(was, now)) {
            if (each instanceof Verdict.NotKnown(_, Set<Missing> what)) {
                both.addAll(what);
            }
        }
        if (!both.isEmpty()) {
            incomparable++;
            both.forEach(each -> missing.merge(each, 1, Integer::sum));
        }
    }

    private void addUnrecorded() {
        unrecorded++;
    }

    /// The same decision by a rule of another name is no difference. What is not known may be one.
    private static boolean isDifferent(Verdict was, Verdict now) {
        return !(was instanceof Verdict.Decided(_, var before)
                && now instanceof Verdict.Decided(_, var after)
                && before.equals(after));
    }

    private static String words(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Decided(String rule, var decision) ->
                    decision.words() + "  (rule \"" + rule + "\")";
            case Verdict.NotKnown(String rule, _) ->
                    "not known: rule \"" + rule + "\" asks for what was not recorded";
        };
    }

    /// The outcome for people, what concerns most recipients first.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "%,d messages to %,d recipients were decided about anew."
                        .formatted(messages, recipients));
        lines.addAll(weaker());
        if (unrecorded > 0) {
            lines.add("Of %,d more the audit does not say what rules saw.".formatted(unrecorded));
        }
        if (groups.isEmpty()) {
            lines.add("Nothing would have been decided differently.");
        }
        sorted().forEach(each -> {
            Group group = each.getValue();
            lines.add("");
            lines.add("%,d %s".formatted(group.count, plural(group.count)));
            lines.add("  old  " + each.getKey().was());
            lines.add("  new  " + each.getKey().now());
            int more = group.count - group.ids.size();
            lines.add(
                    "  in   "
                            + String.join(" ", group.ids)
                            + (group.ids.size() == IDS_MAX && more > 0 ? " …" : ""));
        });
        return lines;
    }

    /// What a reader has to know before he trusts the comparison.
    private List<String> weaker() {
        List<String> lines = new ArrayList<>();
        if (incomparable > 0) {
            lines.add(
                    "Of these, %,d cannot be compared; what a rule asks was not recorded:"
                            .formatted(incomparable));
            missing.forEach((what, count) -> lines.add("  %,d  %s".formatted(count, what.words())));
        }
        if (messages > 0) {
            lines.add(
                    "Lists and the clinic's own domains count as they are now, and health"
                            + " information as it was found then.");
        }
        observed.forEach((rule, count) ->
                lines.add(
                        "The observed rule \"%s\" would have decided for %,d %s then."
                                .formatted(rule, count, plural(count))));
        return lines;
    }

    private Stream<Map.Entry<Pair, Group>> sorted() {
        return groups.entrySet().stream()
                .sorted((one, other) -> other.getValue().count - one.getValue().count);
    }

    /// The same for programs.
    void write(ObjectNode node) {
        node.put("messages", messages).put("recipients", recipients).put("notRecorded", unrecorded);
        node.put("notComparable", incomparable);
        ObjectNode because = node.putObject("notComparableBecauseOf");
        missing.forEach((what, count) ->
                because.put(what.name().toLowerCase(Locale.ROOT).replace('_', '-'), count));
        ObjectNode observing = node.putObject("observed");
        observed.forEach(observing::put);
        ArrayNode differences = node.putArray("differences");
        sorted().forEach(each -> {
            ObjectNode difference =
                    differences
                            .addObject()
                            .put("recipients", each.getValue().count)
                            .put("old", each.getKey().was())
                            .put("new", each.getKey().now());
            ArrayNode ids = difference.putArray("messages");
            each.getValue().ids.forEach(ids::add);
        });
    }

    private static String plural(int recipients) {
        return recipients == 1 ? "recipient" : "recipients";
    }
}
