package org.postern.variable;

import java.util.Objects;

/// A value that a rule or a setting refers to, and that stands elsewhere.
///
/// @param name as it is written, such as `$office-phone`
/// @param value as its file says it; several as a list in brackets
/// @param place where it stands, such as `policy-config/variables.yaml:3:14`
public record Used(String name, String value, String place) {
    /// Where it stands is no part of what it says: a comment above it moves it and changes nothing.
    @Override
    public boolean equals(Object other) {
        return other instanceof Used used && name.equals(used.name) && value.equals(used.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, value);
    }

    /// For people, such as `$many is "20" (policy-config/variables.yaml:3:14)`.
    public String words() {
        return "%s is %s (%s)".formatted(name, value, place);
    }
}
