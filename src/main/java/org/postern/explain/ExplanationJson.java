package org.postern.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.postern.condition.Match;
import org.postern.condition.Reading;
import org.postern.facts.Facts;
import org.postern.policy.Explanation;
import org.postern.policy.Protection;
import org.postern.policy.Settings;
import org.postern.reach.Choice;
import org.postern.variable.Used;

/// The answer as JSON, for other programs. Keys are only ever added.
final class ExplanationJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ExplanationJson() {}

    /// `heldFirst` is why a person would have to look at it first, whatever the rules say, or null.
    ///
    /// @param choices which protection would be chosen for whom
    /// @param remarks what becomes of it besides
    static String of(
            Facts facts, List<Explanation> explanations, Choices choices, Remarks remarks) {
        ObjectNode root =
                NODES.objectNode()
                        .put(
                                "from",
                                facts.originator() == null ? "" : facts.originator().toString())
                        .put("listener", facts.listener().name().toLowerCase(Locale.ROOT))
                        .put("size", facts.makeup().size())
                        .put("heldFirst", remarks.heldFirst().orElse(null));
        ArrayNode recipients = root.putArray("recipients");
        for (Explanation explanation : explanations) {
            ObjectNode recipient =
                    recipients
                            .addObject()
                            .put("recipient", explanation.ruling().recipient().toString())
                            .put("copy", choices.isCopy(explanation.ruling().recipient()))
                            .put("rule", explanation.ruling().rule())
                            .put("decision", explanation.ruling().decision().words());
            besides(recipient, explanation);
            ArrayNode steps = recipient.putArray("rules");
            for (Explanation.Step step : explanation.steps()) {
                ObjectNode shown =
                        steps.addObject()
                                .put("rule", step.rule().name())
                                .put("observed", step.rule().observed());
                shown.set("condition", reading(step.reading()));
                ArrayNode variables = shown.putArray("variables");
                step.rule().used().forEach(used -> variables.add(variable(used)));
            }
            choices.of(explanation.ruling().recipient())
                    .ifPresent(choice -> protections(recipient, choice));
        }
        if (!choices.made().isEmpty()) {
            root.put("notSeen", Choices.NOT_SEEN_HERE);
        }
        if (!choices.problem().isEmpty()) {
            root.put("protectionsNotKnown", choices.problem());
        }
        ArrayNode said = root.putArray("remarks");
        remarks.sentences().forEach(said::add);
        return text(root);
    }

    private static ObjectNode variable(Used used) {
        return NODES.objectNode()
                .put("name", used.name())
                .put("value", used.value())
                .put("place", used.place());
    }

    /// What rules on trial would have decided, and what settings add.
    private static void besides(ObjectNode recipient, Explanation explanation) {
        ArrayNode observed = recipient.putArray("observed");
        explanation
                .ruling()
                .observed()
                .forEach(each ->
                        observed.addObject()
                                .put("rule", each.rule())
                                .put("decision", each.decision().words()));
        ArrayNode settings = recipient.putArray("settings");
        for (Settings.Effect each : explanation.effects()) {
            ArrayNode variables =
                    settings.addObject()
                            .put("word", each.word())
                            .put("value", each.value())
                            .put("scope", each.scope().name().toLowerCase(Locale.ROOT))
                            .put("place", each.origin().place())
                            .putArray("variables");
            each.origin().used().forEach(used -> variables.add(variable(used)));
        }
    }

    /// `chosen` is a protection, `hold` or `fail` if none is possible, or null if the message would
    /// wait. `waitsFor` is the protection for which it would, or null; `otherwise` is what happens
    /// where none is possible.
    private static void protections(ObjectNode recipient, Choice choice) {
        recipient.put(
                "chosen",
                choice.isLastResort()
                        ? choice.otherwise().name().toLowerCase(Locale.ROOT)
                        : choice.chosen().map(Protection::word).orElse(null));
        recipient.put("waitsFor", choice.awaited().map(Protection::word).orElse(null));
        recipient.put("otherwise", choice.otherwise().name().toLowerCase(Locale.ROOT));
        ArrayNode protections = recipient.putArray("protections");
        for (Choice.Step step : choice.steps()) {
            protections
                    .addObject()
                    .put("protection", step.protection().word())
                    .put(
                            "answer",
                            step.standing().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .put("why", step.why());
        }
    }

    private static ObjectNode reading(Reading reading) {
        ObjectNode node =
                NODES.objectNode()
                        .put("asked", reading.asked())
                        .put("matches", reading.match().matches())
                        .put("doubtful", reading.match().doubtful())
                        .put("known", reading.match() != Match.UNKNOWN)
                        .put("found", reading.found());
        ArrayNode parts = node.putArray("parts");
        reading.parts().forEach(part -> parts.add(reading(part)));
        return node;
    }

    private static String text(ObjectNode root) {
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain nodes can always be written", e);
        }
    }
}
