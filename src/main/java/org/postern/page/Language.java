package org.postern.page;

import java.util.Locale;
import java.util.Optional;

/// A language that the pages speak: its texts lie in `<tag>.properties`.
public enum Language {
    ENGLISH("en", "English"),
    SPANISH("es", "Español");

    private final String tag;
    private final String ownName;

    Language(String tag, String ownName) {
        this.tag = tag;
        this.ownName = ownName;
    }

    /// BCP 47, such as `es`.
    public String tag() {
        return tag;
    }

    /// How dates and numbers are written: as in the country of the clinic.
    public Locale locale() {
        return Locale.forLanguageTag(tag + "-US");
    }

    /// Its name in itself, for the link that changes to it.
    public String ownName() {
        return ownName;
    }

    /// The language of a tag; `es-MX` is Spanish.
    public static Optional<Language> of(String tag) {
        String primary = tag.strip().toLowerCase(Locale.ROOT).split("[-_;]", 2)[0];
        for (Language language : values()) {
            if (language.tag.equals(primary)) {
                return Optional.of(language);
            }
        }
        return Optional.empty();
    }

    /// The first language of an Accept-Language field that the pages speak. Weights are not read:
    /// browsers send the languages in their order (RFC 9110 §12.5.4).
    public static Optional<Language> accepted(String field) {
        for (String range : field.split(",", 20)) {
            Optional<Language> language = of(range);
            if (language.isPresent()) {
                return language;
            }
        }
        return Optional.empty();
    }
}
