package org.postern.card;

import java.util.List;
import org.postern.language.Language;
import org.postern.language.Texts;

/// What a card says.
///
/// @param who whom patients may write to, such as `Dr. Ana Ruiz`
/// @param title below the name; empty for none
/// @param clinic its name
/// @param phone of the clinic
/// @param emergency the clinic's own sentence about emergencies; empty for ours
/// @param emergencyIn the language of that sentence
/// @param colour `#rrggbb`, dark enough for white letters
/// @param url of the page
public record Card(
        String who,
        String title,
        String clinic,
        String phone,
        String emergency,
        Language emergencyIn,
        String colour,
        String url) {
    /// The languages that stand on every card.
    static final List<Language> LANGUAGES = List.of(Language.ENGLISH, Language.SPANISH);

    /// What is said about emergencies.
    String emergency(Texts texts) {
        boolean own = !emergency.isBlank() && emergencyIn.equals(texts.language());
        return texts.say("reply.not.emergency")
                + " "
                + (own ? emergency : texts.say("help.emergency"));
    }

    /// The address as people type it.
    String typed() {
        return url.replaceFirst("^https?://", "");
    }
}
