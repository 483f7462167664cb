package org.postern.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a configuration file may not do to the program that reads it (CWE-502, CWE-776).
class YamlParserTest {
    @Test
    void textStaysText() {
        good("a: no", "no");
        good("a: on", "on");
        good("a: 0755", "0755");
        good("a: 1e3", "1e3");
        good("a: 2026-11-22", "2026-11-22");
        good("a: ~", "~");
        good("a: null", "null");
        good("a: ${HOME}", "${HOME}");
        good("a: \"x: y # z\"", "x: y # z");
        good("\uFEFFa: x", "x");
    }

    @Test
    void aPlaceIsKnown() {
        YamlNode.Mapping root = (YamlNode.Mapping) parse("a: x\nb:\n  - y\n", new ConfigErrors());
        YamlNode.Listing list = (YamlNode.Listing) root.entries().get(1).value();
        assertEquals("f.yaml:3:5", list.items().getFirst().place().toString());
        assertEquals("  - y", list.items().getFirst().place().source());
    }

    @Test
    void anAliasStandsForItsValue() {
        ConfigErrors errors = new ConfigErrors();
        YamlNode.Mapping root = (YamlNode.Mapping) parse("a: &x [1, 2]\nb: *x\n", errors);
        assertEquals(0, errors.count());
        assertEquals(root.entries().get(0).value(), root.entries().get(1).value());
    }

    @Test
    void whatNamesAClassIsRefused() {
        bad("a: !!javax.script.ScriptEngineManager [!!java.net.URL [\"http://x\"]]", "tags");
        bad("a: !!str x", "tags");
        bad("a: !x y", "tags");
        bad("!!map {a: b}", "tags");
    }

    @Test
    void aliasesCannotMultiply() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            String one = "*a" + (i - 1) + ", ";
            laughs.append("a%d: &a%d [%sx]\n".formatted(i, i, one.repeat(9)));
        }
        bad(laughs.toString(), "more than"); // billion laughs
        StringBuilder few = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i <= 5; i++) {
            String one = "*a" + (i - 1) + ", ";
            few.append("a%d: &a%d [%sx]\n".formatted(i, i, one.repeat(10)));
        }
        bad(few.toString(), "more than 50000 values"); // 50 aliases, a million values
        bad("a: &a [*a]", "no anchor"); // itself
        bad("a: *b\nb: &b x", "no anchor"); // used before it is defined
        bad("a: &x 1\nb: &x 2", "defined twice");
        StringBuilder many = new StringBuilder("a: &x 1\nb:\n");
        many.append("  - *x\n".repeat(YamlParser.ALIASES_MAX + 1));
        bad(many.toString(), "more than 50 aliases");
    }

    @Test
    void keysAreWordsAndStandOnce() {
        bad("a: 1\na: 2", "stands here twice");
        bad("a: {b: 1, b: 2}", "stands here twice");
        bad("x: &x {policy: open}\n<<: *x", "merge keys");
        bad("? [a, b]\n: c", "a key must be");
        bad("a: {{clinic}}", "a key must be");
    }

    @Test
    void oneDocumentAndNoMore() {
        bad("", "empty");
        bad("# only a comment\n", "empty");
        bad("a: 1\n---\nb: 2\n", "several documents");
    }

    @Test
    void whatIsNotYamlHasAPlace() {
        bad("a:\n\tb: 1", "f.yaml:2:1");
        bad("a: \"x", "not YAML");
        bad("a: [1, 2", "not YAML");
        bad("a: b: c", "f.yaml:1:5");
        bad("a: @x", "not YAML");
        bad("a: \u0007", "not YAML");
        bad("%YAML 9.9\n---\na: 1", "not YAML");
    }

    @Test
    @Timeout(20)
    void depthAndSizeAreBounded() {
        bad("[".repeat(100_000), "deep");
        bad("a: ".repeat(40) + "x", "not YAML");
        bad("{a: ".repeat(40) + "x" + "}".repeat(40), "deep");
        bad("a: " + "x".repeat(YamlParser.CHARACTERS_MAX), "characters");
    }

    private static void good(String yaml, String value) {
        ConfigErrors errors = new ConfigErrors();
        YamlNode.Mapping root = (YamlNode.Mapping) parse(yaml, errors);
        assertEquals(0, errors.count(), yaml + errors.inOrder());
        YamlNode.Text text = (YamlNode.Text) root.entries().getFirst().value();
        assertEquals(value, text.value());
    }

    private static void bad(String yaml, String fragment) {
        ConfigErrors errors = new ConfigErrors();
        Optional<YamlNode> unused = YamlParser.parse("f.yaml", yaml, errors);
        String shown = yaml.length() > 200 ? yaml.substring(0, 200) : yaml;
        assertTrue(
                errors.inOrder().stream().anyMatch(e -> e.toString().contains(fragment)),
                shown + " gave " + errors.inOrder() + unused.isPresent());
    }

    private static YamlNode parse(String yaml, ConfigErrors errors) {
        return YamlParser.parse("f.yaml", yaml, errors)
                .orElseThrow(() -> new AssertionError(errors.inOrder().toString()));
    }
}
