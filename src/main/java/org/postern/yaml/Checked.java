package org.postern.yaml;

import java.util.List;
import java.util.Optional;

/// A configuration that was read: wholly accepted or wholly refused.
public sealed interface Checked<T> {
    /// Everything is right.
    record Valid<T>(T value) implements Checked<T> {}

    /// At least one error; nothing of it may be used.
    record Invalid<T>(List<ConfigError> errors) implements Checked<T> {
        public Invalid {
            errors = List.copyOf(errors);
        }
    }

    /// Accepts the value only if nothing at all was wrong.
    static <T> Checked<T> of(Optional<T> value, ConfigErrors errors) {
        return value.isPresent() && errors.count() == 0
                ? new Valid<>(value.get())
                : new Invalid<>(errors.inOrder());
    }

    /// The errors; none if it is valid.
    default List<ConfigError> problems() {
        return switch (this) {
            case Valid<T> _ -> List.of();
            case Invalid<T>(List<ConfigError> errors) -> errors;
        };
    }
}
