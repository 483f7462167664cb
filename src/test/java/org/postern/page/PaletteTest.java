package org.postern.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.postern.page.Palette.Rgb;

class PaletteTest {
    private static final Pattern VALUES =
            Pattern.compile("--accent:(#\\w+);--on-accent:(#\\w+);--mine:(#\\w+)");

    @Test
    void everyColourCanBeRead() {
        for (String colour :
                List.of(
                        "#0a6c74", "#ffff00", "#ffffff", "#000000", "#ff0000", "#88aacc",
                        "#7f7f7f")) {
            Matcher values = VALUES.matcher(new Palette(colour).css());
            for (List<String> theme :
                    List.of(
                            List.of("#ffffff", "#f3f5f6", "#1b2226"),
                            List.of("#1d2428", "#12171a", "#e9eef1"))) {
                assertTrue(values.find());
                readable(values.group(1), theme.get(0), colour);
                readable(values.group(1), theme.get(1), colour);
                readable(values.group(1), values.group(2), colour);
                readable(values.group(3), theme.get(2), colour);
            }
            readable(new Palette(colour).button(), "#ffffff", colour);
        }
    }

    private static void readable(String one, String other, String colour) {
        double contrast = Palette.contrast(Rgb.of(one), Rgb.of(other));
        assertTrue(contrast >= 4.5, colour + ": " + one + " on " + other + " is " + contrast);
    }

    @Test
    void contrastIsThatOfTheStandard() {
        assertEquals(21.0, Palette.contrast(Rgb.of("#000000"), Rgb.of("#ffffff")), 0.01);
        assertEquals(4.54, Palette.contrast(Rgb.of("#767676"), Rgb.of("#ffffff")), 0.01);
    }

    @Test
    void initialsSkipTitles() {
        initials("Dr. Ana Ruiz", "AR");
        initials("Anna Reyes, MD", "AR");
        initials("Prof. Dr. Ángel de la Cruz", "ÁC");
        initials("Reception", "R");
        initials("", "");
    }

    private static void initials(String name, String expected) {
        assertEquals(expected, new Clinician(name, "", java.util.Optional.empty()).initials());
    }
}
