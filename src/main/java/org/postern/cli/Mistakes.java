package org.postern.cli;

import java.util.List;
import org.postern.yaml.ConfigError;

/// Shows mistakes in configuration files: the place, the line, what to write instead.
public final class Mistakes {
    private Mistakes() {}

    /// Writes all of them to the console's error stream.
    public static void show(Console console, List<ConfigError> errors) {
        for (ConfigError error : errors) {
            console.error(console.strong(error.place() + ": ") + error.text());
            if (!error.place().source().isBlank()) {
                String number = "%6d".formatted(error.line());
                console.error(console.faint(number + " | ") + error.place().source());
                console.error(
                        console.faint(" ".repeat(number.length()) + " | ")
                                + indent(error)
                                + console.bad("^"));
            }
            if (error.suggestion() != null) {
                console.error("       " + console.good("→ ") + error.suggestion());
            }
            console.error("");
        }
    }

    /// Blanks up to the column; tabs stay, so that the mark stands below the right character.
    private static String indent(ConfigError error) {
        String source = error.place().source();
        String before = source.substring(0, Math.min(error.column() - 1, source.length()));
        return before.replaceAll("[^\t]", " ");
    }
}
