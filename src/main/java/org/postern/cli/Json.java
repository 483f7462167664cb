package org.postern.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.postern.condition.Match;
import org.postern.condition.Reading;
import org.postern.facts.Facts;
import org.postern.mail.Address;
import org.postern.policy.Explanation;
import org.postern.yaml.ConfigError;

/// The answers of commands as JSON, for other programs. Keys are only ever added.
final class Json {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    static String check(List<ConfigError> mistakes, List<ConfigError> warnings) {
        ObjectNode root = NODES.objectNode();
        root.set("mistakes", errors(mistakes));
        root.set("warnings", errors(warnings));
        return text(root);
    }

    private static ArrayNode errors(List<ConfigError> errors) {
        ArrayNode list = NODES.arrayNode();
        for (ConfigError error : errors) {
            list.addObject()
                    .put("file", error.file())
                    .put("line", error.line())
                    .put("column", error.column())
                    .put("text", error.text())
                    .put("suggestion", error.suggestion());
        }
        return list;
    }

    /// @param copies whether somebody gets a copy, because a rule says so
    static String explanations(
            Facts facts, List<Explanation> explanations, Predicate<Address> copies) {
        ObjectNode root =
                NODES.objectNode()
                        .put(
                                "from",
                                facts.originator() == null ? "" : facts.originator().toString())
                        .put("listener", facts.listener().name().toLowerCase(Locale.ROOT))
                        .put("size", facts.makeup().size());
        ArrayNode recipients = root.putArray("recipients");
        for (Explanation explanation : explanations) {
            ObjectNode recipient =
                    recipients
                            .addObject()
                            .put("recipient", explanation.ruling().recipient().toString())
                            .put("copy", copies.test(explanation.ruling().recipient()))
                            .put("rule", explanation.ruling().rule())
                            .put("decision", explanation.ruling().decision().words());
            ArrayNode observed = recipient.putArray("observed");
            explanation
                    .ruling()
                    .observed()
                    .forEach(each ->
                            observed.addObject()
                                    .put("rule", each.rule())
                                    .put("decision", each.decision().words()));
            ArrayNode settings = recipient.putArray("settings");
            explanation
                    .effects()
                    .forEach(each ->
                            settings.addObject()
                                    .put("word", each.word())
                                    .put("value", each.value())
                                    .put("scope", each.scope().name().toLowerCase(Locale.ROOT))
                                    .put("place", each.place()));
            ArrayNode steps = recipient.putArray("rules");
            for (Explanation.Step step : explanation.steps()) {
                ObjectNode shown =
                        steps.addObject()
                                .put("rule", step.rule().name())
                                .put("observed", step.rule().observed());
                shown.set("condition", reading(step.reading()));
            }
        }
        return text(root);
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
