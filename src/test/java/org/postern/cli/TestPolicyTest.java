package org.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.FolderCopy;
import org.postern.testkit.Golden;

class TestPolicyTest {
    private static final String LETTER =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: Maria <maria.lopez@mail.example>
            Subject: Your results
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=x

            --x
            Content-Type: text/plain

            Patient Maria Lopez, SSN 219-09-9999, has diabetes mellitus, E11.9, HbA1c 8.1 %.
            --x
            Content-Type: application/pdf; name="a.pdf"

            %PDF-1.4
            --x--
            """;

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
        assertTrue(typed.out().contains("10 examples, all as expected."), typed.out());
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

    @Test
    void examplesSayWhoCanBeReached() {
        folder.with(
                "policy.yaml",
                """
                rules:
                  - name: reached
                    when: { recipient-can: [smime, tls] }
                    then: { protect: [smime, tls] }
                  - name: rest
                    then: { deliver: unprotected }
                """);
        reached("{ smime: [lee@mail.example] }", "rest", Command.OK);
        reached("{ smime: [maria.lopez@mail.example] }", "reached", Command.OK);
        reached("{ tls: maria.lopez@mail.example }", "reached", Command.OK);
        reached("{ tls: maria.lopez@mail.example }", "rest", Command.FAILED);
        reached("{ pgp: maria.lopez@mail.example }", "rest", Command.FAILED);
    }

    private void reached(String can, String rule, int exit) {
        folder.with(
                "tests/everyday.yaml",
                """
                tests:
                  - name: one
                    from: anna.reyes@mapleclinic.example
                    to: maria.lopez@mail.example
                    recipient-can: %s
                    expect: { rule: %s }
                """
                        .formatted(can, rule));
        Typed typed = run();
        assertEquals(exit, typed.exit(), typed.out() + typed.err());
    }

    /// The gateway's own look gives the facts: what is attached, what is said, who is named.
    @Test
    void aMessageInAFileIsLookedAtAsOneThatComesIn() throws IOException {
        folder.with(
                "policy.yaml",
                """
                rules:
                  - name: from the home
                    when: { originator: { address: anna.reyes@home.example } }
                    then: { hold: look }
                  - name: pdf about somebody
                    when:
                      attachment: { name: "*.pdf" }
                      phi: { has: ssn, score: ">= 8" }
                      recipient: { domain: mail.example }
                      time: { on: [ sat ] }
                    then: { protect: smime }
                  - name: all
                    then: { protect: pickup }
                """);
        mail("mail/letter.eml", LETTER);
        example("message: mail/letter.eml, at: 2026-01-10 09:00", "{ rule: pdf about somebody }");
        assertEquals(Command.OK, run().exit(), run().out());
        example("message: mail/letter.eml", "{ rule: all }");
        assertEquals(Command.OK, run().exit(), run().out());
        example("message: mail/letter.eml, to: x@y.example, at: 2026-01-10 09:00", "{ rule: all }");
        assertEquals(Command.OK, run().exit(), run().out());
        example("message: mail/letter.eml, from: anna.reyes@home.example", "{ hold: any }");
        assertEquals(Command.OK, run().exit(), run().out());
    }

    @Test
    void aDifferenceSaysWhatTheRulesFound() throws IOException {
        mail("mail/letter.eml", LETTER);
        example("message: mail/letter.eml", "{ rule: marked secure }");
        Typed typed = run();
        assertEquals(Command.FAILED, typed.exit());
        assertTrue(
                typed.out().contains("\"marked secure\" asked: subject has [secure]: no"),
                typed.out());
    }

    /// What a gateway refuses or holds before any rule, it does here as well.
    @Test
    void noRuleIsAskedAboutWhatTheGatewayDoesByItself() throws IOException {
        mail("mail/two.eml", LETTER.replace("From: ", "From: b@mapleclinic.example, "));
        example("message: mail/two.eml", "{ rule: colleagues }");
        assertTrue(run().err().contains("a gateway refuses this message: "), run().err());
        mail("mail/doubt.eml", LETTER.replace("boundary=x", "boundary=x; boundary=y"));
        example("message: mail/doubt.eml", "{ hold: any }");
        assertEquals(Command.OK, run().exit(), run().out() + run().err());
        assertTrue(run().out().contains("(before any rule)  1"), run().out());
    }

    @Test
    void aMessageComesFromTheFolderOfTheTestsAlone() throws IOException {
        mail("mail/letter.eml", LETTER);
        Files.writeString(temporary.resolve("outside.eml"), LETTER);
        Files.createSymbolicLink(
                folder.path().resolve("tests/mail/link.eml"), temporary.resolve("outside.eml"));
        refused("message: ../policy.yaml", "is not the name of a file");
        refused("message: /etc/hostname", "is not the name of a file");
        refused("message: mail/.hidden", "is not the name of a file");
        refused("message: mail/link.eml", "leads out of the configuration folder");
        refused("message: mail/none.eml", "the file is missing");
        refused("message: mail", "this is not a file");
        refused("message: mail/letter.eml, subject: x", "the message says this itself");
        refused("message: mail/letter.eml, phi: { score: 1 }", "the message says this itself");
        mail("mail/long.eml", LETTER + "x".repeat(25 << 20));
        refused("message: mail/long.eml", "more than 26214400 octets");
    }

    private void refused(String message, String text) {
        example(message, "{ hold: any }");
        Typed typed = run();
        assertEquals(Command.FAILED, typed.exit(), message);
        assertTrue(typed.err().contains(text), typed.err());
    }

    private void mail(String file, String text) throws IOException {
        Files.writeString(folder.path().resolve("tests").resolve(file), text);
    }

    private void example(String message, String expectation) {
        folder.with(
                "tests/everyday.yaml",
                "tests: [ { name: x, %s, expect: %s } ]".formatted(message, expectation));
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
