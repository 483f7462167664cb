package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.policy.Policy;
import org.postern.testkit.Accepted;
import org.postern.variable.Used;

/// Values with a name: read where they are used, judged there, and told of where they stand.
class VariablesTest {
    private static final String RULES =
            """
            rules:
              - name: lists
                when: { recipient: { domain: $partners }, phi: { patients: "> ${many}" } }
                then: { hold: { reason: "over ${many}", limit: $time, then: reject } }
              - name: rest
                then: { protect: [smime, pickup], note: "Call ${phone}, not $phone" }
            """;
    private static final String VALUES =
            """
            partners: [billing.example, "*.claims.example"]
            many: 20
            time: 48 hours
            phone: "+1 555 010 0199"
            """;

    @TempDir Path temporary;

    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
    }

    @Test
    void aNamedValueIsAsIfItStoodThere() {
        folder.with("policy.yaml", RULES).with("variables.yaml", VALUES);
        Policy named = Accepted.value(Configuration.policy(folder.path()));
        Policy plain =
                PolicyText.policy(
                        """
                        rules:
                          - name: lists
                            when:
                              recipient: { domain: [billing.example, "*.claims.example"] }
                              phi: { patients: "> 20" }
                            then: { hold: { reason: "over 20", limit: 48 hours, then: reject } }
                          - name: rest
                            then:
                              protect: [smime, pickup]
                              note: "Call +1 555 010 0199, not $phone"
                        """);
        for (int i = 0; i < 2; i++) {
            assertEquals(plain.rules().get(i).when(), named.rules().get(i).when());
            assertEquals(plain.rules().get(i).then(), named.rules().get(i).then());
        }
        List<Used> used = named.rules().getFirst().used();
        assertEquals(
                List.of("$partners", "$many", "$time"), used.stream().map(Used::name).toList());
        assertEquals(
                "$many is \"20\" (" + folder.path() + "/variables.yaml:2:7)", used.get(1).words());
    }

    @Test
    void mistakesNameTheUseAndTheValue() {
        folder.with(
                        "policy.yaml",
                        """
                        rules:
                          - name: a
                            when: { recipient: { domain: [$partner, x.example] } }
                            then: { hold: { reason: "over ${list}", limit: $list, then: reject } }
                          - name: b
                            when: { phi: { patients: "> ${word}" } }
                            then: { hold: { reason: no, limit: $word, then: reject } }
                        """)
                .with(
                        "variables.yaml",
                        """
                        partners: a.example
                        list: [a.example, b.example]
                        word: soon
                        """);
        String all = folder.complaints();
        assertTrue(
                all.contains(
                        "policy.yaml:3:35: there is no variable \"partner\"; did you mean"
                                + " \"partners\"?"),
                all);
        assertTrue(all.contains("policy.yaml:4:29: ${list} stands within a text"), all);
        assertTrue(
                all.contains(
                        "policy.yaml:4:52: \"limit\" takes a single value, and this is a list"
                                + " ($list is [\"a.example\", \"b.example\"]"
                                + " (variables.yaml:2:7))"),
                all);
        assertTrue(
                all.contains(
                        "limit: \"soon\" is not a time ($word is \"soon\""
                                + " (variables.yaml:3:7)); write it like 48 hours"),
                all);
        assertTrue(all.contains("policy.yaml:6:30: patients: "), all);
        assertEquals(5, all.lines().count(), all);
    }

    @Test
    void theFileItselfIsChecked() {
        folder.with(
                "variables.yaml",
                """
                1st: a
                empty:
                keys: { a: b }
                circle: $empty
                none: []
                """);
        String all = folder.complaints();
        assertTrue(all.contains("variables.yaml:1:1: \"1st\" is not the name of a variable"), all);
        assertTrue(all.contains("the variable \"empty\" has no value"), all);
        assertTrue(all.contains("variables.yaml:3:7: the variable \"keys\" takes a value"), all);
        assertTrue(all.contains("the variable \"circle\" refers to another one"), all);
        assertTrue(all.contains("\"none\" has 0 values"), all);
        // What refers to a file with mistakes is no second mistake.
        folder.with("policy.yaml", RULES);
        assertTrue(folder.complaints().lines().allMatch(it -> it.startsWith("variables.yaml")));
    }

    @Test
    void checkTellsOfWhatNothingUses() {
        folder.with("policy.yaml", RULES).with("variables.yaml", VALUES + "spare: x\n");
        assertEquals(
                List.of(
                        folder.path()
                                + "/variables.yaml:5:1: the variable \"spare\" is not used; write"
                                + " $spare where it belongs, or remove it"),
                Configuration.warnings(folder.path()).stream().map(Object::toString).toList());
    }

    /// A short reference stands for a long list: a file of a few lines could fill the memory.
    @Test
    void whatTheyStandForIsBounded() {
        String list = "list: [" + "a.example, ".repeat(999) + "a.example]\n";
        String uses = "$list, ".repeat(500);
        folder.with("variables.yaml", list)
                .with(
                        "policy.yaml",
                        "rules: [ { name: a, when: { recipient: { domain: ["
                                + uses
                                + " x.example]"
                                + " } }, then: { deliver: internal } } ]\n");
        assertTrue(folder.complaints().contains("what the variables stand for has more than"));
    }

    @Test
    void whatBeginsSoByItselfIsWrittenTwice() {
        folder.with(
                        "policy.yaml",
                        """
                        rules:
                          - name: a
                            when: { subject: { is: $$cash } }
                            then: { refuse: "costs $${x} and $5, $cash" }
                        """)
                .with("variables.yaml", "cash: none\n");
        Policy read = Accepted.value(Configuration.policy(folder.path()));
        String asked = read.rules().getFirst().when().toString();
        assertTrue(asked.contains("$cash") && !asked.contains("$$"), asked);
        assertTrue(read.rules().getFirst().then().words().contains("costs ${x} and $5, $cash"));
    }

    @Test
    void aChangeOfAValueIsAChangeOfTheRules() throws IOException {
        folder.with("policy.yaml", RULES).with("variables.yaml", VALUES);
        PolicySource source =
                new PolicySource(
                        folder.path(), Accepted.value(Configuration.policy(folder.path())));
        assertInstanceOf(PolicySource.Reload.Unchanged.class, source.reload());
        folder.with("variables.yaml", "# Values.\n" + VALUES)
                .with("policy.yaml", "# Rules.\n" + RULES);
        assertInstanceOf(PolicySource.Reload.Unchanged.class, source.reload(), "it moved only");
        folder.with("variables.yaml", VALUES.replace("20", "30"));
        assertInstanceOf(PolicySource.Reload.Replaced.class, source.reload());
        assertTrue(source.current().rules().getFirst().then().words().contains("over 30"));
        Files.delete(folder.path().resolve("variables.yaml"));
        assertInstanceOf(PolicySource.Reload.Kept.class, source.reload());
    }

    @Test
    void settingsNameTheirVariables() {
        folder.with("variables.yaml", VALUES)
                .with(
                        "policy.yaml",
                        """
                        settings:
                          - { note: "Call ${phone}" }
                        """
                                + RULES);
        Policy read = Accepted.value(Configuration.policy(folder.path()));
        assertEquals(
                folder.path()
                        + "/policy.yaml:2:5, where $phone is \"+1 555 010 0199\" ("
                        + folder.path()
                        + "/variables.yaml:4:8)",
                read.settings().all().getFirst().origin().words());
    }
}
