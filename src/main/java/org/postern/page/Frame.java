package org.postern.page;

import java.util.List;
import org.postern.language.Language;
import org.postern.language.Texts;

/// What every page has around its own part.
///
/// @param path of this page without a query; empty where changing the language would lose what was
///   typed or repeat a form
/// @param css path of the style sheet
/// @param script path of the script
/// @param signedIn whether there is something to sign out of
public record Frame(
        Texts texts, Clinic clinic, String path, String css, String script, boolean signedIn) {
    /// More does not fit beside two links on a phone, in two lines.
    private static final int NAME_BESIDE_LINKS_CHARS_MAX = 28;

    /// Whether the clinic's name needs a line of its own on a phone.
    public boolean hasLongName() {
        return clinic.name().length() > NAME_BESIDE_LINKS_CHARS_MAX;
    }

    /// The text of a key in the page's language.
    public String say(String key, Object... values) {
        return texts.say(key, values);
    }

    public String lang() {
        return texts.language().tag();
    }

    /// `dir` of the page.
    public String direction() {
        return texts.language().direction();
    }

    /// The other languages, to which links lead.
    public List<Language> others() {
        return clinic.languages().others(texts.language());
    }

    /// The title of every page is the same: it stands in histories and on locked screens.
    public String title() {
        return say("title", clinic.name());
    }

    /// What to do in an emergency: in the clinic's words where they are in the reader's language.
    public String emergency() {
        boolean own = !clinic.emergency().isBlank() && clinic.language().equals(texts.language());
        return own ? clinic.emergency() : say("help.emergency");
    }

    public boolean hasPhone() {
        return !clinic.phone().isBlank();
    }
}
