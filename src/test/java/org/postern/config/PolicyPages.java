package org.postern.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.StreamSupport;

/// The reference of the policy language, one page a condition and a decision, out of the same file
/// that tells editors what may be typed: `policy.schema.json`.
final class PolicyPages {
    private static final String INDEX = "README.md";

    private final JsonNode schema;

    PolicyPages(JsonNode schema) {
        this.schema = schema;
    }

    /// One word of the language.
    ///
    /// @param part `when` or `then`
    /// @param name as it is written in a rule
    /// @param here what the schema says where the word stands: its title, examples, doubt
    /// @param form what it is made of
    record Word(String part, String name, JsonNode here, JsonNode form) {
        String file() {
            return part + "-" + name + ".md";
        }

        String title() {
            return here.path("title").asText();
        }

        List<JsonNode> examples() {
            return StreamSupport.stream(here.path("examples").spliterator(), false).toList();
        }
    }

    /// All words, conditions first, in the order of the schema.
    List<Word> words() {
        List<Word> words = new ArrayList<>();
        for (String part : List.of("when", "then")) {
            JsonNode all = schema.at("/$defs/" + part + "/properties");
            all.properties()
                    .forEach(each ->
                            words.add(
                                    new Word(
                                            part,
                                            each.getKey(),
                                            each.getValue(),
                                            section(resolved(each.getValue())))));
        }
        return words;
    }

    /// The pages by file name.
    SequencedMap<String, String> pages() {
        SequencedMap<String, String> pages = new LinkedHashMap<>();
        pages.put(INDEX, index());
        words().forEach(word -> pages.put(word.file(), page(word)));
        return pages;
    }

    private String index() {
        StringBuilder out =
                new StringBuilder(
                        """
                        # The policy language, word by word
                        Made from `policy-config/policy.schema.json` by `scripts/reference`.
                        How rules work together, and how to write, try and switch on one:
                        [../policy.md](../policy.md). Each value may be a name from
                        `variables.yaml`, as in `limit: $time-to-decide`:
                        [there](../policy.md#values-with-a-name).
                        """);
        for (String part : List.of("when", "then")) {
            out.append(
                    part.equals("when")
                            ? "\n## What a rule may ask (`when`)\n"
                            : "\n## What a rule may decide (`then`)\n");
            out.append("| | |\n|---|---|\n");
            words().stream()
                    .filter(word -> word.part().equals(part))
                    .forEach(word ->
                            out.append(
                                    "| [`%s`](%s) | %s |\n"
                                            .formatted(word.name(), word.file(), word.title())));
        }
        return out.toString();
    }

    private String page(Word word) {
        StringBuilder out = new StringBuilder();
        out.append("# `").append(word.name()).append("`: ").append(word.title()).append("\n");
        out.append("Belongs under `").append(word.part()).append("` of a rule. ");
        String text = description(word);
        out.append(text).append("\n");
        if (!values(word.form()).isEmpty()) {
            out.append("\nMay be: ").append(values(word.form())).append(".\n");
        }
        keys(word.form(), out);
        out.append("\n## Examples\n```yaml\n");
        word.examples().forEach(example -> out.append(inRule(word, example)).append("\n"));
        out.append("```\n");
        if (word.here().has("x-doubt")) {
            out.append("\n## When it cannot be known for certain\n");
            out.append(word.here().path("x-doubt").asText()).append("\n");
        }
        return out.append("\n[All words of the policy language](README.md)\n").toString();
    }

    private String description(Word word) {
        String said = word.here().path("description").asText();
        if (said.isEmpty()) {
            said = word.form().path("description").asText();
        }
        return said.isEmpty() ? word.title() + "." : said;
    }

    private void keys(JsonNode form, StringBuilder out) {
        if (!form.has("properties") || form.equals(schema.at("/$defs/when"))) {
            return;
        }
        out.append("\n| key | what it says | may be |\n|---|---|---|\n");
        form.path("properties")
                .properties()
                .forEach(each ->
                        out.append(
                                "| `%s`%s | %s | %s |\n"
                                        .formatted(
                                                each.getKey(),
                                                isRequired(form, each.getKey()) ? " (needed)" : "",
                                                resolved(each.getValue())
                                                        .path("description")
                                                        .asText(),
                                                what(each.getValue()))));
        if (form.path("maxProperties").asInt() == 1) {
            out.append("\nExactly one of these.\n");
        }
    }

    private static boolean isRequired(JsonNode form, String key) {
        return StreamSupport.stream(form.path("required").spliterator(), false)
                .anyMatch(it -> it.asText().equals(key));
    }

    private static String what(JsonNode form) {
        String values = values(form);
        return values.isEmpty() ? "text" : values;
    }

    /// What may stand there, as words; empty for free text.
    private static String values(JsonNode form) {
        List<String> values = new ArrayList<>();
        JsonNode one = form.has("oneOf") ? form.path("oneOf").path(0) : form;
        one.path("enum").forEach(value -> values.add("`" + value.asText() + "`"));
        if (form.has("const")) {
            values.add("`" + form.path("const").asText() + "`");
        }
        String words = String.join(", ", values);
        if (form.has("oneOf")) {
            words += words.isEmpty() ? "one, or a list" : "; or a list of these";
        }
        if (form.has("default")) {
            words += "; left out: `" + form.path("default").asText() + "`";
        }
        return words;
    }

    /// Of a word that is a single value or a section, the section.
    private JsonNode section(JsonNode node) {
        for (JsonNode each : node.path("oneOf")) {
            if (each.has("$ref")) {
                return resolved(each);
            }
        }
        return node;
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? schema.at(node.path("$ref").asText().substring(1)) : node;
    }

    /// The example inside of a rule that a reader takes.
    static String inRule(Word word, JsonNode example) {
        String said = "%s: %s".formatted(word.name(), flow(example));
        return switch (word.part()) {
            case "when" ->
                    "- { name: example, when: { %s }, then: { hold: look } }".formatted(said);
            case "then" -> "- { name: example, then: { %s } }".formatted(beside(word, said));
            default -> throw new IllegalStateException(word.part());
        };
    }

    /// Two words of a decision do not stand alone.
    private static String beside(Word word, String said) {
        return word.here().has("x-beside")
                ? word.here().path("x-beside").asText() + ", " + said
                : said;
    }

    private static String flow(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                List<String> parts = new ArrayList<>();
                ((ObjectNode) node)
                        .properties()
                        .forEach(each -> parts.add(each.getKey() + ": " + flow(each.getValue())));
                yield "{ " + String.join(", ", parts) + " }";
            }
            case ARRAY -> {
                List<String> parts = new ArrayList<>();
                node.forEach(each -> parts.add(flow(each)));
                yield "[ " + String.join(", ", parts) + " ]";
            }
            case BOOLEAN -> node.asText();
            case STRING -> node.asText().matches("[a-z]+") ? node.asText() : quoted(node);
            case BINARY, MISSING, NULL, NUMBER, POJO ->
                    throw new IllegalStateException(node.getNodeType().name());
        };
    }

    /// JSON's form of a text is also one of YAML.
    private static String quoted(JsonNode node) {
        try {
            return new ObjectMapper().writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The examples of all words as files of rules, each to be read alone.
    Map<String, List<String>> rules() {
        Map<String, List<String>> rules = new LinkedHashMap<>();
        for (Word word : words()) {
            rules.put(
                    word.part() + "." + word.name(),
                    word.examples().stream().map(it -> "rules:\n  " + inRule(word, it)).toList());
        }
        return rules;
    }
}
