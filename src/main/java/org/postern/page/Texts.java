package org.postern.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.Set;

/// All words that a page says in one language.
public final class Texts {
    private static final Texts ENGLISH = new Texts(Language.ENGLISH);
    private static final Texts SPANISH = new Texts(Language.SPANISH);

    private final Language language;
    private final Properties words = new Properties();

    private Texts(Language language) {
        this.language = language;
        String file = language.tag() + ".properties";
        try (InputStream in = Texts.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the texts " + file + " are missing");
            }
            words.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Texts in(Language language) {
        return switch (language) {
            case ENGLISH -> ENGLISH;
            case SPANISH -> SPANISH;
        };
    }

    public Language language() {
        return language;
    }

    /// The text of a key, `{0}`, `{1}` … replaced by the values.
    ///
    /// @throws IllegalArgumentException if there is no such text
    public String say(String key, Object... values) {
        String text = words.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("no text for " + key);
        }
        // One pass, so that a value with braces is never taken for a place.
        StringBuilder said = new StringBuilder();
        int at = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
            int close = text.indexOf('}', open);
            int place = Integer.parseInt(text.substring(open + 1, close));
            said.append(text, at, open).append(values[place]);
            at = close + 1;
        }
        return said.append(text.substring(at)).toString();
    }

    Set<String> keys() {
        return words.stringPropertyNames();
    }
}
