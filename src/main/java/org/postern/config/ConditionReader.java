package org.postern.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.policy.Condition;
import org.postern.policy.Condition.FieldTest;
import org.postern.policy.Who;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Reads what a rule asks, the key `when`. Several conditions in one section must all hold.
final class ConditionReader {
    /// RFC 5322 §2.2.
    private static final Pattern FIELD_NAME = Pattern.compile("[!-9;-~]{1,76}");

    private static final int TEXT_CHARACTERS_MAX = 200;

    private static final Map<String, Listener> LISTENERS = listeners();

    /// What people may write out of habit from other systems.
    private static final Map<String, String> HINTS =
            Map.of(
                    "to", "did you mean \"recipient\"?",
                    "from", "did you mean \"originator\"?",
                    "sender", "did you mean \"originator\"?",
                    "tag", "write subject: { tag: secure }",
                    "domain", "write recipient: { domain: … } or originator: { domain: … }",
                    "and", "did you mean \"all\"?",
                    "or", "did you mean \"any\"?");

    private final ConfigErrors errors;

    ConditionReader(ConfigErrors errors) {
        this.errors = errors;
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
        who(section, "originator").map(Condition.OriginatorIs::new).ifPresent(parts::add);
        section.section("subject", "subject").flatMap(this::subject).ifPresent(parts::add);
        section.section("header", "header").flatMap(this::header).ifPresent(parts::add);
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

    /// Both keys may stand together: the address is one of these, or its domain is one of those.
    private Optional<Who> who(Section section, String key) {
        return section.section(key, "address").flatMap(this::who);
    }

    private Optional<Who> who(Section section) {
        List<DomainWord> words = section.list("domain", ConditionReader::domainWord);
        List<Address> addresses = section.list("address", Values::address);
        if (!section.has("domain") && !section.has("address")) {
            errors.add(section.place(), "nobody is named here", "write domain: … or address: …");
        }
        return section.build(() -> who(words, addresses));
    }

    private static Who who(List<DomainWord> words, List<Address> addresses) {
        Set<Domain> exact = new HashSet<>();
        Set<Domain> below = new HashSet<>();
        boolean internal = false;
        for (DomainWord word : words) {
            switch (word) {
                case DomainWord.Internal() -> internal = true;
                case DomainWord.Exactly(Domain domain) -> exact.add(domain);
                case DomainWord.Below(Domain domain) -> below.add(domain);
            }
        }
        Set<String> keys = new HashSet<>();
        addresses.forEach(address -> keys.add(address.key()));
        return new Who(internal, exact, below, keys);
    }

    private sealed interface DomainWord {
        record Internal() implements DomainWord {}

        record Exactly(Domain domain) implements DomainWord {}

        record Below(Domain domain) implements DomainWord {}
    }

    private static Parsed<DomainWord> domainWord(YamlNode.Text text) {
        String value = text.value();
        if (value.equals("internal")) {
            return Parsed.good(new DomainWord.Internal());
        }
        if (value.startsWith("*.")) {
            var parent = new YamlNode.Text(text.place(), value.substring(2), text.plain());
            return Values.domain(parent).then(d -> Parsed.good(new DomainWord.Below(d)));
        }
        if (value.contains("*")) {
            return Parsed.bad(
                    Values.quoted(text) + " is not a domain",
                    "a * may only stand in front, as in \"*.partner.example\"");
        }
        if (value.equals("external")) {
            return Parsed.bad(
                    "unknown word \"external\"", "write not: { recipient: { domain: internal } }");
        }
        return Values.domain(text).then(d -> Parsed.good(new DomainWord.Exactly(d)));
    }

    private Optional<Condition> subject(Section section) {
        section.hints(
                Map.of("contains", "a subject is asked for its tags: subject: { tag: secure }"));
        Optional<String> tag = section.required("tag", ConditionReader::tag);
        return section.build(() -> new Condition.SubjectTag(tag.orElseThrow()));
    }

    private static Parsed<String> tag(YamlNode.Text text) {
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
        Optional<FieldTest> test =
                section.optional("contains", Values.line(TEXT_CHARACTERS_MAX))
                        .map(FieldTest.Contains::new);
        Optional<FieldTest> is =
                section.optional("is", Values.line(TEXT_CHARACTERS_MAX)).map(FieldTest.Is::new);
        Optional<FieldTest> present =
                section.optional("present", ConditionReader::yes).map(_ -> new FieldTest.Present());
        long asked = List.of("contains", "is", "present").stream().filter(section::has).count();
        if (asked != 1) {
            errors.add(
                    section.place(),
                    "ask one thing of a header field",
                    "write one of: contains: TEXT, is: TEXT, present: true");
        }
        return section.build(() ->
                new Condition.HeaderField(
                        name.orElseThrow(), test.or(() -> is).or(() -> present).orElseThrow()));
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

    private static Parsed<Boolean> yes(YamlNode.Text text) {
        return text.plain() && text.value().equals("true")
                ? Parsed.good(true)
                : Parsed.bad(
                        Values.quoted(text) + " is not what belongs here",
                        "write present: true; for its absence put the condition under \"not\"");
    }

    private static Map<String, Listener> listeners() {
        Map<String, Listener> words = new LinkedHashMap<>();
        words.put("submission", Listener.SUBMISSION);
        words.put("relay", Listener.RELAY);
        words.put("inbound", Listener.INBOUND);
        words.put("pickup", Listener.PICKUP);
        return words;
    }
}
