package org.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.FolderCopy;
import org.postern.testkit.Golden;

class TestPolicyTest {
    @TempDir Path temporary;

    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
    }

    @Test
    void theShippedExamplesAreMetAndReachEveryRule() {
        Typed typed = run();
        assertEquals(Command.OK, typed.exit(), typed.out());
        assertTrue(typed.out().contains("9 examples, all as expected."), typed.out());
        assertTrue(!typed.out().contains("none: add an example"), typed.out());
    }

    @Test
    void aDifferenceIsShownWithBothSides() throws IOException {
        folder.with(
                "tests/everyday.yaml",
                """
                tests:
                  - name: a patient is refused
                    from: anna.reyes@mapleclinic.example
                    to: maria.lopez@mail.example
                    expect: { rule: colleagues, refuse: any }
                """);
        Typed typed = run();
        assertEquals(Command.FAILED, typed.exit());
        Golden.assertSame("cli/test-policy.txt", typed.out().replace(folder.path() + "/", ""));
    }

    @Test
    void theTextOfAHoldMayBeLeftOpen() {
        folder.with("policy.yaml", "rules: [ { name: all, then: { hold: \"Sam looks.\" } } ]");
        expect("{ hold: any }", Command.OK);
        expect("{ hold: \"Sam looks.\" }", Command.OK);
        expect("{ hold: \"Anna looks.\" }", Command.FAILED);
        expect("{ rule: ALL }", Command.OK);
        expect("{ protect: pickup }", Command.FAILED);
        expect("{}", Command.FAILED);
        expect("{ rule: all, hould: any }", Command.FAILED);
    }

    private void expect(String expectation, int exit) {
        folder.with(
                "tests/everyday.yaml",
                """
                tests:
                  - name: x
                    from: anna.reyes@mapleclinic.example
                    to: maria.lopez@mail.example
                    expect: %s
                """
                        .formatted(expectation));
        assertEquals(exit, run().exit(), expectation);
    }

    private Typed run() {
        return Typed.of("test-policy", "--config", folder.path().toString());
    }
}
