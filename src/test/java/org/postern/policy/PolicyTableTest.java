package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.postern.config.PolicyText;
import org.postern.facts.Facts;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// Runs `policies/*.table`: above the line of dashes a policy, below it one message a line.
///
/// A subject of `?` cannot be read; a header of `?` belongs to a section that cannot be read, and
/// one whose value is `?` to a field that cannot be decoded.
class PolicyTableTest {
    private static final Path TABLES = Path.of("src/test/resources/policies");

    @TestFactory
    Stream<DynamicTest> tables() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(TABLES)) {
            for (Path file : files.sorted().toList()) {
                String[] parts = Files.readString(file).split("\n-{20,}\n", 2);
                assertEquals(2, parts.length, file + " has no line of dashes");
                Policy policy = PolicyText.policy(parts[0]);
                parts[1].lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(line -> row(file, policy, line))
                        .forEach(tests::add);
            }
        }
        assertTrue(tests.size() > 20, "the tables were not found");
        return tests.stream();
    }

    private static DynamicTest row(Path file, Policy policy, String line) {
        String[] cells = Stream.of(line.split("\\|", -1)).map(String::strip).toArray(String[]::new);
        return DynamicTest.dynamicTest(
                file.getFileName() + ": " + line.strip(),
                () -> {
                    assertEquals(7, cells.length, "cells of a row");
                    Facts facts = facts(cells);
                    Address to = facts.recipients().getFirst();
                    Ruling.ForRecipient ruling = policy.rule(facts).of(to);
                    assertEquals(cells[5], ruling.rule());
                    assertEquals(cells[6], ruling.decision().words());
                    assertEquals(ruling, policy.explain(facts, to).ruling());
                });
    }

    private static Facts facts(String[] cells) {
        @Nullable Address from = cells[1].equals("<>") ? null : Address.of(cells[1]);
        return SampleFacts.of(
                SampleFacts.entry(Listener.valueOf(cells[0].toUpperCase(Locale.ROOT)), from),
                List.of(Address.of(cells[2])),
                cells[3].equals("?") ? Subject.UNREADABLE : Subject.of(cells[3]),
                header(cells[4]));
    }

    private static Facts.Fields header(String cell) {
        if (cell.equals("?")) {
            return Facts.Fields.incomplete(List.of());
        }
        if (cell.equals("-")) {
            return Facts.Fields.of(List.of());
        }
        String[] field = cell.split(": ?", 2);
        return Facts.Fields.of(List.of(new Facts.Field(field[0], field[1], !field[1].equals("?"))));
    }
}
