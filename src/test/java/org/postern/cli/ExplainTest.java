package org.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.FolderCopy;
import org.postern.testkit.Golden;

class ExplainTest {
    private static final String MAIL =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: Maria <maria.lopez@mail.example>, "Lee, D" <dr.lee@stmary.example>
            Cc: sam.okafor@mapleclinic.example
            Subject: Your results

            Hello
            """;

    @TempDir Path temporary;

    private FolderCopy folder;
    private String file = "";

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        file = Files.writeString(temporary.resolve("mail.eml"), MAIL).toString();
    }

    @Test
    void eachRecipientHasItsRuleAndWhyTheOthersDidNotMatch() throws IOException {
        Golden.assertSame("cli/explain.txt", explain("explain", file).out());
    }

    @Test
    void theEnvelopeMayBeNamed() {
        Typed typed =
                explain(
                        "explain",
                        file,
                        "--from",
                        "<>",
                        "--to",
                        "a@b.example,A@b.example",
                        "--to",
                        "c@d.example",
                        "--listener",
                        "inbound");
        assertTrue(typed.out().startsWith("From the empty address, by inbound"), typed.out());
        assertEquals(2, typed.out().split("\nTo ", -1).length - 1);
    }

    @Test
    void partsOfACondition() throws IOException {
        folder.with(
                "policy.yaml",
                """
                rules:
                  - name: both
                    when:
                      not: { header: { name: X-Level, present: true } }
                      any: [ { subject: { tag: a } }, { listener: relay } ]
                    then: { hold: "look" }
                """);
        Golden.assertSame(
                "cli/explain-parts.txt",
                explain("explain", file, "--to", "x@y.example", "--listener", "relay").out());
    }

    @Test
    void aMessageMayComeByPipe() throws IOException {
        Typed typed = Typed.in(MAIL, "explain", "-", "--json", "--config", folder.path() + "");
        JsonNode json = new ObjectMapper().readTree(typed.out());
        assertEquals("anna.reyes@mapleclinic.example", json.path("from").asText());
        JsonNode last = json.path("recipients").path(2);
        assertEquals("colleagues", last.path("rule").asText());
        assertEquals("deliver: internal", last.path("decision").asText());
        assertTrue(last.path("rules").path(0).path("condition").path("matches").asBoolean());
    }

    @Test
    void whatCannotBeExplainedIsSaid() {
        bad("there is no such file", "explain", temporary.resolve("none.eml").toString());
        bad("is not an address like", "explain", file, "--to", "maria");
        bad(
                "there is no listener \"rely\"; did you mean \"relay\"?",
                "explain",
                file,
                "--listener",
                "rely");
        assertFalse(Typed.in("X: y\n\n", "explain", "-").exit() == Command.OK);
        folder.with("policy.yaml", "rules: []");
        bad("the list \"rules\" is empty", "explain", file);
    }

    private void bad(String text, String... words) {
        Typed typed = explain(words);
        assertFalse(typed.exit() == Command.OK);
        assertTrue(typed.err().contains(text), text + " is not in " + typed.err());
    }

    private Typed explain(String... words) {
        String[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--config";
        all[words.length + 1] = folder.path().toString();
        return Typed.of(all);
    }
}
