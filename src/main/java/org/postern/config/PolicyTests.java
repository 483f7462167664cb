package org.postern.config;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.facts.Attachment;
import org.postern.facts.Attachment.Lock;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.FileKind;
import org.postern.facts.Makeup;
import org.postern.facts.Origin;
import org.postern.facts.Origin.Verdict;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.policy.Decision;
import org.postern.policy.PolicyTest;
import org.postern.policy.PolicyTest.ExpectedDecision;
import org.postern.roster.Rosters;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Reads the clinic's own examples of what the policy shall decide, `tests/*.yaml`.
public final class PolicyTests {
    private static final String FOLDER = "tests";
    private static final int TEXT_CHARACTERS_MAX = 500;

    /// The time of a test that names none: a Wednesday at noon.
    private static final LocalDateTime NOON = LocalDateTime.of(2026, 1, 7, 12, 0);

    private static final int FIGURE_MAX = 10_000;

    /// What was found in a test that says nothing of it.
    private static final Phi NO_PHI = new Phi(0, 0, Map.of(), true);

    /// The size of a test that names none.
    private static final long SIZE = 4_096;

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
        Listener listener =
                section.or("listener", Values.word(ConditionReader.LISTENERS), Listener.SUBMISSION);
        Optional<Expected> expected =
                section.requiredSection("expect", "expect").flatMap(this::expected);
        Makeup makeup = makeup(section);
        Phi phi = section.section("phi").flatMap(PolicyTests::phi).orElse(NO_PHI);
        LocalDateTime at = section.or("at", PolicyTests::moment, NOON);
        Optional<Origin> origin = section.section("authentication").flatMap(PolicyTests::origin);
        return section.build(() -> {
            Address originator = from.orElseThrow();
            boolean loggedIn = listener == Listener.SUBMISSION;
            Facts facts =
                    new Facts(
                            new Entry(
                                    listener, originator, loggedIn ? originator : null, at, origin),
                            to,
                            Subject.of(subject),
                            Facts.Fields.of(fields),
                            makeup,
                            phi,
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

    private static Makeup makeup(Section test) {
        long size = test.or("size", Values.size(0, ConditionReader.SIZE_MAX), SIZE);
        SmimeLabel label = test.or("smime", Values.word(ConditionReader.SMIME), SmimeLabel.NONE);
        List<Attachment> files = new ArrayList<>();
        if (test.has("attachments")) {
            test.sections("attachments").forEach(file -> attachment(file).ifPresent(files::add));
        }
        return new Makeup(size, label, files, true);
    }

    private static Optional<Phi> phi(Section section) {
        int score = section.or("score", Values.number(0, FIGURE_MAX), 0);
        int patients = section.or("patients", Values.number(0, FIGURE_MAX), 0);
        Map<PhiKind, Integer> counts = new EnumMap<>(PhiKind.class);
        section.list("has", Values.word(ConditionReader.PHI)).forEach(kind -> counts.put(kind, 1));
        return section.build(() -> new Phi(score, patients, counts, true));
    }

    private static Optional<Attachment> attachment(Section file) {
        String name = file.or("name", Values.line(TEXT_CHARACTERS_MAX), "");
        FileKind kind = file.or("kind", Values.word(ConditionReader.KINDS), FileKind.OTHER);
        long size = file.or("size", Values.size(0, ConditionReader.SIZE_MAX), SIZE);
        boolean locked = file.or("locked", ConditionReader::yes, false);
        return file.build(() -> new Attachment(name, kind, size, locked ? Lock.LOCKED : Lock.OPEN));
    }

    private static Parsed<LocalDateTime> moment(YamlNode.Text text) {
        try {
            return Parsed.good(LocalDateTime.parse(text.value().replace(' ', 'T')));
        } catch (DateTimeParseException e) {
            return Parsed.bad(
                    Values.quoted(text) + " is not a time", "write it like 2026-12-24 19:30");
        }
    }

    private static Optional<Origin> origin(Section section) {
        Verdict spf = verdict(section, "spf");
        Verdict dkim = verdict(section, "dkim");
        Verdict dmarc = verdict(section, "dmarc");
        return section.build(() ->
                new Origin(
                        new Origin.Spf(spf, Origin.Spf.Identity.MAILFROM, null),
                        List.of(new Origin.Dkim(dkim, null, "", "")),
                        new Origin.Dmarc(dmarc, null, Origin.Dmarc.Policy.NONE)));
    }

    private static Verdict verdict(Section section, String method) {
        return section.or(method, Values.word(ConditionReader.VERDICTS), Verdict.NONE);
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
        Optional<Decision> decision = new DecisionReader(Rosters.none()).readExpected(section);
        if (rule.isEmpty() && decision.isEmpty()) {
            section.wrong("rule", "nothing is expected here", "write a rule's name or a decision");
        }
        return section.build(() -> new Expected(rule, decision.map(PolicyTests::expectedDecision)));
    }

    private static ExpectedDecision expectedDecision(Decision decision) {
        boolean anyText =
                switch (decision) {
                    case Decision.Hold hold -> hold.reason().equals("any");
                    case Decision.Refuse(String text) -> text.equals("any");
                    case Decision.Deliver _, Decision.Protect _, Decision.Return _ -> false;
                };
        return new ExpectedDecision(decision, anyText);
    }
}
