package org.postern.policy;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A PIN that an author wrote into her subject, such as `[pin 4821]`: whoever is to read the
/// message on the pickup page has to know it. Pure; `toString` hides it.
///
/// @param digits 4 to 12 of them
/// @param rest the subject without it
public record SubjectPin(String digits, String rest) {
    private static final Pattern TAG =
            Pattern.compile("(?i)\\s*\\[\\s*pin\\s*[: ]\\s*([0-9]{4,12})\\s*]\\s*");

    /// The first PIN of a subject; further ones are taken out too, and count for nothing.
    ///
    /// @param subject decoded (RFC 2047)
    public static Optional<SubjectPin> in(String subject) {
        Matcher matcher = TAG.matcher(subject);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String rest = TAG.matcher(subject).replaceAll(" ").strip();
        return Optional.of(new SubjectPin(matcher.group(1), rest));
    }

    @Override
    public String toString() {
        return "SubjectPin[hidden]";
    }
}
