package org.postern.language;

import java.util.Locale;

/// A language that the pages speak.
///
/// @param tag BCP 47, the language alone, such as `es`
/// @param ownName its name in itself, for the link that changes to it
/// @param leftward whether it is written from right to left
public record Language(String tag, String ownName, boolean leftward) {
    public static final Language ENGLISH = new Language("en", "English", false);
    public static final Language SPANISH = new Language("es", "Español", false);

    public Language {
        if (!isTag(tag)) {
            throw new IllegalArgumentException("not the tag of a language: " + tag);
        }
    }

    /// Whether something can name a language: two or three small letters (RFC 5646 §2.2.1).
    public static boolean isTag(String tag) {
        return tag.matches("[a-z]{2,3}");
    }

    /// How dates and numbers are written: as in the country of the clinic, and with the digits that
    /// its telephone number has.
    public Locale locale() {
        return Locale.forLanguageTag(tag + "-US-u-nu-latn");
    }

    /// `dir` of HTML.
    public String direction() {
        return leftward ? "rtl" : "ltr";
    }
}
