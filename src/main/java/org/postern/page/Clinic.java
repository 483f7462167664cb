package org.postern.page;

import java.time.ZoneId;
import org.postern.calendar.WorkingDays;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.language.Texts;

/// The clinic as its patients see it.
///
/// @param name a specialty in it would tell about everybody who gets a notice
/// @param phone as printed on the appointment card
/// @param language of a patient of whom nothing is known
/// @param colour `#rrggbb`, any; the pages make it readable
/// @param emergency the clinic's own sentence about emergencies, in its language; empty for ours
/// @param zone in which times are shown
/// @param languages that its pages speak
/// @param days on which it works
/// @param keys whether patients may ask for keys of their own
/// @param choosable whether patients may choose ordinary mail
public record Clinic(
        String name,
        String phone,
        Language language,
        String colour,
        String emergency,
        ZoneId zone,
        Languages languages,
        WorkingDays days,
        boolean keys,
        boolean choosable) {
    public Clinic {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the clinic needs a name");
        }
        if (!colour.matches("#[0-9a-fA-F]{6}")) {
            throw new IllegalArgumentException("the clinic's colour must be like #0a5c8f");
        }
    }

    /// The words in the clinic's own language.
    public Texts texts() {
        return languages.in(language);
    }

    /// The phone number as a link dials it: RFC 3966.
    public String dial() {
        return "tel:" + phone.replaceAll("[^0-9+]", "");
    }
}
