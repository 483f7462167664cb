package org.postern.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditFile;
import org.postern.audit.AuditFolder;
import org.postern.cli.Command;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.config.Configuration;
import org.postern.config.FolderCopy;
import org.postern.config.PolicyText;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.facts.Groups.Membership;
import org.postern.facts.Makeup;
import org.postern.facts.Phi;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.policy.Kept;
import org.postern.policy.Policy;
import org.postern.store.FileDisk;
import org.postern.testkit.Accepted;
import org.postern.testkit.Golden;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleFacts;
import org.postern.testkit.TestVault;

class PolicyDiffTest {
    private static final Instant NOW = Instant.parse("2026-01-07T12:00:00Z");
    private static final Address ANNA = Address.of("anna.reyes@mapleclinic.example");
    private static final Address MARIA = Address.of("maria.lopez@mail.example");
    private static final Address BILLING = Address.of("intake@billing.example");

    private static final String OLD =
            """
            rules:
              - name: fax numbers
                when: { subject: { contains: fax } }
                then: { hold: look }
              - name: colleagues
                when: { recipient: { domain: internal } }
                then: { deliver: internal }
              - name: marked secure
                when: { subject: { tag: secure } }
                then: { protect: pickup }
              - name: partners
                when: { recipient: { list: lists/partners.txt } }
                then: { protect: tls }
              - name: everything else
                then: { protect: [tls, pickup] }
            """;

    private static final String NEW =
            """
            rules:
              - name: marked secure
                when: { subject: { tag: secure } }
                then: { protect: pickup, level: sensitive }
              - name: colleagues
                when: { recipient: { domain: internal } }
                then: { deliver: internal }
              - name: partners
                when: { recipient: { list: lists/partners.txt } }
                then: { protect: tls }
              - name: confidential
                when: { subject: { tag: confidential }, recipient: { domain: mail.example } }
                then: { hold: look }
              - name: much at once
                when: { phi: { patients: "> 3" } }
                then: { hold: look }
              - name: everything else
                then: { protect: [tls, pickup] }
            """;

    @TempDir Path temporary;

    private final ManualClock clock = new ManualClock(NOW);
    private FolderCopy config;
    private Path old;
    private Path fresh;
    private int letters;

    @BeforeEach
    void folders() throws IOException {
        config = FolderCopy.in(temporary);
        old = folder("old", OLD, "billing.example\n");
        fresh = folder("new", NEW, "billing.example\nclaims.example\n");
    }

    private Path folder(String name, String policy, String partners) throws IOException {
        Path folder = temporary.resolve(name);
        Files.createDirectories(folder.resolve("lists"));
        Files.writeString(folder.resolve("policy.yaml"), policy);
        Files.writeString(folder.resolve("lists/partners.txt"), partners);
        return folder;
    }

    @Test
    void rulesAreComparedByWhatTheySay() throws IOException {
        Golden.assertSame("cli/policy-diff.txt", diff(Command.OK));
        fresh = old;
        assertEquals("The rules say the same, in the same order.\n", diff(Command.OK));
    }

    @Test
    void settingsAreComparedToo() throws IOException {
        String both = "settings:\n  - { expiry: 9 days }\n" + OLD;
        old = folder("before", both, "billing.example\n");
        String more = both.replace("9 days", "9 days, language: es");
        fresh = folder("after", more, "billing.example\n");
        assertEquals(
                """
                setting  - for the whole clinic: expiry: 9 days
                setting  + for the whole clinic: expiry: 9 days, language: es
                The rules say the same, in the same order.
                """,
                diff(Command.OK));
    }

    /// What only a setting names is a part of the policy as well.
    @Test
    void entriesOfListsThatOnlyASettingNamesAreComparedToo() throws IOException {
        String rules = OLD.replace("{ list: lists/partners.txt }", "{ domain: billing.example }");
        String setting = "settings:\n  - { for: { list: lists/partners.txt }, expiry: 9 days }\n";
        old = folder("before", setting + rules, "ann@a.example\n");
        fresh = folder("after", setting + rules, "ann@a.example\nbob@a.example\n");
        assertEquals(
                """
                setting    for the person (recipient is list lists/partners.txt): expiry: 9 days \
                (the same, with other entries in its lists)
                The rules say the same, in the same order.
                """,
                diff(Command.OK));
        JsonNode root = new ObjectMapper().readTree(diff(Command.OK, "--json"));
        assertEquals(1, root.path("settings").path("otherEntries").size());
        fresh = old;
        assertEquals("The rules say the same, in the same order.\n", diff(Command.OK));
    }

    /// Whether she belongs to it is known where it was asked, and not guessed where it was not.
    @Test
    void groupsAreReplayedAsFarAsTheyWereAsked() throws IOException {
        Policy then = PolicyText.policy(asking("nurses"));
        Groups ann =
                new Groups(
                        Map.of("nurses", Map.of(ANNA.key(), Membership.MEMBER)),
                        Membership.NOT_ASKED,
                        Optional.empty());
        try (AuditFile log = log()) {
            Facts facts = facts("Results", MARIA).with(ann);
            log.append(
                    accepted("0000000000000001", then, facts, Optional.of(Kept.of(facts, then))));
        }
        old = folder("before", asking("nurses").replace("tls", "smime"), "");
        fresh = folder("after", asking("nurses"), "");
        String said = diff(Command.OK, "--replay", "48h");
        assertTrue(said.contains("new  protect: [tls], otherwise: hold  (rule \"one\")"), said);
        fresh = folder("other", asking("temps"), "");
        said = diff(Command.OK, "--replay", "48h");
        assertTrue(
                said.contains("new  not known: rule \"one\" asks for what was not recorded"), said);
    }

    /// The same of ways to recipients.
    @Test
    void waysToRecipientsAreReplayedAsFarAsTheyWereAsked() throws IOException {
        Policy then = PolicyText.policy(reaching("smime"));
        Reach known =
                new Reach(
                        Map.of(Means.SMIME, Map.of(MARIA.key(), Reach.Answer.CANNOT)),
                        Reach.Answer.NOT_ASKED,
                        Optional.empty());
        try (AuditFile log = log()) {
            Facts facts = facts("Results", MARIA).with(known);
            log.append(
                    accepted("0000000000000001", then, facts, Optional.of(Kept.of(facts, then))));
        }
        old = folder("before", reaching("smime").replace("tls", "smime"), "");
        fresh = folder("after", reaching("smime"), "");
        String said = diff(Command.OK, "--replay", "48h");
        assertTrue(said.contains("new  protect: [tls], otherwise: hold  (rule \"one\")"), said);
        fresh = folder("other", reaching("tls"), "");
        said = diff(Command.OK, "--replay", "48h");
        assertTrue(
                said.contains("new  not known: rule \"one\" asks for what was not recorded"), said);
    }

    /// What she chose is known where it was looked up, and not guessed where it was not.
    @Test
    void choicesAreReplayedAsFarAsTheyWereLookedUp() throws IOException {
        String asks =
                """
                rules:
                  - name: one
                    when: { recipient-chose: ordinary-mail }
                    then: { deliver: unprotected }
                  - { name: rest, then: { protect: tls } }
                """;
        String asksNothing = "rules:\n  - { name: rest, then: { protect: tls } }\n";
        Policy then = PolicyText.policy(asks);
        try (AuditFile log = log()) {
            Facts known =
                    facts("Results", MARIA)
                            .with(
                                    new Choices(
                                            Map.of(MARIA.key(), Choices.Choice.ORDINARY_MAIL),
                                            Choices.Choice.NOT_ASKED));
            log.append(
                    accepted("0000000000000001", then, known, Optional.of(Kept.of(known, then))));
        }
        old = folder("before", asks, "");
        fresh = folder("after", asksNothing, "");
        String said = diff(Command.OK, "--replay", "48h");
        assertTrue(said.contains("old  deliver: unprotected  (rule \"one\")"), said);
        assertTrue(said.contains("new  protect: [tls], otherwise: hold  (rule \"rest\")"), said);
    }

    @Test
    void whereNobodyLookedAChoiceIsNotKnown() throws IOException {
        String asksNothing = "rules:\n  - { name: rest, then: { protect: tls } }\n";
        Policy then = PolicyText.policy(asksNothing);
        try (AuditFile log = log()) {
            Facts facts = facts("Results", MARIA);
            log.append(
                    accepted("0000000000000001", then, facts, Optional.of(Kept.of(facts, then))));
        }
        old = folder("before", asksNothing, "");
        fresh =
                folder(
                        "after",
                        "rules:\n  - { name: one, when: { recipient-chose: ordinary-mail },"
                                + " then: { hold: x } }\n",
                        "");
        String said = diff(Command.OK, "--replay", "48h");
        assertTrue(
                said.contains("new  not known: rule \"one\" asks for what was not recorded"), said);
    }

    private static String reaching(String means) {
        return """
        rules:
          - name: one
            when: { not: { recipient-can: %s } }
            then: { protect: [tls] }
          - name: rest
            then: { protect: [pickup] }
        """
                .formatted(means);
    }

    /// A folder alone says nothing of the clinic's directory.
    @Test
    void namesOfGroupsAreCheckedOrItIsSaidThatTheyWereNot() throws IOException {
        old = folder("before", asking("nurses"), "");
        fresh = folder("after", asking("temps"), "");
        String said = diff(Command.OK);
        String why = "not checked whether there are these groups";
        assertTrue(said.contains("before: " + why) && said.contains(": nurses\n"), said);
        assertTrue(said.contains("after: " + why) && said.contains(": temps\n"), said);
        String gateway = Files.readString(config.path().resolve("gateway.yaml"));
        for (Path folder : List.of(old, fresh)) {
            Files.writeString(
                    folder.resolve("gateway.yaml"),
                    gateway
                            + """

                            directory:
                              hosts: [127.0.0.1]
                              tls: none
                              base: "dc=clinic,dc=example"
                              groups:
                                - { name: nurses, dn: "cn=nurses,dc=clinic,dc=example" }
                            """);
        }
        said = diff(Command.FAILED);
        assertTrue(said.contains("there is no group \"temps\""), said);
        assertFalse(said.contains(why), said);
        fresh = folder("other", "rules:\n  - { name: rest, then: { hold: look } }\n", "");
        assertFalse(diff(Command.OK).contains(why));
    }

    private static String asking(String group) {
        return """
        rules:
          - { name: one, when: { originator: { group: %s } }, then: { protect: tls } }
          - { name: rest, then: { hold: look } }
        """
                .formatted(group);
    }

    @Test
    void programsGetJson() throws IOException {
        Policy then = Accepted.value(Configuration.policy(old));
        try (AuditFile log = log()) {
            accept(log, then, "[secure] Results", MARIA);
            log.append(accepted("0000000000000009", then, facts("x", MARIA), Optional.empty()));
        }
        JsonNode root = new ObjectMapper().readTree(diff(Command.OK, "--replay", "48h", "--json"));
        List<String> changes = new ArrayList<>();
        root.path("rules")
                .forEach(each ->
                        changes.add(
                                each.path("change").asText() + " " + each.path("rule").asText()));
        assertTrue(changes.contains("removed fax numbers"), changes.toString());
        assertTrue(changes.contains("changed marked secure"), changes.toString());
        JsonNode replay = root.path("replay");
        assertEquals(1, replay.path("messages").asInt());
        assertEquals(1, replay.path("notRecorded").asInt());
        assertEquals(0, replay.path("notComparable").asInt());
        JsonNode difference = replay.path("differences").path(0);
        assertEquals(1, difference.path("recipients").asInt());
        assertTrue(difference.path("new").asText().contains("level: sensitive"));
        assertEquals(1, difference.path("messages").size());
    }

    @Test
    void mailIsDecidedAnewFromWhatTheAuditKeeps() throws IOException {
        Policy then = Accepted.value(Configuration.policy(old));
        try (AuditFile log = log()) {
            accept(log, then, "too old [secure]", MARIA);
            clock.advance(Duration.ofDays(5));
            accept(log, then, "Hours", ANNA);
            accept(log, then, "[secure] Results", MARIA, BILLING);
            accept(log, then, "Results", MARIA);
            accept(log, then, "our fax", BILLING);
            log.append(accepted("0000000000000009", then, facts("x", MARIA), Optional.empty()));
        }
        Golden.assertSame("cli/policy-replay.txt", diff(Command.OK, "--replay", "48h"));
    }

    /// What was found by other forms of record numbers says nothing of what these would find.
    @Test
    void healthInformationIsKnownByTheSameFormsAlone() throws IOException {
        String asks =
                """
                rules:
                  - { name: one, when: { phi: { score: "> 1" } }, then: { hold: x } }
                  - { name: rest, then: { protect: tls } }
                """;
        String forms = "phi: { mrn: 'HX[0-9]{7}' }\n";
        Policy then = PolicyText.policy(forms + asks);
        try (AuditFile log = log()) {
            accept(log, then, "Results", MARIA);
        }
        old = folder("before", forms + asks, "");
        fresh = folder("after", forms + asks.replace("hold: x", "hold: y"), "");
        String said = diff(Command.OK, "--replay", "48h");
        assertTrue(said.contains("Nothing would have been decided differently."), said);
        fresh = folder("other", asks, "");
        said = diff(Command.OK, "--replay", "48h");
        assertTrue(said.contains("setting  - phi: record numbers of the form HX[0-9]{7}"), said);
        assertTrue(said.contains("Of these, 1 cannot be compared"), said);
        assertTrue(said.contains("  1  health information, found then by other forms"), said);
        JsonNode replay =
                new ObjectMapper()
                        .readTree(diff(Command.OK, "--replay", "48h", "--json"))
                        .path("replay");
        assertEquals(1, replay.path("notComparable").asInt());
        assertEquals(1, replay.path("notComparableBecauseOf").path("other-phi").asInt());
    }

    @Test
    void observedRulesAreCountedFromTheAudit() throws IOException {
        String watched =
                """
                rules:
                  - { name: watched, observe: true, then: { hold: x } }
                  - { name: rest, then: { protect: tls } }
                """;
        try (AuditFile log = log()) {
            accept(log, PolicyText.policy(watched), "Results", MARIA, BILLING);
        }
        String said = diff(Command.OK, "--replay", "48h");
        assertTrue(
                said.contains(
                        "The observed rule \"watched\" would have decided for 2 recipients then."),
                said);
    }

    @Test
    void mistakesAreShownAndNothingIsCompared() throws IOException {
        Files.writeString(
                fresh.resolve("policy.yaml"), "rules: [ { name: x, then: { send: y } } ]");
        assertTrue(diff(Command.FAILED).contains("unknown key \"send\""));
        assertTrue(diff(Command.MISUSED, "--replay", "a week").contains("--replay is a number"));
    }

    private AuditFile log() throws IOException {
        Path folder =
                Accepted.value(Configuration.gateway(config.path()))
                        .storage()
                        .data()
                        .resolve("audit");
        Files.createDirectories(folder);
        return AuditFile.open(new AuditFolder(new FileDisk(), folder), TestVault.one(), clock);
    }

    private void accept(AuditFile log, Policy policy, String subject, Address... to)
            throws IOException {
        letters++;
        Facts facts = facts(subject, to);
        log.append(
                accepted(
                        "000000000000000" + letters,
                        policy,
                        facts,
                        Optional.of(Kept.of(facts, policy))));
    }

    private static AuditEvent accepted(String id, Policy policy, Facts facts, Optional<Kept> kept) {
        Arrival arrival = new Arrival(Listener.RELAY, "192.0.2.1", null, null);
        return new AuditEvent.Accepted(
                new QueueId(id), arrival, ANNA, 1, "ab", policy.rule(facts), kept);
    }

    private static Facts facts(String subject, Address... to) {
        return new Facts(
                SampleFacts.entry(Listener.RELAY, ANNA),
                List.of(to),
                Subject.of(subject),
                Facts.Fields.of(List.of()),
                new Makeup(1, SmimeLabel.NONE, List.of(), true),
                new Phi(0, 0, Map.of(), true),
                Set.of(new Domain("mapleclinic.example")));
    }

    private String diff(int exit, String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        Console console = new Console(stream, stream, new ByteArrayInputStream(new byte[0]));
        String[] words = {
            "--config", config.path().toString(), "policy", "diff", old.toString(), fresh.toString()
        };
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        int done = new CommandLineTool(console, List.of(new PolicyDiff(console, clock))).run(all);
        String shown = out.toString(StandardCharsets.UTF_8).replace(temporary + "/", "");
        assertEquals(exit, done, shown);
        return shown;
    }
}
