package org.postern.bearer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/// JSON of others: one object, no name twice (RFC 7515 §4), little depth, nothing behind it.
final class BoundedJson {
    private static final int DEPTH_MAX = 10;
    private static final int STRING_CHARACTERS_MAX = 16 * 1_024;
    private static final int NUMBER_CHARACTERS_MAX = 30;

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEPTH_MAX)
                                                    .maxStringLength(STRING_CHARACTERS_MAX)
                                                    .maxNumberLength(NUMBER_CHARACTERS_MAX)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private BoundedJson() {}

    /// @param octets whose number the caller bounds
    /// @return empty if it is not one object, or holds more than it may
    static Optional<ObjectNode> object(byte[] octets) {
        try {
            JsonNode node = MAPPER.readTree(octets);
            return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// @return empty if there is no such value, or it is no string
    static Optional<String> text(ObjectNode object, String name) {
        JsonNode node = object.get(name);
        return node != null && node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
    }
}
