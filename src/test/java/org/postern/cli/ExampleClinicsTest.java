package org.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postern.config.FolderCopy;

/// The clinics in `examples/`, copied over the shipped folder as their README says.
class ExampleClinicsTest {
    private static final Path EXAMPLES = Path.of("policy-config/examples");

    @TempDir Path temporary;

    static List<Path> clinics() throws IOException {
        try (Stream<Path> all = Files.list(EXAMPLES)) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("clinics")
    void eachIsCheckedWithoutAWarningAndMeetsItsExamples(Path clinic) throws IOException {
        FolderCopy folder = FolderCopy.in(temporary);
        Files.delete(folder.path().resolve("tests/everyday.yaml"));
        try (Stream<Path> all = Files.walk(clinic)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                folder.with(clinic.relativize(file).toString(), Files.readString(file));
            }
        }
        Typed check = Typed.of("check", "--config", folder.path().toString());
        assertEquals(Command.OK, check.exit(), check.out());
        assertFalse(check.out().contains("warning"), check.out());
        Typed tests = Typed.of("test-policy", "--config", folder.path().toString());
        assertEquals(Command.OK, tests.exit(), tests.out());
        assertFalse(tests.out().contains("none: add an example"), tests.out());
    }
}
