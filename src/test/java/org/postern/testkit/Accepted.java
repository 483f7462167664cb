package org.postern.testkit;

import java.util.List;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;

/// Takes the value out of a configuration that must be right, or fails with all its errors.
public final class Accepted {
    private Accepted() {}

    /// @throws AssertionError with the errors if the configuration is refused
    public static <T> T value(Checked<T> checked) {
        return switch (checked) {
            case Checked.Valid<T>(T value) -> value;
            case Checked.Invalid<T>(List<ConfigError> errors) ->
                    throw new AssertionError("refused: " + errors);
        };
    }
}
