package org.postern.yaml;

import java.util.List;

/// A piece of a YAML file that knows its place. Scalars stay the text that was written: nothing is
/// taken for a number, a date or a boolean until a reader asks for one.
public sealed interface YamlNode {
    /// Where it begins.
    Place place();

    /// One more than all nodes below it, aliases counted as often as they are used.
    int weight();

    /// What it is, for an error message.
    default String kind() {
        return switch (this) {
            case Text(_, String value, boolean plain) ->
                    value.isEmpty() && plain ? "nothing" : "a single value";
            case Listing _ -> "a list";
            case Mapping _ -> "a section with keys";
        };
    }

    /// @param plain written without quotes
    record Text(Place place, String value, boolean plain) implements YamlNode {
        @Override
        public int weight() {
            return 1;
        }

        /// Whether the key stands there with nothing behind it.
        public boolean isNothing() {
            return plain && value.isEmpty();
        }
    }

    record Listing(Place place, List<YamlNode> items, int weight) implements YamlNode {
        public Listing {
            items = List.copyOf(items);
        }
    }

    record Mapping(Place place, List<Entry> entries, int weight) implements YamlNode {
        public Mapping {
            entries = List.copyOf(entries);
        }
    }

    /// A key and what belongs to it.
    record Entry(Text key, YamlNode value) {}
}
