package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.postern.facts.Facts;
import org.postern.facts.Makeup;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.testkit.Accepted;
import org.postern.testkit.SampleFacts;

/// A07: a domain is one, whichever of its labels a configuration file writes and whichever a client
/// says: U-label or A-label, in any case, with a dot at the end or without.
class DomainFormsTest {
    /// A label of each kind, and one that UTS 46 in its old form would have made another word of.
    private static final List<List<String>> SAME =
            List.of(
                    List.of("b\u00FCcher.example", "B\u00DCCHER.Example", "xn--bcher-kva.example"),
                    List.of("stra\u00DFe.example", "xn--strae-oqa.example"),
                    List.of("\u043F\u043E\u0447\u0442\u0430.example", "xn--80a1acny.example"));

    private static final String GATEWAY =
            """
            hostname: gw.mapleclinic.example
            domains: [mapleclinic.example, "own.%1$s"]
            listeners: { relay: { networks: [10.0.0.0/8] } }
            clinic: { name: Clinic, phone: 555 010 0199 }
            internal: { host: mail.mapleclinic.example }
            smart-host: { host: 192.0.2.1 }
            routes:
              - { domain: "%1$s", host: 192.0.2.2 }
            """;

    private static final String POLICY =
            """
            rules:
              - name: own
                when: { recipient: { domain: internal } }
                then: { deliver: internal }
              - name: address
                when: { recipient: { address: "m\u00FCller@%1$s" } }
                then: { protect: smime }
              - name: listed address
                when: { recipient: { list: lists/people.txt } }
                then: { protect: smime }
              - name: domain
                when: { recipient: { domain: "%1$s" } }
                then: { protect: smime }
              - name: listed
                when: { recipient: { list: lists/partners.txt } }
                then: { protect: smime }
              - name: below
                when: { recipient: { domain: "*.%1$s" } }
                then: { protect: smime }
              - name: originator
                when: { originator: { domain: "%1$s" } }
                then: { protect: smime }
            """;

    @TempDir Path temporary;

    @TestFactory
    Stream<DynamicTest> aDomainIsOneHoweverItIsWritten() {
        return SAME.stream()
                .flatMap(forms ->
                        forms.stream()
                                .map(written ->
                                        DynamicTest.dynamicTest(
                                                written, () -> isEach(written, forms))));
    }

    private void isEach(String written, List<String> forms) throws IOException {
        Path folder = Files.createTempDirectory(temporary, "config");
        FolderCopy copy = FolderCopy.in(folder);
        Files.createDirectories(copy.path().resolve("lists"));
        copy.with("gateway.yaml", GATEWAY.formatted(written))
                .with("policy.yaml", POLICY.formatted(written))
                .with("lists/people.txt", "ann@" + written + "\n")
                .with("lists/partners.txt", "list." + written + "\n*.far.list." + written + "\n")
                .with("people.yaml", "people: { ann@own." + written + ": { name: Ann } }\n");
        Files.delete(copy.path().resolve("tests/everyday.yaml"));
        Configuration read = Accepted.value(Configuration.load(copy.path()));
        for (String said : forms) {
            rules(read, said);
            Domain domain = Domain.parse(said).orElseThrow();
            assertEquals(domain, read.gateway().outgoing().routes().getFirst().domain());
            assertTrue(read.people().of(Address.of("ANN@own." + said)).isPresent(), said);
        }
    }

    private static void rules(Configuration read, String said) {
        rule("own", "x@own." + said, read);
        rule("address", "M\u00DCLLER@" + said, read);
        rule("listed address", "Ann@" + said, read);
        rule("domain", "x@" + said + ".", read);
        rule("below", "x@deep.er." + said, read);
        rule("listed", "x@list." + said, read);
        rule("listed", "x@a.far.list." + said, read);
        rule("below", "x@far.list." + said, read);
        rule("(no rule)", "x@not" + said, read);
        assertEquals("originator", ruled("x@" + said, "y@other.example", read));
    }

    private static void rule(String rule, String to, Configuration read) {
        assertEquals(rule, ruled("a@mapleclinic.example", to, read), to);
    }

    private static String ruled(String from, String to, Configuration read) {
        return read.policy().rule(facts(from, to, read)).of(Address.of(to)).rule();
    }

    private static Facts facts(String from, String to, Configuration read) {
        return new Facts(
                SampleFacts.entry(Listener.SUBMISSION, Address.of(from)),
                List.of(Address.of(to)),
                Subject.of("x"),
                Facts.Fields.of(List.of()),
                new Makeup(1_000, SmimeLabel.NONE, List.of(), true),
                SampleFacts.NO_PHI,
                read.gateway().site().domains());
    }
}
