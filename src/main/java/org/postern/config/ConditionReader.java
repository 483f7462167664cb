package org.postern.config;

import com.google.re2j.PatternSyntaxException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.postern.condition.Comparison;
import org.postern.condition.Condition;
import org.postern.condition.FileTest;
import org.postern.condition.NamePattern;
import org.postern.condition.OriginTest;
import org.postern.condition.PhiTest;
import org.postern.condition.TextTest;
import org.postern.condition.TimeTest;
import org.postern.condition.Who;
import org.postern.facts.Choices.Channel;
import org.postern.facts.FileKind;
import org.postern.facts.Origin.Verdict;
import org.postern.facts.PhiKind;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.mail.Listener;
import org.postern.naming.Values;
import org.postern.naming.WhoReader;
import org.postern.policy.Settings;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Reads what a rule asks, the key `when`. Several conditions in one section must all hold.
final class ConditionReader {
    /// RFC 5322 §2.2.
    private static final Pattern FIELD_NAME = Pattern.compile("[!-9;-~]{1,76}");

    private static final int TEXT_CHARACTERS_MAX = 200;

    static final long SIZE_MAX = 1L << 40;

    static final Map<String, Listener> LISTENERS =
            words(
                    new Listener[] {
                        Listener.SUBMISSION, Listener.RELAY, Listener.INBOUND, Listener.PICKUP
                    },
                    listener -> listener.name().toLowerCase(Locale.ROOT));

    static final Map<String, SmimeLabel> SMIME = words(SmimeLabel.values(), SmimeLabel::word);

    static final Map<String, Means> MEANS = words(Means.values(), Means::word);

    static final Map<String, FileKind> KINDS = words(FileKind.values(), FileKind::word);

    static final Map<String, Verdict> VERDICTS = words(Verdict.values(), Verdict::word);

    private static final Map<String, Channel> CHANNELS = words(Channel.values(), Channel::word);

    private static final Map<String, DayOfWeek> DAYS = words(DayOfWeek.values(), TimeTest::word);

    static final Map<String, PhiKind> PHI = words(PhiKind.values(), PhiKind::word);

    private static final Parsed.Parser<Comparison> COUNT =
            compared(Values.number(0, 10_000), Long::valueOf);

    private static final Parsed.Parser<Comparison> SIZE =
            compared(Values.size(0, SIZE_MAX), octets -> octets);

    /// The one that settings say.
    private static final String THRESHOLD = "threshold";

    private static final List<String> FILE_KEYS =
            List.of("kind", "name", "size", "locked", "present");

    /// What people may write out of habit from other systems.
    private static final Map<String, String> HINTS =
            Map.of(
                    "to", "did you mean \"recipient\"?",
                    "from", "did you mean \"originator\"?",
                    "sender", "did you mean \"originator\"?",
                    "tag", "write subject: { tag: secure }",
                    "domain", "write recipient: { domain: … } or originator: { domain: … }",
                    "attachments", "did you mean \"attachment\"?",
                    "and", "did you mean \"all\"?",
                    "or", "did you mean \"any\"?");

    private final ConfigErrors errors;
    private final WhoReader people;
    private final Settings settings;
    private boolean asksForThreshold;

    /// @param people reads whom conditions name
    /// @param settings from which score a message holds health information
    ConditionReader(ConfigErrors errors, WhoReader people, Settings settings) {
        this.errors = errors;
        this.people = people;
        this.settings = settings;
    }

    /// What holds where rules say nothing.
    Settings settings() {
        return settings;
    }

    /// Whether `score: threshold` was among what was read.
    boolean asksForThreshold() {
        return asksForThreshold;
    }

    /// @return empty with errors noted
    Optional<Condition> read(YamlNode node) {
        return Section.of("when", node, errors).flatMap(this::condition);
    }

    private Optional<Condition> condition(Section section) {
        section.hints(HINTS);
        List<Condition> parts = new ArrayList<>();
        combined(section, "all", Condition.All::new).ifPresent(parts::add);
        combined(section, "any", Condition.Any::new).ifPresent(parts::add);
        section.node("not").flatMap(this::read).map(Condition.Not::new).ifPresent(parts::add);
        who(section, "recipient").map(Condition.RecipientIs::new).ifPresent(parts::add);
        section.optional("recipient-chose", Values.word(CHANNELS))
                .map(Condition.RecipientChose::new)
                .ifPresent(parts::add);
        who(section, "originator").map(Condition.OriginatorIs::new).ifPresent(parts::add);
        section.section("subject", "subject").flatMap(this::subject).ifPresent(parts::add);
        section.section("header", "header").flatMap(this::header).ifPresent(parts::add);
        section.section("recipients", "recipients").flatMap(this::recipients).ifPresent(parts::add);
        section.optional("size", SIZE).map(Condition.Size::new).ifPresent(parts::add);
        section.section("attachment", "attachment").flatMap(this::file).ifPresent(parts::add);
        section.section("authentication", "authentication")
                .flatMap(this::origin)
                .ifPresent(parts::add);
        section.section("phi", "phi").flatMap(this::phi).ifPresent(parts::add);
        section.section("time", "time").flatMap(this::time).ifPresent(parts::add);
        List<SmimeLabel> labels = section.list("smime", Values.word(SMIME));
        if (!labels.isEmpty()) {
            parts.add(new Condition.SmimeIs(Set.copyOf(labels)));
        }
        List<Means> means = section.list("recipient-can", Values.word(MEANS));
        if (!means.isEmpty()) {
            parts.add(new Condition.RecipientCan(Set.copyOf(means)));
        }
        List<Listener> listeners = section.list("listener", Values.word(LISTENERS));
        if (!listeners.isEmpty()) {
            parts.add(new Condition.ListenerIs(Set.copyOf(listeners)));
        }
        // A part that could not be read has left an error, so nothing is built without it.
        return section.build(() -> parts).flatMap(read -> joined(section, read));
    }

    private Optional<Condition> joined(Section section, List<Condition> parts) {
        if (parts.isEmpty()) {
            errors.add(
                    section.place(),
                    "nothing is asked here",
                    "leave out the \"when\" of a rule that takes everything");
            return Optional.empty();
        }
        return Optional.of(parts.size() == 1 ? parts.getFirst() : new Condition.All(parts));
    }

    /// `all` and `any`: a list of sections, each a condition.
    private Optional<Condition> combined(
            Section section, String key, Function<List<Condition>, Condition> combine) {
        Optional<YamlNode> node = section.node(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (!(node.get() instanceof YamlNode.Listing listing) || listing.items().isEmpty()) {
            section.wrong(
                    key,
                    "\"" + key + "\" takes a list of conditions",
                    "write " + key + ": [ { recipient: … }, { subject: … } ]");
            return Optional.empty();
        }
        return Optional.of(
                combine.apply(
                        listing.items().stream()
                                .map(this::read)
                                .flatMap(Optional::stream)
                                .toList()));
    }

    private Optional<Who> who(Section section, String key) {
        return section.section(key, "address").flatMap(people::read);
    }

    private Optional<Condition> subject(Section section) {
        Optional<String> tag = section.optional("tag", ConditionReader::tag);
        Optional<TextTest> test = textTest(section, Optional.empty());
        only(section, "a subject", List.of("tag", "contains", "is", "pattern"));
        return section.build(() ->
                tag.<Condition>map(Condition.SubjectTag::new)
                        .orElseGet(() -> new Condition.SubjectText(test.orElseThrow())));
    }

    /// What is asked of a text, where one of its keys stands.
    private static Optional<TextTest> textTest(Section section, Optional<TextTest> otherwise) {
        Optional<TextTest> contains =
                section.optional("contains", Values.line(TEXT_CHARACTERS_MAX))
                        .map(TextTest.Contains::new);
        Optional<TextTest> is =
                section.optional("is", Values.line(TEXT_CHARACTERS_MAX)).map(TextTest.Is::new);
        Optional<TextTest> matches = section.optional("pattern", ConditionReader::pattern);
        return contains.or(() -> is).or(() -> matches).or(() -> otherwise);
    }

    /// RE2 has no look-around and no back references, and so no expression that takes for ever.
    private static Parsed<TextTest> pattern(YamlNode.Text text) {
        return Values.line(TextTest.Matches.CHARACTERS_MAX)
                .apply(text)
                .then(expression -> {
                    try {
                        return Parsed.good(TextTest.Matches.of(expression));
                    } catch (PatternSyntaxException e) {
                        return Parsed.bad(
                                "the pattern cannot be read: " + e.getDescription(),
                                "write an RE2 expression, such as \\bMRN ?[0-9]{6,8}\\b");
                    }
                });
    }

    private void only(Section section, String what, List<String> keys) {
        if (keys.stream().filter(section::has).count() != 1) {
            errors.add(
                    section.place(),
                    "ask one thing of " + what,
                    "write one of: " + String.join(", ", keys));
        }
    }

    private Optional<Condition> recipients(Section section) {
        Optional<Comparison> count = section.required("count", COUNT);
        return section.build(() -> new Condition.RecipientCount(count.orElseThrow()));
    }

    /// A sign and a value, as in `> 10`.
    private static <T> Parsed.Parser<Comparison> compared(
            Parsed.Parser<T> parser, Function<T, Long> number) {
        return text -> {
            String[] words = text.value().strip().split("\\s+", 2);
            Optional<Comparison.Sign> sign = Comparison.Sign.of(words[0]);
            if (sign.isEmpty() || words.length < 2) {
                return Parsed.bad(
                        Values.quoted(text) + " compares with nothing",
                        "write a sign and a value, as in \"> 10\" (>, >=, <, <=, =)");
            }
            YamlNode.Text value = new YamlNode.Text(text.place(), words[1], true);
            return parser.apply(value)
                    .then(it -> Parsed.good(new Comparison(sign.get(), number.apply(it))));
        };
    }

    /// All keys are asked of the same file. Without any, every file will do: `present: true`.
    private Optional<Condition> file(Section section) {
        List<FileKind> kinds = section.list("kind", Values.word(KINDS));
        List<NamePattern> names =
                section.list("name", Values.line(TEXT_CHARACTERS_MAX)).stream()
                        .map(NamePattern::of)
                        .toList();
        Optional<Comparison> size = section.optional("size", SIZE);
        boolean locked = section.or("locked", ConditionReader::yes, false);
        section.optional("present", ConditionReader::yes);
        if (section.isEmpty()) {
            errors.add(
                    section.place(),
                    "nothing is asked of a file here",
                    "write one of: " + String.join(", ", FILE_KEYS));
        }
        return section.build(() ->
                new Condition.AttachmentHas(new FileTest(Set.copyOf(kinds), names, size, locked)));
    }

    private Optional<Condition> origin(Section section) {
        Set<Verdict> spf = Set.copyOf(section.list("spf", Values.word(VERDICTS)));
        Set<Verdict> dkim = Set.copyOf(section.list("dkim", Values.word(VERDICTS)));
        Set<Verdict> dmarc = Set.copyOf(section.list("dmarc", Values.word(VERDICTS)));
        if (section.isEmpty()) {
            errors.add(section.place(), "no method is named here", "write dmarc: fail");
        }
        return section.build(() -> new Condition.OriginHas(new OriginTest(spf, dkim, dmarc)));
    }

    private Optional<Condition> phi(Section section) {
        boolean threshold =
                section.node("score").orElse(null) instanceof YamlNode.Text text
                        && text.value().equals(THRESHOLD);
        asksForThreshold |= threshold;
        Optional<Comparison> score =
                threshold ? Optional.empty() : section.optional("score", COUNT);
        Optional<Comparison> patients = section.optional("patients", COUNT);
        List<PhiKind> kinds = section.list("has", Values.word(PHI));
        boolean uninspected = section.or("uninspected", ConditionReader::yes, false);
        // Where a key is only mistyped, that is said of the key.
        if (section.isEmpty()) {
            errors.add(section.place(), "nothing is asked here", "write score: \">= 8\"");
        }
        Function<Optional<Comparison>, Condition> asked =
                it ->
                        new Condition.PhiHas(
                                new PhiTest(it, patients, Set.copyOf(kinds), uninspected));
        Optional<Condition> over =
                settings.overThreshold(from ->
                        asked.apply(Optional.of(new Comparison(Comparison.Sign.AT_LEAST, from))));
        if (threshold && over.isEmpty()) {
            section.wrong(
                    "score",
                    "no setting says which threshold the clinic has",
                    "write settings: [ { threshold: 8 } ], without \"for\"");
        }
        return section.build(() -> threshold ? over.orElseThrow() : asked.apply(score));
    }

    private Optional<Condition> time(Section section) {
        List<DayOfWeek> days = section.list("on", Values.word(DAYS));
        Optional<LocalTime> from = section.optional("from", ConditionReader::hour);
        Optional<LocalTime> to = section.optional("to", ConditionReader::hour);
        if (section.has("from") != section.has("to")) {
            errors.add(section.place(), "one end of the hours is missing", "write from and to");
        }
        if (!section.has("on") && !section.has("from")) {
            errors.add(section.place(), "no time is named here", "write on: [sat, sun]");
        }
        return section.build(() ->
                new Condition.CameAt(
                        new TimeTest(
                                Set.copyOf(days),
                                from.orElse(LocalTime.MIN),
                                to.orElse(LocalTime.MIN))));
    }

    private static Parsed<LocalTime> hour(YamlNode.Text text) {
        try {
            return Parsed.good(LocalTime.parse(text.value()));
        } catch (DateTimeParseException e) {
            return Parsed.bad(
                    Values.quoted(text) + " is not a time of the day", "write it like 08:30");
        }
    }

    static Parsed<String> tag(YamlNode.Text text) {
        return Values.line(60)
                .apply(text)
                .then(tag ->
                        tag.contains("[") || tag.contains("]")
                                ? Parsed.bad(
                                        "the tag " + Values.quoted(text) + " has brackets",
                                        "write it without, as in tag: secure")
                                : Parsed.good(tag));
    }

    private Optional<Condition> header(Section section) {
        Optional<String> name = section.required("name", ConditionReader::fieldName);
        Optional<TextTest> present =
                section.optional("present", ConditionReader::yes).map(_ -> new TextTest.Present());
        Optional<TextTest> test = textTest(section, present);
        only(section, "a header field", List.of("contains", "is", "pattern", "present"));
        return section.build(
                () -> new Condition.HeaderField(name.orElseThrow(), test.orElseThrow()));
    }

    private static Parsed<String> fieldName(YamlNode.Text text) {
        String value = text.value();
        if (FIELD_NAME.matcher(value).matches()) {
            return Parsed.good(value);
        }
        return Parsed.bad(
                Values.quoted(text) + " is not the name of a header field",
                value.endsWith(":") ? "write it without the colon" : "write it like X-Level");
    }

    static Parsed<Boolean> yes(YamlNode.Text text) {
        return text.plain() && text.value().equals("true")
                ? Parsed.good(true)
                : Parsed.bad(
                        Values.quoted(text) + " is not what belongs here",
                        "write present: true; for its absence put the condition under \"not\"");
    }

    private static <T> Map<String, T> words(T[] values, Function<T, String> word) {
        Map<String, T> words = new LinkedHashMap<>();
        Arrays.stream(values).forEach(value -> words.put(word.apply(value), value));
        return words;
    }
}
