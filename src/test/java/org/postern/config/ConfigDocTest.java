package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.Accepted;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.YamlNode;

/// Every key that a reader knows is documented, and every documented key is known: in the shipped
/// files, where a key may be switched off by a `#` before it, and in the schemas for editors.
class ConfigDocTest {
    @TempDir Path temporary;

    private WholeFolder whole;
    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        whole = WholeFolder.in(temporary);
        folder = whole.copy;
    }

    /// Who vouches for a server must not vouch for people by the way.
    @Test
    void noExampleTrustsAServersAuthorityForMail() throws IOException {
        List<Path> texts =
                List.of(Path.of("policy-config/gateway.yaml"), Path.of("src/docs/certificates.md"));
        for (Path text : texts) {
            String read = Files.readString(text);
            assertFalse(read.contains("trust: partners/anchors/"), text::toString);
        }
    }

    @Test
    void gatewayKeysAreInTheFileAndInTheSchema() throws IOException {
        ConfigErrors errors = new ConfigErrors();
        YamlNode root = whole.gatewayRoot(errors);
        Accepted.value(Checked.of(whole.gateway(root, errors), errors));
        assertEquals(text(errors.askedKeys()), text(written("", root)));
        assertEquals(text(errors.askedKeys()), text(schema("gateway", "")));
    }

    /// What stands behind a `#` is what the gateway does by itself.
    @Test
    void switchedOffKeysShowTheirDefaults() {
        GatewayConfig shipped = Accepted.value(Configuration.gateway(folder.path()));
        folder.with("gateway.yaml", whole.everything("gateway.yaml"));
        GatewayConfig everything = Accepted.value(Configuration.gateway(folder.path()));
        assertEquals(shipped.storage(), everything.storage());
        assertEquals(shipped.limits(), everything.limits());
        assertEquals(shipped.pickup(), everything.pickup());
    }

    @Test
    void policyKeysAreInTheFileAndInTheSchema() throws IOException {
        ConfigErrors errors = new ConfigErrors();
        Accepted.value(Checked.of(WholeFolder.policy(errors), errors));
        SortedSet<String> asked = errors.askedKeys();
        assertEquals(text(asked), text(schema("policy", "policy")));
        String shipped = folder.text("policy.yaml");
        for (String key : asked) {
            String word = key.substring(key.lastIndexOf('.') + 1);
            assertTrue(shipped.contains(word + ":"), word + " is not explained in policy.yaml");
        }
    }

    @Test
    void peopleKeysAreInTheFileAndInTheSchema() throws IOException {
        ConfigErrors errors = new ConfigErrors();
        ConfigFolder files = new ConfigFolder(folder.path());
        assertTrue(new PeopleReader(files, Set.of(), errors).read().isPresent());
        assertEquals(text(errors.askedKeys()), text(schema("people", "")));
        for (String word : Set.of("name", "title", "photo", "page", "away")) {
            assertTrue(folder.text("people.yaml").contains("\n# " + word + " "), word);
        }
    }

    @Test
    void testKeysAreInTheFileAndInTheSchema() throws IOException {
        ConfigErrors errors = new ConfigErrors();
        whole.tests(errors);
        assertEquals(0, errors.count(), errors.inOrder().toString());
        assertEquals(text(errors.askedKeys()), text(schema("tests", "tests")));
    }

    private static String text(Set<String> keys) {
        return String.join("\n", keys);
    }

    /// The keys that stand in a file, as `section.key`.
    private static SortedSet<String> written(String label, YamlNode node) {
        SortedSet<String> keys = new TreeSet<>();
        switch (node) {
            case YamlNode.Text _ -> {}
            case YamlNode.Listing(_, var items, _) ->
                    items.forEach(item -> keys.addAll(written(label, item)));
            case YamlNode.Mapping(_, var entries, _) -> {
                for (YamlNode.Entry entry : entries) {
                    String key = entry.key().value();
                    keys.add(label + "." + key);
                    keys.addAll(written(below(label, key), entry.value()));
                }
            }
        }
        return keys;
    }

    /// The keys of a schema, as `section.key`; a definition is a section of its own name.
    private SortedSet<String> schema(String name, String label) throws IOException {
        JsonNode schema = whole.schema(name);
        SortedSet<String> keys = new TreeSet<>();
        collect(schema, label, keys);
        schema.path("$defs")
                .properties()
                .forEach(definition -> collect(definition.getValue(), definition.getKey(), keys));
        return keys;
    }

    private static void collect(JsonNode schema, String label, Set<String> keys) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            keys.add(label + "." + property.getKey());
            String below = below(label, property.getKey());
            assertTrue(
                    property.getValue().has("description") || property.getValue().has("$ref"),
                    below + " has no description");
            collect(property.getValue(), below, keys);
            collect(property.getValue().path("items"), below, keys);
        }
    }

    private static String below(String label, String key) {
        return label.isEmpty() ? key : label + "." + key;
    }
}
