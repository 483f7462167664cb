package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.yaml.ConfigErrors;

/// Editors offer the words that the readers take, for each key that takes some words: no more,
/// which would be refused, and no fewer, which nobody would find.
class SchemaWordsTest {
    private static final Set<String> YES_OR_NO = Set.of("true", "false");

    /// One word for all next hops is read, and refused with the reason where a password or a proof
    /// hangs on it.
    private static final Map<String, Set<String>> REFUSED_WITH_A_REASON =
            Map.of(
                    "authentication.tls", Set.of("none", "opportunistic"),
                    "routes.tls", Set.of("none", "opportunistic"));

    @TempDir Path temporary;

    private WholeFolder whole;

    @BeforeEach
    void copy() throws IOException {
        whole = WholeFolder.in(temporary);
    }

    @Test
    void ofThePolicy() throws IOException {
        ConfigErrors errors = new ConfigErrors();
        assertTrue(WholeFolder.policy(errors).isPresent());
        assertSame(errors, schema("policy", "policy"), 10);
    }

    @Test
    void ofTheGateway() throws IOException {
        ConfigErrors errors = new ConfigErrors();
        assertTrue(whole.gateway(whole.gatewayRoot(errors), errors).isPresent());
        assertSame(errors, schema("gateway", ""), 10);
    }

    @Test
    void ofPolicyTests() throws IOException {
        ConfigErrors errors = new ConfigErrors();
        whole.tests(errors);
        assertSame(errors, schema("tests", "tests"), 5);
    }

    private static void assertSame(
            ConfigErrors errors, NavigableMap<String, Set<String>> offered, int least) {
        NavigableMap<String, Set<String>> taken = new TreeMap<>();
        errors.askedWords()
                .forEach((key, words) -> {
                    Set<String> all = new TreeSet<>(words);
                    all.removeAll(REFUSED_WITH_A_REASON.getOrDefault(key, Set.of()));
                    taken.put(key, all);
                });
        // A key of which true alone makes sense is offered with that alone.
        offered.keySet().removeIf(key -> !taken.containsKey(key) && isYes(offered, key));
        assertEquals(lines(taken), lines(offered));
        assertTrue(taken.size() >= least, taken::toString);
    }

    private static boolean isYes(Map<String, Set<String>> offered, String key) {
        return Set.of("true").equals(offered.get(key));
    }

    private static String lines(Map<String, Set<String>> words) {
        StringBuilder lines = new StringBuilder();
        words.forEach((key, all) -> lines.append(key).append(": ").append(all).append('\n'));
        return lines.toString();
    }

    private NavigableMap<String, Set<String>> schema(String name, String label) throws IOException {
        JsonNode schema = whole.schema(name);
        NavigableMap<String, Set<String>> words = new TreeMap<>();
        collect(schema, label, words);
        schema.path("$defs")
                .properties()
                .forEach(part -> collect(part.getValue(), part.getKey(), words));
        return words;
    }

    private static void collect(JsonNode schema, String label, Map<String, Set<String>> words) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String below = label.isEmpty() ? property.getKey() : label + "." + property.getKey();
            Set<String> offered = offered(property.getValue());
            if (!offered.isEmpty()) {
                words.put(label + "." + property.getKey(), offered);
            }
            collect(property.getValue(), below, words);
            collect(property.getValue().path("items"), below, words);
        }
    }

    /// The words of a key, whether it takes one of them or a list.
    private static Set<String> offered(JsonNode value) {
        Set<String> words = new TreeSet<>();
        value.path("enum").forEach(each -> words.add(each.asText()));
        if (value.has("const")) {
            words.add(value.path("const").asText());
        }
        if (value.path("type").asText().equals("boolean")) {
            words.addAll(YES_OR_NO);
        }
        value.path("oneOf").forEach(each -> words.addAll(offered(each)));
        if (value.has("items")) {
            words.addAll(offered(value.path("items")));
        }
        return words;
    }
}
