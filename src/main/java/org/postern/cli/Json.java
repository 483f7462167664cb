package org.postern.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
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

    private static String text(ObjectNode root) {
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain nodes can always be written", e);
        }
    }
}
