package org.postern.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A mapping that is being read. Each key that a reader asks for is thereby known; at the end,
/// [#build] reports the others, and builds the value only if nothing in this section was wrong.
///
/// So a reader asks for all its keys first and looks at the values afterwards: every error of a
/// file is found in one run. For one thread.
public final class Section {
    private final String label;
    private final Place place;
    private final ConfigErrors errors;
    private final int errorsBefore;
    private final Map<String, YamlNode.Entry> entries = new TreeMap<>();
    private final List<String> known = new ArrayList<>();
    private final Map<String, String> hints = new HashMap<>();

    private Section(String label, YamlNode.Mapping mapping, ConfigErrors errors) {
        this.label = label;
        this.place = mapping.place();
        this.errors = errors;
        this.errorsBefore = errors.count();
        mapping.entries().forEach(entry -> entries.put(entry.key().value(), entry));
    }

    /// Begins to read a node that must be a mapping.
    ///
    /// @param label the section's name in the documentation, such as `listeners.relay`
    /// @return empty, with an error noted, if it is none
    public static Optional<Section> of(String label, YamlNode node, ConfigErrors errors) {
        if (node instanceof YamlNode.Mapping mapping) {
            return Optional.of(new Section(label, mapping, errors));
        }
        errors.add(
                node.place(),
                "here belongs a section with keys, and this is " + node.kind(),
                "write \"key: value\" lines, indented");
        return Optional.empty();
    }

    /// Where the section begins.
    public Place place() {
        return place;
    }

    /// Where the errors go.
    public ConfigErrors errors() {
        return errors;
    }

    /// What to say about keys that people may expect here, by the key they would write.
    public Section hints(Map<String, String> more) {
        hints.putAll(more);
        return this;
    }

    /// Whether no key at all stands there, not even one that is unknown.
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Whether the key stands there. Asking makes it known.
    public boolean has(String key) {
        return node(key).isPresent();
    }

    /// What belongs to the key, unread.
    public Optional<YamlNode> node(String key) {
        if (!known.contains(key)) {
            known.add(key);
            errors.asked(label, key);
        }
        return Optional.ofNullable(entries.get(key)).map(YamlNode.Entry::value);
    }

    /// A value that may be absent.
    public <T> Optional<T> optional(String key, Parsed.Parser<T> parser) {
        errors.asked(label, key, parser.words());
        return node(key).flatMap(node -> value(key, node, parser));
    }

    /// A value that must be there; empty only with an error noted.
    public <T> Optional<T> required(String key, Parsed.Parser<T> parser) {
        if (!has(key)) {
            missing(key);
        }
        return optional(key, parser);
    }

    /// A value that has a default. After an error the default stands in, and `build` builds
    /// nothing.
    public <T> T or(String key, Parsed.Parser<T> parser, T fallback) {
        return optional(key, parser).orElse(fallback);
    }

    /// One value or a list of values; absent is the empty list, an empty list is an error.
    public <T> List<T> list(String key, Parsed.Parser<T> parser) {
        errors.asked(label, key, parser.words());
        List<T> values = new ArrayList<>();
        for (YamlNode item : items(key)) {
            value(key, item, parser).ifPresent(values::add);
        }
        return values;
    }

    /// As [#list], but at least one value must be there.
    public <T> List<T> requiredList(String key, Parsed.Parser<T> parser) {
        if (!has(key)) {
            missing(key);
        }
        return list(key, parser);
    }

    /// A section below this one that may be absent.
    public Optional<Section> section(String key) {
        return section(key, label.isEmpty() ? key : label + "." + key);
    }

    /// As [#section(String)], under another name in the documentation: for sections that may stand
    /// in several places.
    public Optional<Section> section(String key, String sectionLabel) {
        return node(key).flatMap(node -> of(sectionLabel, node, errors));
    }

    /// A section below this one that must be there.
    public Optional<Section> requiredSection(String key) {
        return requiredSection(key, label.isEmpty() ? key : label + "." + key);
    }

    /// As [#requiredSection(String)], under another name in the documentation.
    public Optional<Section> requiredSection(String key, String sectionLabel) {
        if (!has(key)) {
            missing(key);
        }
        return section(key, sectionLabel);
    }

    /// A list of sections; absent is the empty list.
    public List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        for (YamlNode item : items(key)) {
            of(label.isEmpty() ? key : label + "." + key, item, errors).ifPresent(sections::add);
        }
        return sections;
    }

    /// All keys of a section whose keys are the writer's own words, such as addresses.
    public List<YamlNode.Entry> freeEntries() {
        entries.keySet().stream().filter(key -> !known.contains(key)).forEach(known::add);
        return entries.values().stream()
                .sorted(Comparator.comparingInt(entry -> entry.key().place().line()))
                .toList();
    }

    /// Notes an error at the value of a key, or at the section if the key is absent.
    public void wrong(String key, String text, @Nullable String suggestion) {
        YamlNode.Entry entry = entries.get(key);
        errors.add(entry == null ? place : entry.value().place(), text, suggestion);
    }

    /// Ends the section: keys nobody asked for are errors.
    ///
    /// @param value called only if the section and all below it are free of errors
    public <T> Optional<T> build(Supplier<T> value) {
        for (YamlNode.Entry entry : entries.values()) {
            if (!known.contains(entry.key().value())) {
                unknown(entry.key());
            }
        }
        return errors.count() == errorsBefore ? Optional.of(value.get()) : Optional.empty();
    }

    private List<YamlNode> items(String key) {
        Optional<YamlNode> node = node(key);
        if (node.isEmpty()) {
            return List.of();
        }
        if (!(node.get() instanceof YamlNode.Listing listing)) {
            return List.of(node.get());
        }
        if (listing.items().isEmpty()) {
            errors.add(listing.place(), "the list \"" + key + "\" is empty", "remove the key");
        }
        return listing.items();
    }

    /// Reads one value, which need not be among this section's own keys.
    ///
    /// @param key what messages call it
    public <T> Optional<T> value(String key, YamlNode node, Parsed.Parser<T> parser) {
        if (!(node instanceof YamlNode.Text text)) {
            errors.add(
                    node.place(),
                    "\"" + key + "\" takes a single value, and this is " + node.kind(),
                    null);
            return Optional.empty();
        }
        if (text.isNothing()) {
            errors.add(
                    text.place(),
                    "\"" + key + "\" has no value",
                    "write one, or remove the key; a value that begins with # needs quotes");
            return Optional.empty();
        }
        return switch (parser.apply(text)) {
            case Parsed.Good<T>(T value) -> Optional.of(value);
            case Parsed.Bad<T>(String reason, String suggestion) -> {
                errors.add(text.place(), key + ": " + reason, suggestion);
                yield Optional.empty();
            }
        };
    }

    private void missing(String key) {
        errors.add(place, "the key \"" + key + "\" is missing here", null);
    }

    private void unknown(YamlNode.Text key) {
        String word = key.value();
        // A word that is expected here out of habit says more than one that only looks alike.
        Optional<String> habit = Optional.ofNullable(hints.get(word));
        Optional<String> nearHabit = Suggestion.nearest(word, hints.keySet()).map(hints::get);
        String suggestion =
                habit.or(() -> Suggestion.didYouMean(word, known))
                        .or(() -> nearHabit)
                        .orElseGet(() -> "known here: " + String.join(", ", known));
        errors.add(key.place(), "unknown key \"" + word + "\"", suggestion);
    }
}
