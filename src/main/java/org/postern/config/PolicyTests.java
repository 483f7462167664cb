package org.postern.config;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.facts.Attachment;
import org.postern.facts.Attachment.Lock;
import org.postern.facts.Choices;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.FileKind;
import org.postern.facts.Groups;
import org.postern.facts.Makeup;
import org.postern.facts.Origin;
import org.postern.facts.Origin.Verdict;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.naming.Values;
import org.postern.policy.Decision;
import org.postern.policy.Policy;
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

    /// The message of a test, attachments included.
    private static final int MESSAGE_OCTETS_MAX = 25 << 20;

    /// What an example cannot say that names a message: it stands in there.
    private static final List<String> IN_MESSAGE =
            List.of("subject", "headers", "size", "smime", "attachments", "phi");

    private final ConfigFolder files;
    private final Around around;
    private final ConfigErrors errors;

    private PolicyTests(ConfigFolder files, Around around, ConfigErrors errors) {
        this.files = files;
        this.around = around;
        this.errors = errors;
    }

    /// What does not stand in the examples.
    ///
    /// @param internal the clinic's own domains
    /// @param look at the messages that they name
    /// @param policy whose groups they may name; empty where nobody knows them
    public record Around(Set<Domain> internal, Look look, Optional<Policy> policy) {
        public Around {
            internal = Set.copyOf(internal);
        }
    }

    /// Looks at a message as the gateway does. Whoever does so stands above this package, and is
    /// handed in.
    public interface Look {
        Looked at(byte[] message, Told told);
    }

    /// What an example says of its message that does not stand in it.
    ///
    /// @param from who sends; empty for the author in From
    /// @param to who shall get it; empty for all whom the message names
    /// @param origin what is found out about where it comes from
    public record Told(
            Listener listener,
            Optional<Address> from,
            List<Address> to,
            LocalDateTime at,
            Optional<Origin> origin) {
        public Told {
            to = List.copyOf(to);
        }
    }

    /// What came of a look.
    public sealed interface Looked {
        /// @param doubt why a person has to look at it before any rule; empty for none
        record Seen(Facts facts, String doubt) implements Looked {}

        /// There is nothing for rules to see.
        record Not(String reason) implements Looked {}
    }

    /// Reads all test files of a configuration folder.
    public static Checked<List<PolicyTest>> load(Path folder, Around around) {
        ConfigErrors errors = new ConfigErrors();
        List<PolicyTest> tests = load(new ConfigFolder(folder), around, errors);
        return Checked.of(Optional.of(tests), errors);
    }

    static List<PolicyTest> load(ConfigFolder files, Around around, ConfigErrors errors) {
        PolicyTests reader = new PolicyTests(files, around, errors);
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
        Optional<PolicyTest.Message> message =
                section.has("message") ? message(section) : written(section);
        Optional<Expected> expected =
                section.requiredSection("expect", "expect").flatMap(this::expected);
        return section.build(() -> {
            Expected expect = expected.orElseThrow();
            return new PolicyTest(
                    name.orElseThrow(),
                    section.place().toString(),
                    message.orElseThrow(),
                    expect.rule().orElse(null),
                    expect.decision().orElse(null));
        });
    }

    /// A message that is described, key by key.
    private Optional<PolicyTest.Message> written(Section section) {
        Optional<Address> from = section.required("from", Values::address);
        List<Address> to = section.requiredList("to", Values::address);
        String subject = section.or("subject", Values.line(TEXT_CHARACTERS_MAX), "");
        List<Facts.Field> fields = fields(section);
        Makeup makeup = makeup(section);
        Phi phi = section.section("phi").flatMap(PolicyTests::phi).orElse(NO_PHI);
        Told told = told(section, from, to);
        Facts.Asked asked = asked(section);
        return from.map(originator -> {
            boolean loggedIn = told.listener() == Listener.SUBMISSION;
            Entry entry =
                    new Entry(
                            told.listener(),
                            originator,
                            loggedIn ? originator : null,
                            told.at(),
                            told.origin());
            return new PolicyTest.Message(
                    new Facts(
                            entry,
                            to,
                            Subject.of(subject),
                            Facts.Fields.of(fields),
                            makeup,
                            phi,
                            around.internal(),
                            asked),
                    "");
        });
    }

    /// A message that lies in a file beside the examples.
    private Optional<PolicyTest.Message> message(Section section) {
        Optional<String> file = section.required("message", PolicyTests::file);
        Optional<Address> from = section.optional("from", Values::address);
        Told told = told(section, from, section.list("to", Values::address));
        Facts.Asked asked = asked(section);
        for (String key : IN_MESSAGE) {
            if (section.has(key)) {
                section.wrong(key, "the message says this itself", "remove it, or \"message\"");
            }
        }
        Optional<byte[]> octets =
                file.flatMap(name -> files.octets(FOLDER + "/" + name, MESSAGE_OCTETS_MAX, errors));
        return octets.flatMap(message ->
                switch (around.look().at(message, told)) {
                    case Looked.Seen(Facts facts, String doubt) ->
                            Optional.of(new PolicyTest.Message(facts.with(asked), doubt));
                    case Looked.Not(String reason) -> {
                        section.wrong("message", reason, null);
                        yield Optional.empty();
                    }
                });
    }

    private static Told told(Section section, Optional<Address> from, List<Address> to) {
        return new Told(
                section.or("listener", Values.word(ConditionReader.LISTENERS), Listener.SUBMISSION),
                from,
                to,
                section.or("at", PolicyTests::moment, NOON),
                section.section("authentication").flatMap(PolicyTests::origin));
    }

    private Facts.Asked asked(Section test) {
        List<Address> ordinary = test.list("chose-ordinary-mail", Values::address);
        return new Facts.Asked(groups(test), reach(test), Choices.told(ordinary));
    }

    /// Who belongs to the groups that rules name; nobody else does.
    private Groups groups(Section test) {
        Map<String, Set<Address>> members = new HashMap<>();
        test.section("groups", "groups")
                .ifPresent(section -> {
                    for (YamlNode.Entry entry : section.freeEntries()) {
                        String name = entry.key().value();
                        if (around.policy().filter(it -> !it.groups().contains(name)).isPresent()) {
                            section.wrong(
                                    name,
                                    "no rule asks for the group \"" + name + "\"",
                                    "write it as the rule does");
                        }
                        members.put(name, Set.copyOf(section.list(name, Values::address)));
                    }
                });
        return Groups.told(members);
    }

    /// Whom protected mail can reach by which means; nobody else.
    private static Reach reach(Section test) {
        Map<Means, List<Address>> can = new EnumMap<>(Means.class);
        test.section("recipient-can")
                .ifPresent(section -> {
                    ConditionReader.MEANS.forEach(
                            (word, means) -> can.put(means, section.list(word, Values::address)));
                    section.build(() -> can);
                });
        return Reach.told(can);
    }

    private static Parsed<String> file(YamlNode.Text text) {
        return Rosters.isName(text.value())
                ? Parsed.good(text.value())
                : Parsed.bad(
                        Values.quoted(text) + " is not the name of a file",
                        "write it like mail/referral.eml, within the folder tests");
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
        boolean uninspected = section.or("uninspected", ConditionReader::yes, false);
        return section.build(() -> new Phi(score, patients, counts, !uninspected));
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
