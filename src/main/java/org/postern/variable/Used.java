package org.postern.variable;

/// A value that a rule or a setting refers to, and that stands elsewhere.
///
/// @param name as it is written, such as `$office-phone`
/// @param value as its file says it; several as a list in brackets
/// @param place where it stands, such as `policy-config/variables.yaml:3:14`
public record Used(String name, String value, String place) {
    /// For people, such as `$many is "20" (policy-config/variables.yaml:3:14)`.
    public String words() {
        return "%s is %s (%s)".formatted(name, value, place);
    }
}
