package org.postern.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postern.facts.Facts;
import org.postern.facts.Subject;
import org.postern.mail.Listener;
import org.postern.policy.Policy;
import org.postern.testkit.SampleFacts;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.YamlNode;
import org.postern.yaml.YamlParser;

/// A copy of the shipped configuration, read with every key that it may have: also those that are
/// switched off by a `#` before them.
final class WholeFolder {
    private static final Pattern SWITCHED_OFF = Pattern.compile("(?m)^( *)#(?=\\S)");

    /// Every phrase of the policy language once.
    private static final String EVERY_PHRASE =
            """
            phi: { mrn: "MRN-?[0-9]{7}" }
            settings:
              - { for: { domain: a.example }, expiry: 9 days }
            rules:
              - name: a
                when:
                  all: [ { listener: relay } ]
                  any: [ { recipient: { domain: internal, address: a@b.example } } ]
                  not: { subject: { tag: secure } }
                  header: { name: X-L, is: a }
                  recipients: { count: "> 1" }
                  size: "> 1 KiB"
                  attachment: { kind: pdf }
                  smime: none
                  recipient-can: smime
                  recipient-chose: ordinary-mail
                  authentication: { dmarc: pass }
                  phi: { score: "> 1" }
                  time: { on: mon }
                then: { protect: smime }
              - name: b
                observe: false
                then: { hold: { reason: why } }
            """;

    /// Every part of a test of the policy once.
    private static final String EVERY_TEST =
            """
            tests:
              - name: every part of a message
                from: a@b.example
                to: c@d.example
                attachments: [ { kind: pdf } ]
                authentication: { dmarc: pass }
                phi: { score: 9 }
                recipient-can: { smime: c@d.example }
                expect: { rule: everything }
            """;

    private static final Facts SOME_FACTS =
            SampleFacts.of(
                    SampleFacts.entry(Listener.RELAY, null),
                    List.of(),
                    Subject.of(""),
                    Facts.Fields.of(List.of()));

    final FolderCopy copy;

    private WholeFolder(FolderCopy copy) {
        this.copy = copy;
    }

    /// @param empty a folder of the test's own
    static WholeFolder in(Path empty) throws IOException {
        FolderCopy copy = FolderCopy.in(empty);
        // Outside of anchors/, where each would vouch for everybody's mail.
        Path tls = Files.createDirectories(copy.path().resolve("tls"));
        for (String file :
                Set.of("our-own-ca.pem", "provider-ca.pem", "stmary.pem", "directory.pem")) {
            Files.writeString(tls.resolve(file), "");
        }
        return new WholeFolder(copy);
    }

    /// The text of a file with all of its keys.
    String everything(String file) {
        return SWITCHED_OFF.matcher(copy.text(file)).replaceAll("$1");
    }

    /// Reads `gateway.yaml` with all of its keys.
    Optional<GatewayConfig> gateway(YamlNode root, ConfigErrors errors) {
        return new GatewayReader(copy.path(), errors).read(root);
    }

    YamlNode gatewayRoot(ConfigErrors errors) {
        return YamlParser.parse("gateway.yaml", everything("gateway.yaml"), errors).orElseThrow();
    }

    /// Reads a policy of every phrase.
    static Optional<Policy> policy(ConfigErrors errors) {
        Optional<YamlNode> root = YamlParser.parse("policy.yaml", EVERY_PHRASE, errors);
        return root.flatMap(new PolicyReader(errors)::read);
    }

    /// Reads a test of the policy with every part that one may have.
    void tests(ConfigErrors errors) throws IOException {
        copy.with("tests/every.yaml", EVERY_TEST);
        PolicyTests.Around around =
                new PolicyTests.Around(
                        Set.of(),
                        (_, _) -> new PolicyTests.Looked.Seen(SOME_FACTS, ""),
                        Optional.empty());
        PolicyTests.load(new ConfigFolder(copy.path()), around, errors);
    }

    /// The schema for editors of a file, such as `gateway`.
    JsonNode schema(String name) throws IOException {
        return new ObjectMapper().readTree(copy.text(name + ".schema.json"));
    }
}
