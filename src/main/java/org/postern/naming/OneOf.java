package org.postern.naming;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.postern.yaml.Parsed;
import org.postern.yaml.Suggestion;
import org.postern.yaml.YamlNode;

/// Reads one of some words, and tells them all.
///
/// @param known what each of them means
record OneOf<T>(Map<String, T> known) implements Parsed.Parser<T> {
    @Override
    public Parsed<T> apply(YamlNode.Text text) {
        T value = known.get(text.value());
        if (value != null) {
            return Parsed.good(value);
        }
        return Parsed.bad(
                "unknown word " + Values.quoted(text),
                Suggestion.didYouMean(text.value(), known.keySet())
                        .orElse("known here: " + String.join(", ", new TreeSet<>(words()))));
    }

    @Override
    public Set<String> words() {
        return known.keySet();
    }
}
