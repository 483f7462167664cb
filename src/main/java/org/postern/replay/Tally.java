package org.postern.replay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.policy.Policy;
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
    /// @param replay empty where it is not known what rules saw
    record Taken(String id, Optional<Replay> replay) {}

    void add(Taken taken, Policy old, Policy fresh) {
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
            if (isDifferent(was, now)) {
                groups.computeIfAbsent(new Pair(words(was), words(now)), _ -> new Group()).add(id);
            }
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
            case Verdict.NotKnown(String rule) ->
                    "not known: rule \"" + rule + "\" asks for what was not recorded";
        };
    }

    /// The outcome for people, what concerns most recipients first.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "%,d messages to %,d recipients were decided about anew."
                        .formatted(messages, recipients));
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

    private Stream<Map.Entry<Pair, Group>> sorted() {
        return groups.entrySet().stream()
                .sorted((one, other) -> other.getValue().count - one.getValue().count);
    }

    /// The same for programs.
    void write(ObjectNode node) {
        node.put("messages", messages).put("recipients", recipients).put("notRecorded", unrecorded);
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
