package org.postern.yaml;

import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a word of a file means, or why it means nothing.
public sealed interface Parsed<T> {
    /// The word was understood.
    record Good<T>(T value) implements Parsed<T> {}

    /// The word was not understood.
    ///
    /// @param suggestion what to write instead; null if the reason says it
    record Bad<T>(String reason, @Nullable String suggestion) implements Parsed<T> {}

    /// A parser of words. It never throws.
    @FunctionalInterface
    interface Parser<T> extends Function<YamlNode.Text, Parsed<T>> {
        /// All words that it understands; nothing where there are too many to name.
        default Set<String> words() {
            return Set.of();
        }
    }

    static <T> Parsed<T> good(T value) {
        return new Good<>(value);
    }

    static <T> Parsed<T> bad(String reason, @Nullable String suggestion) {
        return new Bad<>(reason, suggestion);
    }

    static <T> Parsed<T> bad(String reason) {
        return new Bad<>(reason, null);
    }

    /// Goes on with a second step if the first one was understood.
    default <U> Parsed<U> then(Function<T, Parsed<U>> next) {
        return switch (this) {
            case Good<T>(T value) -> next.apply(value);
            case Bad<T>(String reason, String suggestion) -> new Bad<>(reason, suggestion);
        };
    }
}
