package org.postern.language;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The languages that the pages speak: English and Spanish, and those for which the clinic has a
/// file.
public final class Languages {
    private static final Languages SHIPPED = new Languages(shippedTexts());

    private final Map<String, Texts> byTag;

    private Languages(Map<String, Texts> byTag) {
        this.byTag = byTag;
    }

    /// English and Spanish.
    public static Languages shipped() {
        return SHIPPED;
    }

    private static Map<String, Texts> shippedTexts() {
        Map<String, Texts> texts = new LinkedHashMap<>();
        for (Language language : List.of(Language.ENGLISH, Language.SPANISH)) {
            String file = resource(language.tag() + ".properties");
            texts.put(language.tag(), new Texts(language, LanguageFile.words(file)));
        }
        return texts;
    }

    /// These and one more; a tag that is there already keeps its place in the order.
    public Languages with(Texts more) {
        Map<String, Texts> texts = new LinkedHashMap<>(byTag);
        texts.put(more.language().tag(), more);
        return new Languages(texts);
    }

    /// The same, naming the number at which the clinic is called wherever a text says to call.
    ///
    /// @param phone blank where the clinic has none
    public Languages calling(String phone) {
        Map<String, Texts> texts = new LinkedHashMap<>();
        byTag.forEach((tag, each) -> texts.put(tag, each.calling(phone)));
        return new Languages(texts);
    }

    /// All, English first.
    public List<Language> all() {
        return byTag.values().stream().map(Texts::language).toList();
    }

    /// All but one.
    public List<Language> others(Language one) {
        return all().stream().filter(Predicate.not(one::equals)).toList();
    }

    /// The words of a language that is one of these.
    ///
    /// @throws IllegalArgumentException if it is none of them
    public Texts in(Language language) {
        return of(language.tag())
                .orElseThrow(() -> new IllegalArgumentException("no words in " + language));
    }

    /// The words of a tag's language; `es-MX` is Spanish.
    public Optional<Texts> of(String tag) {
        String primary = tag.strip().toLowerCase(Locale.ROOT).split("[-_;]", 2)[0];
        return Optional.ofNullable(byTag.get(primary));
    }

    /// The first language of an Accept-Language field that the pages speak. Weights are not read:
    /// browsers send the languages in their order (RFC 9110 §12.5.4).
    public Optional<Texts> accepted(String field) {
        for (String range : field.split(",", 20)) {
            Optional<Texts> texts = of(range);
            if (texts.isPresent()) {
                return texts;
            }
        }
        return Optional.empty();
    }

    /// Such as `en, es`.
    @Override
    public String toString() {
        return all().stream().map(Language::tag).collect(Collectors.joining(", "));
    }

    private static String resource(String name) {
        try (InputStream in = Languages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the words in " + name + " are missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
