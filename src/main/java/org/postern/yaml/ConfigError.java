package org.postern.yaml;

import org.jspecify.annotations.Nullable;

/// One thing that is wrong in the configuration.
///
/// @param text what is wrong, with the wrong word in it; no dot at the end
/// @param suggestion what to do about it, such as `did you mean "protect"?`; null if there is
///   nothing to say beyond the text
public record ConfigError(Place place, String text, @Nullable String suggestion) {
    /// The file's name as a person would say it.
    public String file() {
        return place.file();
    }

    /// From 1; 0 if it concerns the file as a whole.
    public int line() {
        return place.line();
    }

    /// From 1, in characters.
    public int column() {
        return place.column();
    }

    /// `policy-config/policy.yaml:14:13: unknown key "encypt"; did you mean …?`
    @Override
    public String toString() {
        return place + ": " + text + (suggestion == null ? "" : "; " + suggestion);
    }
}
