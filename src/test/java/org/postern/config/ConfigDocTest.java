package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.facts.Facts;
import org.postern.facts.Subject;
import org.postern.mail.Listener;
import org.postern.testkit.Accepted;
import org.postern.testkit.SampleFacts;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.YamlNode;
import org.postern.yaml.YamlParser;

/// Every key that a reader knows is documented, and every documented key is known: in the shipped
/// files, where a key may be switched off by a `#` before it, and in the schemas for editors.
class ConfigDocTest {
    private static final Pattern SWITCHED_OFF = Pattern.compile("(?m)^( *)#(?=\\S)");

    /// Every phrase of the policy language once.
    static final String EVERY_PHRASE =
            """
            phi: { mrn: "MRN-?[0-9]{7}" }
            settings:
              - { for: { domain: a.example }, expiry: 9 days }
            rules:
              - name: a
                when:
                  all: [ { listener: relay } ]
                  any: [ { recipient: { domain: internal, address: a@b.example } } ]
                  not: { subject: { tag: secure } }
                  header: { name: X-L, is: a }
                  recipients: { count: "> 1" }
                  size: "> 1 KiB"
                  attachment: { kind: pdf }
                  smime: none
                  recipient-can: smime
                  recipient-chose: ordinary-mail
                  authentication: { dmarc: pass }
                  phi: { score: "> 1" }
                  time: { on: mon }
                then: { protect: smime }
              - name: b
                observe: false
                then: { hold: { reason: why } }
            """;

    private static final Facts SOME_FACTS =
            SampleFacts.of(
                    SampleFacts.entry(Listener.RELAY, null),
                    List.of(),
                    Subject.of(""),
                    Facts.Fields.of(List.of()));

    @TempDir Path temporary;

    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        // Outside of anchors/, where each would vouch for everybody's mail.
        Path tls = Files.createDirectories(folder.path().resolve("tls"));
        for (String file :
                Set.of("our-own-ca.pem", "provider-ca.pem", "stmary.pem", "directory.pem")) {
            Files.writeString(tls.resolve(file), "");
        }
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
        String everything = everything("gateway.yaml");
        ConfigErrors errors = new ConfigErrors();
        YamlNode root = YamlParser.parse("gateway.yaml", everything, errors).orElseThrow();
        Accepted.value(Checked.of(new GatewayReader(folder.path(), errors).read(root), errors));
        assertEquals(text(errors.askedKeys()), text(written("", root)));
        assertEquals(text(errors.askedKeys()), text(schema("gateway", "")));
    }

    /// What stands behind a `#` is what the gateway does by itself.
    @Test
    void switchedOffKeysShowTheirDefaults() {
        GatewayConfig shipped = Accepted.value(Configuration.gateway(folder.path()));
        folder.with("gateway.yaml", everything("gateway.yaml"));
        GatewayConfig everything = Accepted.value(Configuration.gateway(folder.path()));
        assertEquals(shipped.storage(), everything.storage());
        assertEquals(shipped.limits(), everything.limits());
        assertEquals(shipped.pickup(), everything.pickup());
    }

    @Test
    void policyKeysAreInTheFileAndInTheSchema() throws IOException {
        ConfigErrors errors = new ConfigErrors();
        Optional<YamlNode> root = YamlParser.parse("policy.yaml", EVERY_PHRASE, errors);
        Accepted.value(Checked.of(root.flatMap(new PolicyReader(errors)::read), errors));
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
        folder.with(
                "tests/every.yaml",
                """
                tests:
                  - name: every part of a message
                    from: a@b.example
                    to: c@d.example
                    attachments: [ { kind: pdf } ]
                    authentication: { dmarc: pass }
                    phi: { score: 9 }
                    recipient-can: { smime: c@d.example }
                    expect: { rule: everything }
                """);
        PolicyTests.Around around =
                new PolicyTests.Around(
                        Set.of(),
                        (_, _) -> new PolicyTests.Looked.Seen(SOME_FACTS, ""),
                        Optional.empty());
        PolicyTests.load(new ConfigFolder(folder.path()), around, errors);
        assertEquals(0, errors.count(), errors.inOrder().toString());
        assertEquals(text(errors.askedKeys()), text(schema("tests", "tests")));
    }

    private String everything(String file) {
        return SWITCHED_OFF.matcher(folder.text(file)).replaceAll("$1");
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
        JsonNode schema = new ObjectMapper().readTree(folder.text(name + ".schema.json"));
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
