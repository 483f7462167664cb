package org.postern.language;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A language as a clinic adds it, written from right to left.
public final class Arabic {
    /// The file, and the folder of the words of its notices.
    public static final Path FILE = Path.of("src/test/resources/languages/ar.properties");

    public static final Path NOTICES = Path.of("src/test/resources/languages/notices");

    private Arabic() {}

    /// The languages of a clinic that has added it.
    public static Languages added() {
        return Languages.shipped().with(texts());
    }

    static Texts texts() {
        return assertInstanceOf(LanguageFile.Read.Whole.class, LanguageFile.read("ar", text()))
                .texts();
    }

    /// The file's text.
    public static String text() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
