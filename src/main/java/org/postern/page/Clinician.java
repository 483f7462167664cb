package org.postern.page;

import java.util.Locale;
import java.util.Optional;
import org.postern.mail.Content;

/// The person behind a conversation.
///
/// @param name as patients know it, such as `Dr. Ana Ruiz`
/// @param title such as `Family medicine`; empty if the clinic gives none
/// @param photo PNG or JPEG, small
public record Clinician(String name, String title, Optional<Content> photo) {
    /// At most two letters that stand in for a photo: of the first and the last name.
    public String initials() {
        // What stands behind a comma is a degree.
        String person = name.split(",", 2)[0];
        String[] names = person.replaceAll("\\b\\p{L}{1,5}\\.\\s*", "").strip().split("\\s+", -1);
        String first = letter(names[0]);
        return names.length == 1 ? first : first + letter(names[names.length - 1]);
    }

    private static String letter(String name) {
        return name.isEmpty()
                ? ""
                : name.substring(0, name.offsetByCodePoints(0, 1)).toUpperCase(Locale.ROOT);
    }
}
