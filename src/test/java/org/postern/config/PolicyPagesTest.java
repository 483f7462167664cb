package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.testkit.Accepted;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.YamlNode;
import org.postern.yaml.YamlParser;

/// The pages of the policy language say what the schema says, and every example in them is a rule
/// that the gateway takes. `scripts/reference` writes them anew.
class PolicyPagesTest {
    private static final Path PAGES = Path.of("src/docs/policy");
    private static final Path SCHEMA = Path.of("policy-config/policy.schema.json");

    private PolicyPages pages;

    @BeforeEach
    void read() throws IOException {
        pages = new PolicyPages(new ObjectMapper().readTree(SCHEMA.toFile()));
    }

    @Test
    void pagesAreThoseOfTheSchema() throws IOException {
        if (Boolean.getBoolean("reference.write")) {
            write();
        }
        Set<String> there;
        try (Stream<Path> files = Files.list(PAGES)) {
            there =
                    files.map(file -> file.getFileName().toString())
                            .collect(Collectors.toCollection(TreeSet::new));
        }
        assertEquals(new TreeSet<>(pages.pages().keySet()), there, "run scripts/reference");
        for (var page : pages.pages().entrySet()) {
            assertEquals(
                    page.getValue(),
                    Files.readString(PAGES.resolve(page.getKey())),
                    page.getKey() + ": run scripts/reference");
        }
    }

    private void write() throws IOException {
        Files.createDirectories(PAGES);
        try (Stream<Path> old = Files.list(PAGES)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        for (var page : pages.pages().entrySet()) {
            Files.writeString(PAGES.resolve(page.getKey()), page.getValue());
        }
    }

    @Test
    void everyWordHasATitleAndExamples() {
        for (PolicyPages.Word word : pages.words()) {
            assertFalse(word.title().isEmpty(), word.file());
            assertFalse(word.examples().isEmpty(), word.file());
        }
    }

    @Test
    void everyExampleIsARule() {
        int read = 0;
        for (var word : pages.rules().entrySet()) {
            for (String rules : word.getValue()) {
                ConfigErrors errors = new ConfigErrors();
                Optional<YamlNode> root = YamlParser.parse("policy.yaml", rules + "\n", errors);
                Accepted.value(Checked.of(root.flatMap(new PolicyReader(errors)::read), errors));
                read++;
            }
        }
        assertTrue(read > 20, read + " examples");
    }
}
