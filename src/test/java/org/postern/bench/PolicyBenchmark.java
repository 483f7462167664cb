package org.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.postern.config.PolicySource;
import org.postern.facts.Attachment;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.FileKind;
import org.postern.facts.Makeup;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.policy.Policy;
import org.postern.policy.Ruling;
import org.postern.testkit.SampleFacts;

/// A policy of 500 rules of all kinds, of which the last one decides: for a message to 50
/// recipients, and how long it takes to read it anew.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PolicyBenchmark {
    private static final int RULES = 500;
    private static final int RECIPIENTS = 50;

    private static final List<String> CONDITIONS =
            List.of(
                    "{ recipient: { domain: [partner%d.example, '*.group%d.example'] } }",
                    "{ recipient: { address: [anna%d@elsewhere.example] } }",
                    "{ subject: { tag: secret%d } }",
                    "{ subject: { pattern: 'claim [0-9]+ of case%d$' } }",
                    "{ all: [ { recipient: { domain: [a%d.example] } },"
                            + " { phi: { score: '>= 8' } } ] }",
                    "{ attachment: { name: ['*.exe%d'] } }",
                    "{ header: { name: X-Label-%d, is: secret } }",
                    "{ any: [ { recipients: { count: '> 9%d' } },"
                            + " { not: { listener: submission } } ] }",
                    "{ all: [ { phi: { score: '>= 9%d' } },"
                            + " { not: { recipient: { domain: internal } } } ] }",
                    "{ originator: { domain: [b%d.example] } }");

    private PolicySource source = new PolicySource(Path.of("."), new Policy(List.of()));
    private Policy policy = new Policy(List.of());
    private Facts facts = facts();

    /// Writes the policy and reads it.
    @Setup
    public void prepare() throws IOException {
        StringBuilder rules = new StringBuilder("rules:\n");
        for (int i = 0; i < RULES - 1; i++) {
            String when = CONDITIONS.get(i % CONDITIONS.size()).replace("%d", "" + i);
            rules.append("  - name: rule ").append(i).append("\n    when: ").append(when);
            rules.append("\n    then: { protect: [smime, tls, pickup] }\n");
        }
        rules.append("  - name: the rest\n    then: { protect: [smime, tls, pickup] }\n");
        Path folder = Files.createTempDirectory("policy");
        Files.writeString(folder.resolve("policy.yaml"), rules);
        source = new PolicySource(folder, new Policy(List.of()));
        if (!(source.reload() instanceof PolicySource.Reload.Replaced)) {
            throw new IllegalStateException("the policy of the benchmark is wrong");
        }
        policy = source.current();
        facts = facts();
        if (!policy.rule(facts).recipients().getLast().rule().equals("the rest")) {
            throw new IllegalStateException("another rule decides");
        }
    }

    @Benchmark
    public Ruling decide() {
        return policy.rule(facts);
    }

    @Benchmark
    public PolicySource.Reload reload() {
        return source.reload();
    }

    private static Facts facts() {
        List<Address> recipients = new ArrayList<>();
        for (int i = 0; i < RECIPIENTS; i++) {
            recipients.add(Address.of("patient" + i + "@home" + i + ".example"));
        }
        Entry entry =
                new Entry(
                        Listener.SUBMISSION,
                        Address.of("anna@clinic.example"),
                        null,
                        SampleFacts.NOON,
                        Optional.empty());
        Makeup makeup =
                new Makeup(
                        40_000,
                        SmimeLabel.NONE,
                        List.of(
                                new Attachment(
                                        "letter.pdf", FileKind.PDF, 30_000, Attachment.Lock.OPEN)),
                        true);
        Phi phi = new Phi(14, 1, Map.of(PhiKind.MRN, 1, PhiKind.ICD, 1), true);
        return new Facts(
                entry,
                recipients,
                Subject.of("About your visit on Monday, claim 4711"),
                Facts.Fields.of(List.of(new Facts.Field("Importance", "high", true))),
                makeup,
                phi,
                Set.of(new Domain("clinic.example")));
    }
}
