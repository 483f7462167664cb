package org.postern.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.postern.replay.PolicyDiff.Side;

/// The difference of two policies as JSON, for other programs. Keys are only ever added.
final class DiffJson {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private DiffJson() {}

    /// What the files say differently.
    static ObjectNode of(Side old, Side fresh) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        SettingsDiff difference = SettingsDiff.of(old.policy(), fresh.policy());
        ObjectNode settings = root.putObject("settings");
        difference.removed().forEach(settings.putArray("removed")::add);
        difference.added().forEach(settings.putArray("added")::add);
        difference.otherEntries().forEach(settings.putArray("otherEntries")::add);
        ObjectNode unchecked = root.putObject("groupsNotChecked");
        old.unchecked().forEach(unchecked.putArray("old")::add);
        fresh.unchecked().forEach(unchecked.putArray("new")::add);
        ArrayNode rules = root.putArray("rules");
        for (RuleDiff.Change change : RuleDiff.of(old.policy(), fresh.policy())) {
            ObjectNode node = rules.addObject();
            switch (change) {
                case RuleDiff.Change.Added(int now) ->
                        named(node.put("change", "added"), fresh, now);
                case RuleDiff.Change.Removed(int was) ->
                        named(node.put("change", "removed"), old, was);
                case RuleDiff.Change.Moved(int now) ->
                        named(node.put("change", "moved"), fresh, now);
                case RuleDiff.Change.Changed(int was, int now, List<RuleDiff.Part> parts) -> {
                    named(node.put("change", "changed"), fresh, now).put("before", old.place(was));
                    ArrayNode all = node.putArray("parts");
                    for (RuleDiff.Part part : parts) {
                        all.addObject()
                                .put("part", part.name())
                                .put("old", part.was())
                                .put("new", part.now());
                    }
                }
            }
        }
        return root;
    }

    private static ObjectNode named(ObjectNode node, Side side, int rule) {
        return node.put("rule", side.policy().rules().get(rule).name())
                .put("place", side.place(rule));
    }

    static String text(ObjectNode root) {
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain nodes can always be written", e);
        }
    }
}
