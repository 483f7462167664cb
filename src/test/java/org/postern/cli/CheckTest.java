package org.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.FolderCopy;
import org.postern.testkit.Golden;

class CheckTest {
    @TempDir Path temporary;

    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
    }

    @Test
    void theShippedFolderHasNoMistakes() {
        Typed typed = check();
        assertEquals(Command.OK, typed.exit(), typed.err());
        assertTrue(typed.out().startsWith("No mistakes in "), typed.out());
        assertTrue(typed.out().contains("5 rules, 3 clinicians, "), typed.out());
        assertTrue(!typed.out().contains("warning"), typed.out());
    }

    @Test
    void eachMistakeHasItsPlaceItsLineAndAWayOut() throws IOException {
        folder.with("policy.yaml", "rules:\n  - name: a\n    then: { encypt: true }\n");
        folder.with("tests/everyday.yaml", "tests:\n  - name: x\n    form: a@b.example\n");
        Typed typed = check();
        assertEquals(Command.FAILED, typed.exit());
        Golden.assertSame("cli/check.txt", typed.err().replace(folder.path() + "/", ""));
    }

    @Test
    void aRuleThatCannotDecideIsWarnedOfAtItsPlace() throws IOException {
        folder.with(
                "policy.yaml",
                """
                rules:
                  - name: wide
                    when: { recipient: { domain: "*.partner.example" } }
                    then: { protect: tls }
                  - name: narrow
                    when: { recipient: { domain: lab.partner.example } }
                    then: { protect: smime }
                  - name: news
                    when: { subject: { tag: news } }
                    then: { deliver: unprotected }
                """);
        Typed typed = check();
        assertEquals(Command.OK, typed.exit(), typed.err());
        assertTrue(typed.out().contains("2 warnings:"), typed.out());
        Golden.assertSame("cli/check-warnings.txt", typed.err().replace(folder.path() + "/", ""));
        Typed json = Typed.of("check", "--json", "--config", folder.path().toString());
        JsonNode warning = new ObjectMapper().readTree(json.out()).path("warnings").path(0);
        assertEquals(5, warning.path("line").asInt());
    }

    @Test
    void certificatesThatOthersMayChangeAreWarnedOf() throws IOException {
        // A folder for tests lets nobody else in.
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path partners = folder.path().resolve("partners");
        Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(partners, PosixFilePermissions.fromString("rwxrwxr-x"));
        Typed typed = check();
        assertEquals(Command.OK, typed.exit(), typed.err());
        assertTrue(typed.out().contains("1 warning:"), typed.out());
        assertTrue(typed.err().contains("chmod go-w " + partners), typed.err());
    }

    @Test
    void aFormOfRecordNumbersIsCheckedAndWarnedOf() {
        String rules = "rules:\n  - { name: all, then: { protect: pickup } }\n";
        folder.with("policy.yaml", "phi: { mrn: ['[0-9]+'] }\n" + rules);
        Typed wrong = check();
        assertEquals(Command.FAILED, wrong.exit());
        assertTrue(wrong.err().contains("without an end, by +"), wrong.err());
        folder.with("policy.yaml", "phi: { mrn: ['[0-9]{4,7}', 'MC[0-9]{6}'] }\n" + rules);
        Typed wide = check();
        assertTrue(wide.err().contains("record numbers 2026 is a patient's"), wide.err());
        assertTrue(!wide.err().contains("MC[0-9]"), wide.err());
    }

    @Test
    void aScoreThatCanHardlyBeIsWarnedOfAtItsPlace() throws IOException {
        folder.with(
                "policy.yaml",
                """
                rules:
                  - name: billing lists
                    when: { phi: { score: "> 100" } }
                    then: { hold: look }
                """);
        Typed typed = check();
        assertEquals(Command.OK, typed.exit(), typed.err());
        assertTrue(typed.out().contains("1 warning"), typed.out());
        assertTrue(
                typed.err()
                        .replace(folder.path() + "/", "")
                        .startsWith(
                                "policy.yaml:2:11: the rule \"billing lists\" asks for a PHI"
                                        + " score above 30, which hardly any message has"),
                typed.err());
        assertTrue(typed.err().contains("ask for patients instead"), typed.err());
    }

    @Test
    void programsGetJson() throws IOException {
        folder.with("policy.yaml", "rules: []\n");
        Typed typed = Typed.of("check", "--json", "--config", folder.path().toString());
        assertEquals(Command.FAILED, typed.exit());
        JsonNode mistake = new ObjectMapper().readTree(typed.out()).path("mistakes").path(0);
        assertEquals(1, mistake.path("line").asInt());
        assertEquals(8, mistake.path("column").asInt());
        assertEquals("the list \"rules\" is empty", mistake.path("text").asText());
    }

    private Typed check() {
        return Typed.of("check", "--config", folder.path().toString());
    }
}
