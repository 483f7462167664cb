package org.postern.beside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.cabinet.Cabinet.Listed;
import org.postern.upstream.RemoteFolder;

/// Which names of folders at the clinic's server are shown, and how.
class ShownNameTest {
    private static Optional<String> shown(String name, char delimiter) {
        return ShownName.of("Clinic", new RemoteFolder(name, delimiter, true));
    }

    @Test
    void aDelimiterBecomesOurs() {
        assertEquals(Optional.of("Clinic/INBOX"), shown("INBOX", '.'));
        assertEquals(Optional.of("Clinic/a/b"), shown("a.b", '.'));
        assertEquals(Optional.of("Clinic/a.b"), shown("a.b", (char) 0));
        assertEquals(Optional.of("Clinic/a/b"), shown("a/b", '/'));
        assertEquals(Optional.of("Clinic/\u00e4"), shown("&AOQ-", '/'));
    }

    @Test
    void whatCannotBeToldIsPassedOver() {
        for (String name :
                List.of("a/b", "", ".", "a..b", ".a", "a.", "&ICg-", "&AAo-", "a&", "b\u00e4")) {
            assertEquals(Optional.empty(), shown(name, '.'), name);
        }
        String deep = "a.".repeat(ShownName.DEPTH_MAX - 1) + "a";
        assertEquals(true, shown(deep, '.').isPresent());
        assertEquals(Optional.empty(), shown(deep + ".a", '.'));
    }

    @Test
    void levelsAboveThemDoNotOpen() {
        assertEquals(
                List.of(
                        Listed.level("Clinic"),
                        new Listed("Clinic/a", "", true),
                        new Listed("Clinic/a/b", "", true),
                        Listed.level("Clinic/c"),
                        new Listed("Clinic/c/d", "", true)),
                ShownName.listed(List.of("Clinic/a/b", "Clinic/c/d", "Clinic/a")));
        assertEquals(List.of(), ShownName.listed(List.of()));
    }
}
