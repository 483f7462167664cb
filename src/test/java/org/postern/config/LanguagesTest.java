package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.language.Arabic;
import org.postern.testkit.Accepted;
import org.postern.wording.NoticeKind;

/// A clinic adds a language by one file, and its notices by the files of their words.
public class LanguagesTest {
    private static final String FILE = "languages/ar.properties";

    @TempDir Path temporary;

    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary).with(FILE, Arabic.text());
    }

    /// Puts the words of the notices there as well.
    public static void addNotices(FolderCopy folder) throws IOException {
        try (Stream<Path> files = Files.list(Arabic.NOTICES)) {
            for (Path file : files.toList()) {
                folder.with("notices/" + file.getFileName(), Files.readString(file));
            }
        }
    }

    @Test
    void oneFileAddsALanguage() {
        Configuration configuration = Accepted.value(Configuration.load(folder.path()));
        assertEquals("en, es, ar", configuration.languages().toString());
        assertEquals(2, configuration.notices().languages().size());
    }

    @Test
    void whatAFileLacksIsNamed() {
        folder.with(FILE, Arabic.text().replaceFirst("(?m)^signout=.*$", ""));
        assertEquals(FILE + ": signout is missing; in English: Sign out\n", folder.complaints());
        folder.with(FILE, "call=x\n" + Arabic.text().replaceFirst("(?m)^call=.*$", ""));
        assertEquals(
                FILE + ":1:1: call must name the same places as in English: Call {0}\n",
                folder.complaints());
    }

    @Test
    void aFileOfNoFurtherLanguageIsRefused() {
        folder.with("languages/es.properties", "").with("languages/Arabic.properties", "");
        String all = folder.complaints();
        for (String name : List.of("es", "Arabic")) {
            String said =
                    "languages/" + name + ".properties: the file is not named after a further";
            assertTrue(all.contains(said), all);
        }
    }

    /// All kinds or none.
    @Test
    void noticesOfALanguageAreWhole() throws IOException {
        addNotices(folder);
        NoticeTemplates notices = Accepted.value(Configuration.load(folder.path())).notices();
        assertEquals(Locale.of("ar"), notices.languages().getLast());
        assertTrue(notices.of(NoticeKind.ALERT, Locale.of("ar")).text().contains("ملاحظة"));
        Files.delete(folder.path().resolve("notices/alert.ar.txt"));
        assertTrue(
                folder.complaints().contains("notices/alert.ar.txt: the file is missing"),
                folder.complaints());
        Files.delete(folder.path().resolve(FILE));
        assertTrue(
                folder.complaints().contains("notices/pickup.ar.txt: no notice uses this file"),
                folder.complaints());
    }
}
