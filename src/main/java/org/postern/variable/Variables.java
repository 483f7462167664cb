package org.postern.variable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postern.yaml.ConfigError;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Place;
import org.postern.yaml.Suggestion;
import org.postern.yaml.YamlNode;

/// The values that `variables.yaml` names, each a text or a list of texts. A value `$name` stands
/// for one of them, and `${name}` within a text for one that is no list; `$$name` and `$${name}`
/// are these characters themselves. What a value means is asked where it is used, so that each
/// reader judges it as if it stood there. For one reading, and for one thread.
public final class Variables {
    /// Within the folder of the policy; it may be missing.
    public static final String FILE = "variables.yaml";

    /// In one file, and in one list of it.
    static final int ENTRIES_MAX = 1_000;

    /// In all that is put in: a short reference may stand for a long list, many times.
    static final int CHARACTERS_MAX = 1 << 20;

    private static final String WORD = "[A-Za-z][A-Za-z0-9-]{0,39}";
    private static final Pattern NAME = Pattern.compile(WORD);
    private static final Pattern WHOLE = Pattern.compile("(\\$?)\\$(" + WORD + ")");
    private static final Pattern WITHIN = Pattern.compile("(\\$?)\\$\\{([^{}]{0,80})}");

    private static final int SHOWN_CHARACTERS_MAX = 200;

    private final ConfigErrors errors;
    private final Map<String, YamlNode.Entry> values = new LinkedHashMap<>();
    private final Map<Place, Set<Used>> uses = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private int charactersLeft = CHARACTERS_MAX;
    private boolean whole = true;

    private Variables(ConfigErrors errors) {
        this.errors = errors;
    }

    /// A folder without variables.
    public static Variables none(ConfigErrors errors) {
        return new Variables(errors);
    }

    /// Those that could not be read, which was said already: no reference to one is a second
    /// mistake.
    public static Variables broken(ConfigErrors errors) {
        Variables none = new Variables(errors);
        none.whole = false;
        return none;
    }

    /// Reads the file; what is wrong with it is noted.
    public static Variables read(YamlNode root, ConfigErrors errors) {
        Variables variables = new Variables(errors);
        int before = errors.count();
        if (root instanceof YamlNode.Mapping mapping) {
            mapping.entries().forEach(variables::add);
            if (mapping.entries().size() > ENTRIES_MAX) {
                errors.add(
                        root.place(),
                        "there are more than " + ENTRIES_MAX + " variables",
                        "put addresses into a list: src/docs/policy.md");
            }
        } else if (!(root instanceof YamlNode.Text text && text.isNothing())) {
            errors.add(
                    root.place(),
                    "here belong names with values, and this is " + root.kind(),
                    "write them like office-phone: \"+1 555 010 0199\"");
        }
        variables.whole = errors.count() == before;
        return variables;
    }

    private void add(YamlNode.Entry entry) {
        String name = entry.key().value();
        if (!NAME.matcher(name).matches()) {
            errors.add(
                    entry.key().place(),
                    "\"" + name + "\" is not the name of a variable",
                    "begin with a letter; letters, digits and - follow, 40 at most");
        }
        switch (entry.value()) {
            case YamlNode.Text text -> check(name, text);
            case YamlNode.Listing(Place place, List<YamlNode> items, _) -> {
                if (items.isEmpty() || items.size() > ENTRIES_MAX) {
                    errors.add(
                            place,
                            "\"" + name + "\" has " + items.size() + " values",
                            "write 1 to " + ENTRIES_MAX + ", or make a list file of them");
                }
                items.forEach(item -> check(name, item));
            }
            case YamlNode.Mapping mapping ->
                    errors.add(
                            mapping.place(),
                            "the variable \"" + name + "\" takes a value or a list of values",
                            "write what has keys into the rule, and variables within");
        }
        values.put(name, entry);
    }

    private void check(String name, YamlNode node) {
        if (!(node instanceof YamlNode.Text text)) {
            errors.add(
                    node.place(),
                    "the variable \"" + name + "\" takes single values, and this is " + node.kind(),
                    null);
        } else if (text.isNothing()) {
            errors.add(node.place(), "the variable \"" + name + "\" has no value", "write one");
        } else if (WHOLE.matcher(text.value()).matches() || WITHIN.matcher(text.value()).find()) {
            errors.add(
                    node.place(),
                    "the variable \"" + name + "\" refers to another one",
                    "write the value itself");
        }
    }

    /// The same file with the values put in; each keeps the place where it is used. Keys stay as
    /// they are. References to what there is not are noted as errors.
    public YamlNode in(YamlNode root) {
        return in(root, new LinkedHashSet<>());
    }

    /// The variables that a section refers to, or a part of it, by the place where it begins.
    public List<Used> of(Place section) {
        return List.copyOf(uses.getOrDefault(section, Set.of()));
    }

    /// What nothing refers to, as far as was asked.
    public List<ConfigError> unused() {
        return values.values().stream()
                .map(YamlNode.Entry::key)
                .filter(key -> !used.contains(key.value()))
                .map(key ->
                        new ConfigError(
                                key.place(),
                                "the variable \"" + key.value() + "\" is not used",
                                "write $" + key.value() + " where it belongs, or remove it"))
                .toList();
    }

    private YamlNode in(YamlNode node, Set<Used> around) {
        return switch (node) {
            case YamlNode.Text text -> text(text, around);
            case YamlNode.Listing(Place place, List<YamlNode> items, _) -> {
                List<YamlNode> put = new ArrayList<>();
                for (YamlNode item : items) {
                    // A list within a list is its items: [$partners, other.example].
                    YamlNode with = in(item, around);
                    if (item instanceof YamlNode.Text && with instanceof YamlNode.Listing listing) {
                        put.addAll(listing.items());
                    } else {
                        put.add(with);
                    }
                }
                yield new YamlNode.Listing(
                        place, put, 1 + put.stream().mapToInt(YamlNode::weight).sum());
            }
            case YamlNode.Mapping(Place place, List<YamlNode.Entry> entries, int weight) -> {
                Set<Used> here = new LinkedHashSet<>();
                List<YamlNode.Entry> put =
                        entries.stream()
                                .map(each -> new YamlNode.Entry(each.key(), in(each.value(), here)))
                                .toList();
                if (!here.isEmpty()) {
                    uses.computeIfAbsent(place, _ -> new LinkedHashSet<>()).addAll(here);
                    around.addAll(here);
                }
                yield new YamlNode.Mapping(place, put, weight);
            }
        };
    }

    private YamlNode text(YamlNode.Text text, Set<Used> around) {
        Matcher alone = WHOLE.matcher(text.value());
        if (alone.matches()) {
            return alone.group(1).isEmpty()
                    ? value(text, alone.group(2), around)
                            .map(node -> at(text.place(), node))
                            .orElse(text)
                    : new YamlNode.Text(text.place(), text.value().substring(1), text.plain());
        }
        Matcher within = WITHIN.matcher(text.value());
        if (!within.find()) {
            return text;
        }
        String put =
                within.replaceAll(found ->
                        Matcher.quoteReplacement(
                                found.group(1).isEmpty()
                                        ? single(text, found.group(2), around)
                                        : found.group().substring(1)));
        return new YamlNode.Text(text.place(), put, text.plain());
    }

    /// As it stands in the text of the reference, if it cannot be put in.
    private String single(YamlNode.Text text, String name, Set<Used> around) {
        Optional<YamlNode> value = value(text, name, around);
        if (value.isPresent() && !(value.get() instanceof YamlNode.Text)) {
            errors.addLast(
                    text.place(),
                    "${%s} stands within a text, and the variable is %s"
                            .formatted(name, value.get().kind()),
                    "write $" + name + " as a value of its own");
        }
        return value.orElse(null) instanceof YamlNode.Text put ? put.value() : "";
    }

    private Optional<YamlNode> value(YamlNode.Text text, String name, Set<Used> around) {
        YamlNode.Entry entry = values.get(name);
        if (entry == null) {
            unknown(text, name);
            return Optional.empty();
        }
        used.add(name);
        YamlNode value = entry.value();
        charactersLeft -= characters(value);
        if (charactersLeft < 0) {
            errors.addLast(
                    text.place(),
                    "what the variables stand for has more than " + CHARACTERS_MAX + " characters",
                    "use a list file: src/docs/policy.md");
            return Optional.empty();
        }
        Used use = new Used("$" + name, words(value), value.place().toString());
        around.add(use);
        errors.origin(text.place(), use.words());
        return Optional.of(value);
    }

    private void unknown(YamlNode.Text text, String name) {
        if (!whole) {
            errors.settle(text.place());
            return;
        }
        errors.addLast(
                text.place(),
                "there is no variable \"" + name + "\"",
                Suggestion.didYouMean(name, values.keySet())
                        .orElse(
                                "write it into "
                                        + FILE
                                        + "; a text that begins so is written with $$"));
    }

    private static YamlNode at(Place place, YamlNode value) {
        return switch (value) {
            case YamlNode.Text(_, String text, boolean plain) ->
                    new YamlNode.Text(place, text, plain);
            case YamlNode.Listing(_, List<YamlNode> items, int weight) ->
                    new YamlNode.Listing(
                            place, items.stream().map(item -> at(place, item)).toList(), weight);
            case YamlNode.Mapping mapping -> mapping;
        };
    }

    /// One more for each, so that empty ones are bounded too.
    private static int characters(YamlNode value) {
        return switch (value) {
            case YamlNode.Text text -> 1 + text.value().length();
            case YamlNode.Listing list ->
                    list.items().stream().mapToInt(Variables::characters).sum();
            case YamlNode.Mapping _ -> 1;
        };
    }

    private static String words(YamlNode value) {
        String words =
                switch (value) {
                    case YamlNode.Text text -> '"' + text.value().replace("\n", " / ") + '"';
                    case YamlNode.Listing list ->
                            list.items().stream()
                                    .map(Variables::words)
                                    .collect(Collectors.joining(", ", "[", "]"));
                    case YamlNode.Mapping mapping -> mapping.kind();
                };
        return words.length() <= SHOWN_CHARACTERS_MAX
                ? words
                : words.substring(0, SHOWN_CHARACTERS_MAX) + "…";
    }
}
