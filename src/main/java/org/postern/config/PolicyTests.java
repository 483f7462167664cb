package org.postern.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.policy.Decision;
import org.postern.policy.Facts;
import org.postern.policy.PolicyTest;
import org.postern.policy.PolicyTest.ExpectedDecision;
import org.postern.policy.SubjectTags;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Reads the clinic's own examples of what the policy shall decide, `tests/*.yaml`.
public final class PolicyTests {
    private static final String FOLDER = "tests";
    private static final int TEXT_CHARACTERS_MAX = 500;

    private static final Map<String, Listener> LISTENERS =
            Map.of(
                    "submission", Listener.SUBMISSION,
                    "relay", Listener.RELAY,
                    "inbound", Listener.INBOUND,
                    "pickup", Listener.PICKUP);

    private final Set<Domain> internal;
    private final ConfigErrors errors;

    private PolicyTests(Set<Domain> internal, ConfigErrors errors) {
        this.internal = internal;
        this.errors = errors;
    }

    /// Reads all test files of a configuration folder.
    ///
    /// @param internal the clinic's own domains
    public static Checked<List<PolicyTest>> load(Path folder, Set<Domain> internal) {
        ConfigErrors errors = new ConfigErrors();
        List<PolicyTest> tests = load(new ConfigFolder(folder), internal, errors);
        return Checked.of(Optional.of(tests), errors);
    }

    static List<PolicyTest> load(ConfigFolder files, Set<Domain> internal, ConfigErrors errors) {
        PolicyTests reader = new PolicyTests(internal, errors);
        List<PolicyTest> tests = new ArrayList<>();
        for (String file : files.list(FOLDER, List.of(".yaml", ".yml"), errors)) {
            files.yaml(file, errors).map(reader::file).ifPresent(tests::addAll);
        }
        return tests;
    }

    private List<PolicyTest> file(YamlNode root) {
        List<PolicyTest> tests = new ArrayList<>();
        Section.of("tests", root, errors)
                .ifPresent(top -> {
                    if (!top.has("tests")) {
                        top.wrong("tests", "there are no tests in this file", "write tests:");
                    }
                    top.sections("tests").forEach(s -> test(s).ifPresent(tests::add));
                    top.build(() -> tests);
                });
        return tests;
    }

    private Optional<PolicyTest> test(Section section) {
        Optional<String> name = section.required("name", Values.line(200));
        Optional<Address> from = section.required("from", Values::address);
        List<Address> to = section.requiredList("to", Values::address);
        String subject = section.or("subject", Values.line(TEXT_CHARACTERS_MAX), "");
        List<Facts.Field> fields = fields(section);
        Listener listener = section.or("listener", Values.word(LISTENERS), Listener.SUBMISSION);
        Optional<Expected> expected =
                section.requiredSection("expect", "expect").flatMap(this::expected);
        return section.build(() -> {
            Address originator = from.orElseThrow();
            boolean loggedIn = listener == Listener.SUBMISSION;
            Facts facts =
                    new Facts(
                            listener,
                            originator,
                            loggedIn ? originator : null,
                            to,
                            SubjectTags.in(subject),
                            Facts.Fields.of(fields),
                            0,
                            internal);
            Expected expect = expected.orElseThrow();
            return new PolicyTest(
                    name.orElseThrow(),
                    section.place().toString(),
                    facts,
                    expect.rule().orElse(null),
                    expect.decision().orElse(null));
        });
    }

    private static List<Facts.Field> fields(Section test) {
        List<Facts.Field> fields = new ArrayList<>();
        test.section("headers", "headers")
                .ifPresent(section -> {
                    for (YamlNode.Entry entry : section.freeEntries()) {
                        String name = entry.key().value();
                        section.value(name, entry.value(), Values.line(TEXT_CHARACTERS_MAX))
                                .map(value -> new Facts.Field(name, value, true))
                                .ifPresent(fields::add);
                    }
                });
        return fields;
    }

    private record Expected(Optional<String> rule, Optional<ExpectedDecision> decision) {}

    /// The words of `then`, and the rule's name. `hold: any` and `refuse: any` leave the text open.
    private Optional<Expected> expected(Section section) {
        Optional<String> rule = section.optional("rule", Values.line(100));
        Optional<Decision> decision = DecisionReader.readExpected(section);
        if (rule.isEmpty() && decision.isEmpty()) {
            section.wrong("rule", "nothing is expected here", "write a rule's name or a decision");
        }
        return section.build(() -> new Expected(rule, decision.map(PolicyTests::expectedDecision)));
    }

    private static ExpectedDecision expectedDecision(Decision decision) {
        boolean anyText =
                switch (decision) {
                    case Decision.Hold(String reason) -> reason.equals("any");
                    case Decision.Refuse(String text) -> text.equals("any");
                    case Decision.Deliver _, Decision.Protect _ -> false;
                };
        return new ExpectedDecision(decision, anyText);
    }
}
