package org.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.World;
import org.postern.config.FolderCopy;
import org.postern.mail.Address;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.pki.Validity;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeZone;
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

    /// A value that stands elsewhere is shown below the rule that uses it, with its place.
    @Test
    void variablesAndThresholdsAreShown() throws IOException {
        folder.with("variables.yaml", "over: 9\npatients: mail.example\n")
                .with(
                        "policy.yaml",
                        """
                        settings:
                          - { threshold: $over }
                        rules:
                          - name: some
                            when: { recipient: { domain: $patients }, phi: { score: threshold } }
                            then: { hold: look }
                          - name: rest
                            then: { protect: pickup }
                        """);
        String to = "maria.lopez@mail.example";
        String shown = explain("explain", file, "--to", to).out();
        String variables = folder.path() + "/variables.yaml";
        assertTrue(
                shown.contains("where $patients is \"mail.example\" (" + variables + ":2:11)"),
                shown);
        assertTrue(
                shown.contains(
                        "where the threshold for the whole clinic is 9 ("
                                + folder.path()
                                + "/policy.yaml:2:5)"),
                shown);
        assertTrue(shown.contains("where $over is \"9\" (" + variables + ":1:7)"), shown);
        JsonNode rule =
                new ObjectMapper()
                        .readTree(explain("explain", file, "--to", to, "--json").out())
                        .path("recipients")
                        .path(0)
                        .path("rules")
                        .path(0);
        assertEquals("$patients", rule.path("variables").path(0).path("name").asText());
        assertEquals(variables + ":2:11", rule.path("variables").path(0).path("place").asText());
        for (JsonNode each : rule.path("variables")) {
            String place = each.path("place").asText();
            assertTrue(place.matches(".*:\\d+:\\d+"), "file and line alone: " + place);
        }
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

    /// The lookups are those of the gateway: the certificate is found where it looks for it, and
    /// the next hop is the one that IT named.
    @Test
    void theProtectionThatWouldBeChosenIsTold() throws IOException {
        Address lee = Address.of("dr.lee@stmary.example");
        Authority authority = Authority.create("Partners", KeyKind.P_256, validity());
        Path pinned = Files.createDirectories(folder.path().resolve("partners/pinned"));
        Pem.write(
                pinned.resolve("lee.pem"),
                List.of(
                        authority
                                .issue(CertificateRequest.person(KeyKind.P_256, validity(), lee))
                                .certificate()));
        JsonNode json = new ObjectMapper().readTree(explain("explain", file, "--json").out());
        JsonNode maria = json.path("recipients").path(0);
        assertEquals("pickup", maria.path("chosen").asText());
        assertEquals("impossible", maria.path("protections").path(0).path("answer").asText());
        assertEquals(
                "no certificate is known", maria.path("protections").path(0).path("why").asText());
        JsonNode doctor = json.path("recipients").path(1);
        assertEquals("smime", doctor.path("chosen").asText());
        assertEquals("not-asked", doctor.path("protections").path(1).path("answer").asText());
        assertTrue(json.path("notSeen").asText().contains("has revoked a certificate"));
        assertTrue(json.path("recipients").path(2).path("protections").isMissingNode());
    }

    /// What a program reads is JSON from its first character on.
    @Test
    void aDoubtStandsInTheJson() throws IOException {
        Path doubtful = temporary.resolve("doubtful.eml");
        Files.writeString(
                doubtful,
                MAIL.replace(
                        "Subject:",
                        "Content-Type: text/plain; charset=utf-8; charset=us-ascii\nSubject:"));
        String why = "a part of the message has a parameter twice";
        JsonNode json =
                new ObjectMapper().readTree(explain("explain", doubtful + "", "--json").out());
        assertEquals(why, json.path("heldFirst").asText());
        assertTrue(
                explain("explain", doubtful + "")
                        .out()
                        .startsWith(
                                "A gateway holds this message for all, before any rule: "
                                        + why
                                        + "\nFrom anna.reyes"));
        json = new ObjectMapper().readTree(explain("explain", file, "--json").out());
        assertTrue(json.path("heldFirst").isNull());
    }

    @Test
    void theHourOfTheClinicMayBeNamed() {
        folder.with(
                "policy.yaml",
                """
                rules:
                  - name: night
                    when: { time: { from: "20:00", to: "06:00" } }
                    then: { hold: "In the morning." }
                  - name: day
                    then: { protect: [pickup] }
                """);
        for (String night : List.of("2026-12-24T20:00", "2026-12-25 05:59")) {
            String said = explain("explain", file, "--at", night).out();
            assertTrue(said.contains("=> hold: \"In the morning.\""), said);
        }
        String day = explain("explain", file, "--at", "2026-12-24T19:59").out();
        assertTrue(day.contains("=> protect: [pickup]"), day);
        bad("\"tonight\" is not a time; write it like", "explain", file, "--at", "tonight");
    }

    private String fromOutside(String... more) {
        String[] words = {"explain", file, "--from", "kim@partner.example", "--to"};
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return explain(all).out();
    }

    /// The rules are the same; what the gateway does before and after them is said.
    @Test
    void mailFromOutsideIsExplained() throws IOException {
        String anna = "anna.reyes@mapleclinic.example";
        String closed = fromOutside(anna, "--listener", "inbound");
        assertTrue(closed.contains("no mail comes in this way."), closed);
        folder.with(
                "gateway.yaml",
                folder.text("gateway.yaml")
                        .replace(
                                "  #inbound:\n",
                                "  inbound: { address: 127.0.0.1, port: 2626, dmarc: refuse }\n"));
        String open = fromOutside(anna + ",a@b.example", "--listener", "inbound");
        assertTrue(open.contains("  => deliver: internal"), open);
        assertTrue(open.contains("a@b.example is of no domain of the clinic and would be"), open);
        assertTrue(open.contains("dmarc: refuse is set: it would be refused (550) if"), open);
        assertTrue(open.contains("Not seen from here, as it hangs on who connects: SPF"), open);
        // Whoever forgot to say that it comes from outside is told.
        String asOurs = fromOutside(anna);
        assertTrue(asOurs.contains("mail from outside comes by --listener inbound."), asOurs);
        assertFalse(fromOutside(anna, "--listener", "relay").contains("--listener"));
    }

    /// Without a smart host the names of a domain are asked, and what it demands.
    @Test
    void theNamesOfADomainAreAsked() throws IOException {
        folder.with(
                "gateway.yaml",
                folder.text("gateway.yaml")
                                .replaceAll("(?m)^smart-host:\\n(?:  .*\\n)+", "")
                                .replace("#outgoing: smart-host", "outgoing: mx")
                        + "\ndns: { servers: [127.0.0.1], validates: true }\n"
                        + "mx: { private-networks: [127.0.0.0/8] }\n");
        FakeZone zone = new FakeZone();
        String key = "_25._tcp.mx.mail.example";
        zone.mx("mail.example", 10, "mx.mail.example")
                .address("mx.mail.example", "127.0.0.1")
                .tlsa(key, "3 1 1 " + "0".repeat(64))
                .secure("mail.example", "mx.mail.example", key);
        World real = World.real();
        World.Internet internet = new World.Internet(_ -> new FakeResolver(zone), 25, 443);
        World world =
                new World(
                        real.clock(),
                        real.nanos(),
                        real.random(),
                        real.disk(),
                        real.lookup(),
                        internet);
        String[] words = {
            "explain", file, "--to", "maria.lopez@mail.example", "--config", folder.path() + ""
        };
        Typed typed = Typed.in(new World.View(() -> world), "", words);
        assertTrue(
                typed.out()
                        .contains(
                                """
                                     smime: not possible, no certificate is known
                                     tls: would be chosen, mx.mail.example:25 (dane) has to prove\
                                 itself when it is connected
                                     pickup: not asked, tls comes before it
                                """),
                typed.out() + typed.err());
    }

    /// A rule that asks for it is answered by the same look.
    @Test
    void whatARuleAsksOfTheRecipientIsLookedUp() {
        folder.with(
                "policy.yaml",
                """
                rules:
                  - name: reached
                    when: { recipient-can: [smime, tls] }
                    then: { protect: [smime, tls] }
                  - name: rest
                    then: { hold: "look" }
                """);
        String said = explain("explain", file).out();
        assertTrue(
                said.contains(
                        "recipient can get smime or tls: no, smime is not possible, tls is not"
                                + " possible"),
                said);
        assertTrue(
                said.contains(
                        "recipient can get smime or tls: yes, smime is not possible, tls is"
                                + " possible"),
                said);
    }

    @Test
    void whereNobodyCanLookThatIsSaid() throws IOException {
        Path anchors = Files.createDirectories(folder.path().resolve("tls"));
        Files.writeString(anchors.resolve("none.pem"), "no certificate");
        folder.with(
                "gateway.yaml",
                folder.text("gateway.yaml")
                        .replaceFirst("#trust: tls/stmary.pem", "trust: tls/none.pem"));
        Typed typed = explain("explain", file);
        assertEquals(Command.OK, typed.exit(), typed.err());
        assertTrue(typed.out().contains("Which protection would be chosen is not known: "));
        assertTrue(typed.out().contains("none.pem"), typed.out());
        assertFalse(typed.out().contains("would be chosen,"), typed.out());
    }

    private static Validity validity() {
        return Validity.from(Clock.systemUTC().instant(), Duration.ofDays(30));
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
