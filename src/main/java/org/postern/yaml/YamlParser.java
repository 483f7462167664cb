package org.postern.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Builds nodes from the events of a YAML text, and refuses what a configuration has no use for:
/// tags (they name Java classes elsewhere), merge keys, several documents, many aliases.
///
/// No object is ever constructed from a name in the file, and no text is taken for anything but
/// text.
public final class YamlParser {
    /// A configuration is written by people.
    public static final int CHARACTERS_MAX = 1 << 20;

    /// Aliases of one file, so that a few lines cannot stand for billions.
    public static final int ALIASES_MAX = 50;

    /// Lists and sections inside each other.
    public static final int DEPTH_MAX = 30;

    /// Nodes of one file, aliases counted as often as they are used.
    public static final int NODES_MAX = 50_000;

    private final String file;
    private final String[] lines;
    private final ConfigErrors errors;
    private final Iterator<Event> events;
    private final Map<Anchor, YamlNode> anchors = new HashMap<>();
    private int aliases;

    private YamlParser(String file, String text, ConfigErrors errors) {
        this.file = file;
        this.lines = text.split("\r\n|\r|\n", -1);
        this.errors = errors;
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(CHARACTERS_MAX).setLabel(file).build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /// Reads one document.
    ///
    /// @param file the name for messages
    /// @return empty if it could not be read; the reason is among the errors then. A text of
    ///   comments alone is an error too.
    public static Optional<YamlNode> parse(String file, String text, ConfigErrors errors) {
        if (text.length() > CHARACTERS_MAX) {
            errors.add(
                    Place.whole(file),
                    "the file has more than " + CHARACTERS_MAX + " characters",
                    "a configuration is short; is this the right file?");
            return Optional.empty();
        }
        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        return new YamlParser(file, plain, errors).document();
    }

    private Optional<YamlNode> document() {
        try {
            expect(Event.ID.StreamStart);
            if (peekedEnd()) {
                errors.add(Place.whole(file), "the file is empty", null);
                return Optional.empty();
            }
            YamlNode root = node(next(), 0);
            expect(Event.ID.DocumentEnd);
            if (!peekedEnd()) {
                errors.add(
                        Place.whole(file),
                        "the file holds several documents",
                        "remove the line \"---\" between them");
            }
            return Optional.of(root);
        } catch (Refused refused) {
            errors.add(refused.place, refused.text, refused.suggestion);
        } catch (MarkedYamlEngineException e) {
            Place place = place(e.getProblemMark().or(e::getContextMark));
            errors.add(place, syntax(e), hint(place));
        } catch (YamlEngineException e) {
            errors.add(Place.whole(file), "this is not YAML: " + oneLine(e.getMessage()), null);
        }
        return Optional.empty();
    }

    private YamlNode node(Event event, int depth) {
        Place place = place(event.getStartMark());
        if (depth > DEPTH_MAX) {
            throw new Refused(place, "sections lie more than " + DEPTH_MAX + " deep", null);
        }
        YamlNode node =
                switch (event) {
                    case AliasEvent alias -> alias(alias, place);
                    case ScalarEvent scalar -> {
                        refuseTag(scalar.getTag(), place);
                        yield new YamlNode.Text(place, scalar.getValue(), scalar.isPlain());
                    }
                    case MappingStartEvent start -> {
                        refuseTag(start.getTag(), place);
                        yield mapping(place, depth);
                    }
                    case CollectionStartEvent start -> {
                        refuseTag(start.getTag(), place);
                        yield listing(place, depth);
                    }
                    default -> throw new Refused(place, "this is not YAML", null);
                };
        if (!(event instanceof AliasEvent) && event instanceof NodeEvent named) {
            named.getAnchor().ifPresent(anchor -> remember(anchor, node));
        }
        return node;
    }

    private YamlNode mapping(Place place, int depth) {
        List<YamlNode.Entry> entries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int weight = 1;
        for (Event event = next(); !is(event, Event.ID.MappingEnd); event = next()) {
            if (!(event instanceof ScalarEvent)) {
                throw new Refused(
                        place(event.getStartMark()), "a key must be a plain word", braces());
            }
            YamlNode.Text key = (YamlNode.Text) node(event, depth + 1);
            YamlNode value = node(next(), depth + 1);
            weight = weigh(weight, value);
            if (key.value().equals("<<")) {
                errors.add(
                        key.place(),
                        "merge keys (\"<<\") are not supported",
                        "write the keys out, or use an alias for a whole value");
            } else if (seen.add(key.value())) {
                entries.add(new YamlNode.Entry(key, value));
            } else {
                errors.add(
                        key.place(),
                        "the key \"" + key.value() + "\" stands here twice",
                        "keep one of the two");
            }
        }
        return new YamlNode.Mapping(place, entries, weight);
    }

    private YamlNode listing(Place place, int depth) {
        List<YamlNode> items = new ArrayList<>();
        int weight = 1;
        for (Event event = next(); !is(event, Event.ID.SequenceEnd); event = next()) {
            YamlNode item = node(event, depth + 1);
            weight = weigh(weight, item);
            items.add(item);
        }
        return new YamlNode.Listing(place, items, weight);
    }

    private int weigh(int sum, YamlNode added) {
        int weight = sum + added.weight();
        if (weight > NODES_MAX) {
            throw new Refused(
                    added.place(), "the file stands for more than " + NODES_MAX + " values", null);
        }
        return weight;
    }

    private YamlNode alias(AliasEvent alias, Place place) {
        if (++aliases > ALIASES_MAX) {
            throw new Refused(
                    place, "more than " + ALIASES_MAX + " aliases (\"*\") in one file", null);
        }
        // An anchor is remembered when its value is complete, so none can contain itself.
        YamlNode known = anchors.get(alias.getAlias());
        if (known == null) {
            throw new Refused(
                    place,
                    "no anchor \"&" + alias.getAlias() + "\" is defined above",
                    "put quotes around a text that begins with *");
        }
        return known;
    }

    private void remember(Anchor anchor, YamlNode node) {
        if (anchors.putIfAbsent(anchor, node) != null) {
            errors.add(
                    node.place(),
                    "the anchor \"&" + anchor + "\" is defined twice",
                    "give one of the two another name");
        }
    }

    private void refuseTag(Optional<String> tag, Place place) {
        tag.ifPresent(
                t -> errors.add(place, "tags are not allowed: \"" + t + "\"", "remove the tag"));
    }

    private void expect(Event.ID id) {
        Event event = next();
        if (!is(event, id)) {
            throw new Refused(place(event.getStartMark()), "this is not YAML", null);
        }
    }

    /// Passes a document's start; true if the stream ends instead.
    private boolean peekedEnd() {
        return is(next(), Event.ID.StreamEnd);
    }

    private Event next() {
        try {
            return events.next();
        } catch (NoSuchElementException e) {
            throw new Refused(Place.whole(file), "the file ends too early", null);
        }
    }

    private static boolean is(Event event, Event.ID id) {
        return event.getEventId() == id;
    }

    private Place place(Optional<Mark> mark) {
        return mark.map(m -> Place.in(file, lines, m.getLine() + 1, m.getColumn() + 1))
                .orElse(Place.whole(file));
    }

    private static String syntax(MarkedYamlEngineException e) {
        return "this is not YAML: " + oneLine(e.getProblem());
    }

    private static @Nullable String hint(Place place) {
        if (place.source().contains("\t")) {
            return "indent with blanks, not with tabs";
        }
        if (place.source().contains("{{")) {
            return braces();
        }
        return null;
    }

    private static String braces() {
        return "put quotes around a text that begins with { or [";
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("").strip();
    }

    /// Ends the reading of a file; caught where it began.
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Place place;
        private final String text;
        private final @Nullable String suggestion;

        Refused(Place place, String text, @Nullable String suggestion) {
            super(text, null, false, false);
            this.place = place;
            this.text = text;
            this.suggestion = suggestion;
        }
    }
}
